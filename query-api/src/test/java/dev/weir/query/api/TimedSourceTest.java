package dev.weir.query.api;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.Cancellation;
import dev.weir.promql.query.QueryLimits;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Sources that never answer, alone and among others that do.
@Timeout(30)
class TimedSourceTest {
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a:9100");
  private static final SeriesSource ONE_SERIES =
      MemorySeriesSource.of(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP, 60_000, 1))));

  private final Patience patience = new Patience();
  private final Cancellation cancellation = new Cancellation();

  private TimedSource timed(SeriesSource source, Duration time) {
    return new TimedSource(source, patience, cancellation, time);
  }

  @AfterEach
  void stop() {
    patience.close();
  }

  private static Listing<String> names(SeriesSource source) {
    return source.labelNames(Tenant.DEFAULT, List.of(), TimeRange.ALL, 0);
  }

  private static GroupCursor everything(SeriesSource source) {
    return source.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE);
  }

  @Test
  void answersAreHandedOn() {
    TimedSource source = timed(ONE_SERIES, Duration.ofSeconds(20));

    assertEquals(List.of("__name__", "instance"), names(source).items());
    try (GroupCursor cursor = everything(source)) {
      assertEquals(UP, requireNonNull(cursor.next()).series().getFirst().labels());
    }
  }

  @Test
  void failuresAreHandedOnAsTheyAre() {
    WeirException.Corrupt failure = new WeirException.Corrupt("a frame is not what it should be");
    TimedSource source =
        timed(
            new Asked(() -> {
              throw failure;
            }),
            Duration.ofSeconds(20));

    assertEquals(failure, assertThrows(WeirException.Corrupt.class, () -> names(source)));
    assertEquals(failure, assertThrows(WeirException.Corrupt.class, () -> everything(source)));
  }

  @Test
  void whoDoesNotAnswerInTimeIsInterrupted() throws InterruptedException {
    Stalled stalled = new Stalled();
    TimedSource source = timed(stalled.source(), Duration.ofMillis(50));

    WeirException.TimedOut late =
        assertThrows(WeirException.TimedOut.class, () -> everything(source));
    assertEquals(
        "query timed out: blocks and storage nodes did not answer within 50 ms", late.getMessage());
    assertTrue(stalled.interrupted.await(20, TimeUnit.SECONDS));
  }

  @Test
  void whoIsCanceledDoesNotWaitForWhoDoesNotAnswer() throws InterruptedException {
    Stalled stalled = new Stalled();
    TimedSource source = timed(stalled.source(), Duration.ofSeconds(20));
    Thread canceling =
        Thread.startVirtualThread(() -> {
          stalled.awaitAsked();
          cancellation.cancel();
        });

    WeirException.Canceled canceled =
        assertThrows(WeirException.Canceled.class, () -> everything(source));
    assertEquals("query was canceled while sources were asked", canceled.getMessage());
    assertTrue(stalled.interrupted.await(20, TimeUnit.SECONDS));
    canceling.join();
  }

  @Test
  void oneOfManyThatDoesNotAnswerIsInterruptedAsWell() throws InterruptedException {
    Stalled stalled = new Stalled();
    try (ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor()) {
      SeriesSource merged = new MergedSeriesSource(List.of(ONE_SERIES, stalled.source()), askers);
      TimedSource source = timed(merged, Duration.ofMillis(50));

      assertThrows(WeirException.TimedOut.class, () -> everything(source));
      assertTrue(stalled.interrupted.await(20, TimeUnit.SECONDS));
    }
  }

  @Test
  void aQueryEndsWithItsTimeoutThoughASourceStalls() {
    Stalled stalled = new Stalled();
    try (ApiFixture api =
        new ApiFixture(
            stalled.source(),
            QueryEngine.inCallersThread(),
            QueryLimits.DEFAULT,
            HeldClock.at("1970-01-01T00:01:00Z"))) {
      HttpResponse<String> response = api.get("/api/v1/query", "query", "up", "timeout", "100ms");

      assertEquals(503, response.statusCode());
      assertTrue(response.body().contains("\"errorType\":\"timeout\""), response.body());
    }
  }

  /// Answers nothing until it is interrupted.
  private static final class Stalled {
    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);

    void awaitAsked() {
      try {
        assertTrue(asked.await(20, TimeUnit.SECONDS));
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }

    SeriesSource source() {
      return new Asked(() -> {
        try {
          asked.countDown();
          never.await();
          throw new IllegalStateException("nobody opens this latch");
        } catch (InterruptedException _) {
          interrupted.countDown();
          throw new WeirException.Unavailable("interrupted");
        }
      });
    }
  }

  /// Does the same whatever it is asked.
  private record Asked(Supplier<RuntimeException> answer) implements SeriesSource {
    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      throw answer.get();
    }

    @Override
    public Listing<String> labelNames(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      throw answer.get();
    }

    @Override
    public Listing<String> labelValues(
        Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
      throw answer.get();
    }

    @Override
    public Listing<Labels> series(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      throw answer.get();
    }
  }
}
