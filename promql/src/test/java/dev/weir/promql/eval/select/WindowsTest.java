package dev.weir.promql.eval.select;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.weir.promql.eval.vector.Steps;
import org.junit.jupiter.api.Test;

class WindowsTest {
  private static final long[] TIMES = {0, 10, 20, 30, 40};

  @Test
  void aWindowIsOpenOnTheLeftAndClosedOnTheRight() {
    Windows windows = Windows.of(TIMES, Steps.single(30), 20);
    assertArrayEquals(new int[] {2}, windows.from());
    assertArrayEquals(new int[] {4}, windows.to());
  }

  @Test
  void windowsMoveWithTheSteps() {
    Windows windows = Windows.of(TIMES, new Steps(-5, 15, 5), 15);
    assertArrayEquals(new int[] {0, 0, 2, 3, 5}, windows.from());
    assertArrayEquals(new int[] {0, 2, 3, 5, 5}, windows.to());
  }

  @Test
  void windowsThatAllEndAtOneTimeAreTheSame() {
    Windows windows = Windows.of(TIMES, new Steps(25, 0, 3), 10);
    assertArrayEquals(new int[] {2, 2, 2}, windows.from());
    assertArrayEquals(new int[] {3, 3, 3}, windows.to());
  }

  @Test
  void thereMayBeNoTimestampAtAll() {
    Windows windows = Windows.of(new long[0], new Steps(0, 10, 2), 10);
    assertArrayEquals(new int[] {0, 0}, windows.from());
    assertArrayEquals(new int[] {0, 0}, windows.to());
  }

  @Test
  void overASelectionTheyHoldWhatWasKept() {
    // 10 and 30 are gone.
    Windows kept = Windows.of(TIMES, new Steps(10, 10, 4), 20).over(new int[] {0, 1, 1, 2, 2, 3});
    assertArrayEquals(new int[] {0, 1, 1, 2}, kept.from());
    assertArrayEquals(new int[] {1, 2, 2, 3}, kept.to());
  }
}
