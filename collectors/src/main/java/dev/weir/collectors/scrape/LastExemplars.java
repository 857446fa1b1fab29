package dev.weir.collectors.scrape;

import dev.weir.model.Exemplar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last exemplar of each series, so that one that a target exposes until it has another is kept
/// once. Not kept are exemplars longer than OpenMetrics allows, and those of the future. For one
/// thread.
final class LastExemplars {
  private @Nullable Exemplar[] last = {};
  private int tooLong;
  private int tooFarAhead;

  /// Whether a series has not just had this exemplar, and may have it.
  ///
  /// @param maxMillis the latest that it may have been observed
  boolean isNew(int number, Exemplar exemplar, long maxMillis) {
    if (number >= last.length) {
      last = Arrays.copyOf(last, Math.max(64, Math.max(number + 1, 2 * last.length)));
    }
    if (exemplar.equals(last[number])) {
      return false;
    }
    last[number] = exemplar;
    if (exemplar.isTooLong()) {
      tooLong++;
      return false;
    }
    if (exemplar.timestampMillis().orElse(Long.MIN_VALUE) > maxMillis) {
      tooFarAhead++;
      return false;
    }
    return true;
  }

  /// How many were too long since the last call.
  int takeTooLong() {
    int taken = tooLong;
    tooLong = 0;
    return taken;
  }

  /// How many were of the future since the last call.
  int takeTooFarAhead() {
    int taken = tooFarAhead;
    tooFarAhead = 0;
    return taken;
  }

  void clear() {
    last = new Exemplar[0];
  }
}
