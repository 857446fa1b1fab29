package dev.weir.blocks.head;

import dev.weir.model.WeirException;
import java.time.Duration;

/// Which timestamps are taken: any inside retention, and at most a little in the future, in
/// whatever order they come.
///
/// Times are judged against when the row was appended to the log, never against the wall clock, so
/// that a replay takes and refuses the same rows as the first reading did.
///
/// @param retention how old a row may be
/// @param future how far ahead a row may be
public record AcceptedTimes(Duration retention, Duration future) {
  /// What clocks of producers are allowed to be ahead.
  public static final Duration DEFAULT_FUTURE = Duration.ofMinutes(10);

  /// Whether a row is taken.
  public enum Verdict {
    ACCEPTED,
    TOO_OLD,
    TOO_FAR_AHEAD
  }

  public AcceptedTimes {
    if (retention.isNegative() || retention.isZero() || future.isNegative()) {
      throw new WeirException.BadData(
          "accepted times: retention %s and future %s; retention is above zero, future not below"
              .formatted(retention, future));
    }
  }

  public Verdict judge(long timestampMillis, long appendedMillis) {
    if (timestampMillis < appendedMillis - retention.toMillis()) {
      return Verdict.TOO_OLD;
    }
    return timestampMillis > appendedMillis + future.toMillis()
        ? Verdict.TOO_FAR_AHEAD
        : Verdict.ACCEPTED;
  }
}
