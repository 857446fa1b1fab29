package dev.weir.streams;

import dev.weir.model.WeirException;
import java.nio.file.Path;
import org.apache.kafka.streams.errors.StreamsException;

/// Why rules cannot be evaluated any more, and what helps, as far as what was thrown says it.
final class StreamsFailure {
  /// What the operating system says, in messages of Java and of RocksDB alike; neither has a type
  /// for it.
  private static final String DISK_FULL = "No space left on device";

  private StreamsFailure() {}

  /// @param stateDirectory where stores are kept
  static WeirException of(Throwable thrown, Path stateDirectory) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains(DISK_FULL)) {
        return new WeirException.Unavailable(
            "rules cannot be evaluated any more: the disk of %s is full; make space, and restart the process"
                .formatted(stateDirectory),
            thrown);
      }
    }
    return new WeirException.Internal(
        "rules cannot be evaluated any more: %s; the log has the cause".formatted(root(thrown)),
        thrown);
  }

  private static Throwable root(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof StreamsException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
