package dev.weir.standalone.pipeline;

import java.util.Locale;

/// How long something has taken, for the user to read: `3.2 s`.
final class Elapsed {

  private Elapsed() {}

  /// @param startNanos of [System#nanoTime]
  static String since(long startNanos) {
    return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - startNanos) / 1e9);
  }
}
