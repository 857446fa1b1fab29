package dev.weir.sink;

import dev.weir.model.WeirException;
import org.jspecify.annotations.Nullable;

/// What stands below a line of the log.
final class LogCause {
  private LogCause() {}

  /// A stack trace where something happened that nobody foresaw. What was foreseen says all itself,
  /// and comes again with each attempt.
  static @Nullable Throwable of(Throwable thrown) {
    return thrown instanceof WeirException && !(thrown instanceof WeirException.Internal)
        ? null
        : thrown;
  }
}
