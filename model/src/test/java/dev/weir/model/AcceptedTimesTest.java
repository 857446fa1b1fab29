package dev.weir.model;

import static dev.weir.model.AcceptedTimes.Verdict.ACCEPTED;
import static dev.weir.model.AcceptedTimes.Verdict.TOO_FAR_AHEAD;
import static dev.weir.model.AcceptedTimes.Verdict.TOO_OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcceptedTimesTest {
  private static final long APPENDED = 1_735_689_600_000L;
  private static final long DAY = 86_400_000;

  @Test
  void retentionAndTheFutureAreClosedRanges() {
    AcceptedTimes times = AcceptedTimes.at(APPENDED, Duration.ofDays(15));
    assertEquals(ACCEPTED, times.judge(APPENDED));
    assertEquals(ACCEPTED, times.judge(APPENDED - 15 * DAY));
    assertEquals(TOO_OLD, times.judge(APPENDED - 15 * DAY - 1));
    assertEquals(ACCEPTED, times.judge(APPENDED + 600_000));
    assertEquals(TOO_FAR_AHEAD, times.judge(APPENDED + 600_001));
  }

  @Test
  void allOfThePastIsTakenWhereRetentionIsNotKnown() {
    AcceptedTimes times = AcceptedTimes.at(APPENDED);
    assertEquals(ACCEPTED, times.judge(0));
    assertEquals(ACCEPTED, times.judge(Long.MIN_VALUE));
    assertEquals(ACCEPTED, times.judge(APPENDED + 600_000));
    assertEquals(TOO_FAR_AHEAD, times.judge(APPENDED + 600_001));
  }

  @Test
  void refusesTimesThatEndBeforeTheyBegin() {
    assertThrows(IllegalArgumentException.class, () -> new AcceptedTimes(1, 0));
  }
}
