package dev.weir.promql.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CancellationTest {
  private final Cancellation cancellation = new Cancellation();
  private final List<String> woken = new ArrayList<>();

  @Test
  void wakesWhoWaitsOnce() {
    cancellation.whenCanceled(() -> woken.add("source"));
    cancellation.whenCanceled(() -> woken.add("line"));
    assertFalse(cancellation.isCanceled());
    cancellation.cancel();
    cancellation.cancel();
    assertTrue(cancellation.isCanceled());
    assertEquals(List.of("source", "line"), woken);
  }

  @Test
  void whoDoesNotWaitAnyMoreIsLeftAlone() {
    cancellation.whenCanceled(() -> woken.add("source")).close();
    cancellation.cancel();
    assertEquals(List.of(), woken);
  }

  @Test
  void whoBeginsToWaitTooLateIsWokenAtOnce() {
    cancellation.cancel();
    cancellation.whenCanceled(() -> woken.add("source")).close();
    assertEquals(List.of("source"), woken);
  }
}
