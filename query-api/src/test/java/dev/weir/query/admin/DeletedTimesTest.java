package dev.weir.query.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.TimeRange;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// What the log says of the times that were deleted.
class DeletedTimesTest {
  private static final long START = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private static final long END = Instant.parse("2026-03-01T13:30:00Z").toEpochMilli();

  @Test
  void areWrittenAsPeopleReadThem() {
    assertEquals("of all times", StoredSamples.times(TimeRange.ALL));
    assertEquals(
        "from 2026-03-01T12:00:00Z to 2026-03-01T13:30:00Z",
        StoredSamples.times(new TimeRange(START, END)));
    assertEquals(
        "up to 2026-03-01T13:30:00Z", StoredSamples.times(new TimeRange(Long.MIN_VALUE, END)));
    assertEquals(
        "from 2026-03-01T12:00:00Z on", StoredSamples.times(new TimeRange(START, Long.MAX_VALUE)));
  }
}
