package dev.weir.collectors.scrape;

import java.time.Duration;
import java.time.Instant;

/// When a target is scraped: once in every interval, at a place in it that its hash decides. So
/// scrapes are spread over the interval, and a target keeps its place over restarts.
///
/// @param offsetMillis the place: due times are this many milliseconds after a multiple of the
///   interval since the epoch
record ScrapeSchedule(long intervalMillis, long offsetMillis) {
  /// How late a scrape may start and still have the time at which it was due, at most a hundredth
  /// of the interval: even timestamps compress better.
  private static final long TOLERANCE_MILLIS = 2;

  /// @param seed tells collectors that scrape the same targets apart
  static ScrapeSchedule of(Target target, long seed) {
    return of(target.interval(), target.spread() ^ seed);
  }

  private static ScrapeSchedule of(Duration interval, long spread) {
    long millis = Math.max(1, interval.toMillis());
    return new ScrapeSchedule(millis, Long.remainderUnsigned(spread, millis));
  }

  /// The first due time after a time.
  Instant nextAfter(Instant time) {
    long millis = time.toEpochMilli();
    long place = Math.floorMod(millis - offsetMillis, intervalMillis);
    return Instant.ofEpochMilli(millis - place + intervalMillis);
  }

  /// The timestamp of a scrape that was due at one time and starts at another.
  long timestampMillis(Instant due, Instant started) {
    long late = started.toEpochMilli() - due.toEpochMilli();
    boolean tolerated = late >= 0 && late <= Math.min(TOLERANCE_MILLIS, intervalMillis / 100);
    return tolerated ? due.toEpochMilli() : started.toEpochMilli();
  }
}
