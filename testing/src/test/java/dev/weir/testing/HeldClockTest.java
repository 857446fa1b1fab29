package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

final class HeldClockTest {

  @Test
  void movesOnlyWhenItIsMoved() {
    HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
    assertEquals(1_772_366_400_000L, clock.millis());

    assertEquals(Instant.parse("2026-03-01T12:00:15Z"), clock.advance(Duration.ofSeconds(15)));
    assertEquals(Instant.parse("2026-03-01T12:00:15Z"), clock.instant());

    clock.set(Instant.EPOCH);
    assertEquals(0, clock.millis());
  }

  @Test
  void moveTogetherInAllZones() {
    HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
    Clock berlin = clock.withZone(ZoneId.of("Europe/Berlin"));

    clock.advance(Duration.ofHours(1));

    assertEquals(Instant.parse("2026-03-01T13:00:00Z"), berlin.instant());
    assertEquals("held at 2026-03-01T14:00+01:00[Europe/Berlin]", berlin.toString());
  }
}
