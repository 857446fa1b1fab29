package dev.weir.testing;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;

/// A clock that stands still until the test moves it, also backwards. Any thread may read it and
/// move it.
///
/// As a [java.time.InstantSource] it goes wherever only the time matters; the zone is UTC unless
/// another was asked for, and clocks in other zones made from it move along.
public final class HeldClock extends Clock {

  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  private HeldClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /// A clock that shows a time.
  public static HeldClock at(Instant start) {
    return new HeldClock(new AtomicReference<>(requireNonNull(start, "start")), ZoneOffset.UTC);
  }

  /// A clock that shows a time given in ISO 8601, such as `2026-03-01T12:00:00Z`.
  public static HeldClock at(String start) {
    return at(Instant.parse(start));
  }

  /// Moves the clock by a duration and returns the time that it shows then.
  public Instant advance(Duration by) {
    return now.updateAndGet(instant -> instant.plus(by));
  }

  /// Moves the clock to a time.
  public void set(Instant to) {
    now.set(requireNonNull(to, "to"));
  }

  @Override
  public Instant instant() {
    return requireNonNull(now.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  @Override
  public HeldClock withZone(ZoneId newZone) {
    return new HeldClock(now, requireNonNull(newZone, "newZone"));
  }

  @Override
  public String toString() {
    return "held at " + instant().atZone(zone);
  }
}
