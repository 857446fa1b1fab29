package dev.weir.history.job;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weir.history.job.TaskOutcome.Kind;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WaitingOutcomesTest {
  private static TaskOutcome part(Kind kind, int slice, int bytes) {
    byte[] content = new byte[bytes];
    Arrays.fill(content, (byte) (slice + bytes));
    return new TaskOutcome(kind.name(), 3, slice, content);
  }

  private static void assertNext(TaskOutcome expected, WaitingOutcomes waiting) {
    TaskOutcome next = requireNonNull(waiting.poll(expected.rule(), expected.slice()));
    assertEquals(expected.kind(), next.kind());
    assertArrayEquals(expected.content(), next.content());
  }

  @Test
  void whatDoesNotFitIntoMemoryComesBackInItsOrder() {
    try (WaitingOutcomes waiting = new WaitingOutcomes(1_000)) {
      TaskOutcome[] later = {
        part(Kind.PART, 2, 600), part(Kind.PART, 2, 700), part(Kind.ELEMENTS, 2, 50)
      };
      TaskOutcome sooner = part(Kind.ELEMENTS, 1, 900);
      for (TaskOutcome one : later) {
        waiting.add(one);
      }
      waiting.add(sooner);
      assertEquals(650, waiting.bytes());
      assertNext(sooner, waiting);
      assertNull(waiting.poll(3, 1));
      assertNull(waiting.poll(4, 2));
      for (TaskOutcome one : later) {
        assertNext(one, waiting);
      }
      assertNull(waiting.poll(3, 2));
      assertEquals(0, waiting.bytes());
    }
  }
}
