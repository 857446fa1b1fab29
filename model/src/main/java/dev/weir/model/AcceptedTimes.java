package dev.weir.model;

import java.time.Duration;

/// The timestamps that are taken at one moment: none before what is kept, and none more than a
/// little in the future, in whatever order they come.
///
/// What is in the log is judged at the time when it was appended, never by the wall clock, so that
/// a replay takes and refuses the same rows as the first reading did.
///
/// @param minMillis the earliest
/// @param maxMillis the latest
public record AcceptedTimes(long minMillis, long maxMillis) {
  /// What clocks of senders are allowed to be ahead.
  public static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /// Whether a timestamp is taken.
  public enum Verdict {
    ACCEPTED,
    TOO_OLD,
    TOO_FAR_AHEAD
  }

  public AcceptedTimes {
    if (minMillis > maxMillis) {
      throw new IllegalArgumentException(
          "accepted times from %d ms to %d ms".formatted(minMillis, maxMillis));
    }
  }

  /// @param retention how long samples are kept
  public static AcceptedTimes at(long nowMillis, Duration retention) {
    return new AcceptedTimes(nowMillis - retention.toMillis(), nowMillis + MAX_AHEAD.toMillis());
  }

  /// Where it is not known how long samples are kept: any of the past.
  public static AcceptedTimes at(long nowMillis) {
    return new AcceptedTimes(Long.MIN_VALUE, nowMillis + MAX_AHEAD.toMillis());
  }

  public Verdict judge(long timestampMillis) {
    if (timestampMillis < minMillis) {
      return Verdict.TOO_OLD;
    }
    return timestampMillis > maxMillis ? Verdict.TOO_FAR_AHEAD : Verdict.ACCEPTED;
  }
}
