package dev.weir.collectors.scrape;

import dev.weir.model.AcceptedTimes;
import dev.weir.model.Exemplar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The last exemplar of each series, so that one that a target exposes until it has another is kept
/// once. Not kept are exemplars longer than OpenMetrics allows, those of the future, and those
/// older than what is kept. For one thread.
final class LastExemplars {
  private @Nullable Exemplar[] last = {};
  private int tooLong;
  private int tooOld;
  private int tooFarAhead;

  /// Whether a series has not just had this exemplar, and may have it.
  ///
  /// @param times at which it may have been observed
  boolean isNew(int number, Exemplar exemplar, AcceptedTimes times) {
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
    if (exemplar.timestampMillis().isEmpty()) {
      return true;
    }
    return switch (times.judge(exemplar.timestampMillis().getAsLong())) {
      case ACCEPTED -> true;
      case TOO_OLD -> {
        tooOld++;
        yield false;
      }
      case TOO_FAR_AHEAD -> {
        tooFarAhead++;
        yield false;
      }
    };
  }

  /// How many were too long since the last call.
  int takeTooLong() {
    int taken = tooLong;
    tooLong = 0;
    return taken;
  }

  /// How many were too old since the last call.
  int takeTooOld() {
    int taken = tooOld;
    tooOld = 0;
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
