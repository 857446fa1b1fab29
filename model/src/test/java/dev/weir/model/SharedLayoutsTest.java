package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SharedLayoutsTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private static SeriesMeta series(int number) {
    return new SeriesMeta(
        Labels.of(Labels.NAME, "http_requests_total", "instance", "api-" + number),
        MetricType.COUNTER);
  }

  @Test
  void equalLayoutsAreOneObject() {
    Layout one = Layout.of(List.of(series(1), series(2)));
    assertSame(one, Layout.of(List.of(series(2), series(1))));
    assertSame(one, Layout.of(List.of(series(1))).plus(List.of(series(2))));
    assertNotSame(one, Layout.of(List.of(series(1))));
  }

  @Test
  void whatNobodyHoldsIsForgotten() {
    SharedLayouts layouts = new SharedLayouts();
    Layout held = layouts.share(Layout.of(List.of(series(3))));
    for (int i = 10; i < 1_000; i++) {
      layouts.share(Layout.of(List.of(series(i))));
    }
    long end = System.nanoTime() + LONG.toNanos();
    while (layouts.size() > 1 && System.nanoTime() < end) {
      System.gc();
      Thread.onSpinWait();
    }
    assertEquals(1, layouts.size());
    Layout again = layouts.share(Layout.of(List.of(series(3))));
    assertSame(held, again);
  }

  @Test
  void threadsComeToOneObject() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 200; round++) {
        int number = 2_000 + round;
        List<Callable<Layout>> makers = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
          makers.add(() -> Layout.of(List.of(series(number), series(number + 1))));
        }
        List<Future<Layout>> made = threads.invokeAll(makers);
        for (Future<Layout> one : made) {
          assertSame(made.getFirst().get(), one.get());
        }
      }
    }
  }
}
