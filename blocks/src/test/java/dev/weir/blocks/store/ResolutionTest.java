package dev.weir.blocks.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.TimeRange;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class ResolutionTest {
  private static final long MINUTE = 60_000;

  @Property
  void everyTimeIsInOneWindowAndOneSlice(
      @ForAll Resolution resolution,
      @ForAll @LongRange(min = -4_000_000_000_000L, max = 4_000_000_000_000L) long time) {
    long end = resolution.windowEnd(time);
    assertEquals(0, Math.floorMod(end, resolution.windowMillis()));
    assertTrue(
        time <= end && time > end - resolution.windowMillis(), "%d in %d".formatted(time, end));
    TimeRange slice = resolution.slice(resolution.sliceOf(time));
    assertTrue(slice.contains(time), "%d in %s".formatted(time, slice));
    assertTrue(slice.contains(end), "a window of two slices");
  }

  @Property
  void windowsWithinARangeAreWholeAndThoseOfARangeHoldIt(
      @ForAll Resolution resolution,
      @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long start,
      @ForAll @LongRange(min = 0, max = 40_000_000L) long length) {
    TimeRange range = new TimeRange(start, start + length);
    TimeRange around = resolution.wholeWindows(range);
    assertTrue(around.contains(range.startMillis()) && around.contains(range.endMillis()));
    assertEquals(Optional.of(around), resolution.windowsWithin(around));
    resolution
        .windowsWithin(range)
        .ifPresent(within -> {
          assertTrue(range.contains(within.startMillis()) && range.contains(within.endMillis()));
          assertEquals(within, resolution.wholeWindows(within));
        });
  }

  @Test
  void windowsEndAtTheirMultiples() {
    Resolution five = Resolution.FIVE_MINUTES;
    assertEquals(5 * MINUTE, five.windowEnd(5 * MINUTE));
    assertEquals(10 * MINUTE, five.windowEnd(5 * MINUTE + 1));
    assertEquals(
        Optional.of(new TimeRange(5 * MINUTE + 1, 10 * MINUTE)),
        five.windowsWithin(new TimeRange(2 * MINUTE, 12 * MINUTE)));
    assertEquals(Optional.empty(), five.windowsWithin(new TimeRange(2 * MINUTE, 9 * MINUTE)));
    assertEquals(TimeRange.ALL.startMillis(), five.wholeWindows(TimeRange.ALL).startMillis());
    assertEquals(TimeRange.ALL.endMillis(), five.wholeWindows(TimeRange.ALL).endMillis());
  }
}
