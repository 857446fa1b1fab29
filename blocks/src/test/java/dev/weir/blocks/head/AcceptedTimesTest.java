package dev.weir.blocks.head;

import static dev.weir.blocks.head.AcceptedTimes.Verdict.ACCEPTED;
import static dev.weir.blocks.head.AcceptedTimes.Verdict.TOO_FAR_AHEAD;
import static dev.weir.blocks.head.AcceptedTimes.Verdict.TOO_OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcceptedTimesTest {
  private static final long APPENDED = 1_735_689_600_000L;
  private static final long DAY = 86_400_000;

  @Test
  void retentionAndTheFutureAreClosedRanges() {
    AcceptedTimes times = new AcceptedTimes(Duration.ofDays(15), AcceptedTimes.DEFAULT_FUTURE);
    assertEquals(ACCEPTED, times.judge(APPENDED, APPENDED));
    assertEquals(ACCEPTED, times.judge(APPENDED - 15 * DAY, APPENDED));
    assertEquals(TOO_OLD, times.judge(APPENDED - 15 * DAY - 1, APPENDED));
    assertEquals(ACCEPTED, times.judge(APPENDED + 600_000, APPENDED));
    assertEquals(TOO_FAR_AHEAD, times.judge(APPENDED + 600_001, APPENDED));
  }

  @Test
  void refusesARetentionOfNothing() {
    assertThrows(
        WeirException.BadData.class, () -> new AcceptedTimes(Duration.ZERO, Duration.ZERO));
  }
}
