package dev.weir.collectors.series;

import dev.weir.service.config.TenantLimits;
import java.time.Duration;

/// Which timestamps of its own a sample may have: none too far in the future, and none before what
/// is kept, where this collector was told how long that is. Where it was not, sinks decide alone.
///
/// @param minMillis the earliest
/// @param maxMillis the latest
public record TakenTimes(long minMillis, long maxMillis) {
  /// What clocks of senders are allowed to be ahead.
  public static final Duration MAX_AHEAD = Duration.ofMinutes(10);

  /// What becomes of a sample.
  public enum Verdict {
    TAKEN,
    TOO_OLD,
    TOO_FAR_AHEAD
  }

  /// What is taken of a tenant.
  static TakenTimes at(long nowMillis, TenantLimits limits) {
    return new TakenTimes(
        limits.retention().isPositive()
            ? nowMillis - limits.retention().toMillis()
            : Long.MIN_VALUE,
        nowMillis + MAX_AHEAD.toMillis());
  }

  public Verdict judge(long timestampMillis) {
    if (timestampMillis < minMillis) {
      return Verdict.TOO_OLD;
    }
    return timestampMillis > maxMillis ? Verdict.TOO_FAR_AHEAD : Verdict.TAKEN;
  }
}
