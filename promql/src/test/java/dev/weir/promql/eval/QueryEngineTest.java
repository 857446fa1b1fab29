package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.Cancellation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryLimits;
import dev.weir.promql.query.QueryObserver;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class QueryEngineTest {
  private static final Fixture TWO_TARGETS =
      Fixture.load(
          "http_requests_total{job=\"api\", instance=\"a\"} 0+15x40",
          "http_requests_total{job=\"api\", instance=\"b\"} 0+30x40",
          "up{job=\"api\", instance=\"a\"} 1x40",
          "up{job=\"api\", instance=\"b\"} 1x40");

  @Test
  void aNumberIsAScalar() {
    assertEquals(new QueryValue.Scalar(5_000, 2), TWO_TARGETS.at(5, "1+1").value());
  }

  @Test
  void aTextIsAText() {
    assertEquals(new QueryValue.Text(5_000, "weir"), TWO_TARGETS.at(5, "(\"weir\")").value());
  }

  @Test
  void anInstantVectorIsSortedByLabels() {
    assertEquals(
        List.of("a", "b"),
        TWO_TARGETS.order(60, "up").stream().map(labels -> labels.get("instance")).toList());
  }

  @Test
  void sortingAndTopkKeepTheirOrder() {
    assertEquals(
        List.of("b", "a"),
        TWO_TARGETS.order(60, "sort_desc(http_requests_total)").stream()
            .map(labels -> labels.get("instance"))
            .toList());
    assertEquals(
        List.of("b", "a"),
        TWO_TARGETS.order(60, "topk(2, http_requests_total) > 0").stream()
            .map(labels -> labels.get("instance"))
            .toList());
  }

  @Test
  void startTimestampsShowOnlyWhereTheyAreSwitchedOn() {
    assertEquals(List.of(), TWO_TARGETS.order(60, "start_timestamp(up)"));
  }

  @Test
  void aRangeVectorIsAMatrixOfItsOwnSamples() {
    QueryValue.Matrix matrix =
        assertInstanceOf(
            QueryValue.Matrix.class, TWO_TARGETS.at(60, "up{instance=\"a\"}[31s]").value());
    assertEquals(1, matrix.series().size());
    assertEquals(
        List.of(30_000L, 45_000L, 60_000L),
        Arrays.stream(matrix.series().getFirst().timestampsMillis()).boxed().toList());
  }

  @Test
  void aSubqueryIsAMatrixOverItsSteps() {
    QueryValue.Matrix matrix =
        assertInstanceOf(QueryValue.Matrix.class, TWO_TARGETS.at(65, "sum(up)[1m:20s]").value());
    assertEquals(
        List.of(20_000L, 40_000L, 60_000L),
        Arrays.stream(matrix.series().getFirst().timestampsMillis()).boxed().toList());
  }

  @Test
  void aRangeQueryHasAValueForEachStepFromStartToEnd() {
    QueryResult result =
        TWO_TARGETS.engine().range("sum(up)", 0, 60_000, 25_000, TWO_TARGETS.context());
    QueryValue.Matrix matrix = (QueryValue.Matrix) result.value();
    assertEquals(
        List.of(0L, 25_000L, 50_000L),
        Arrays.stream(matrix.series().getFirst().timestampsMillis()).boxed().toList());
  }

  @Test
  void aScalarOverARangeIsASeriesWithoutLabels() {
    QueryResult result =
        TWO_TARGETS.engine().range("time()", 0, 60_000, 30_000, TWO_TARGETS.context());
    QueryValue.Series series = ((QueryValue.Matrix) result.value()).series().getFirst();
    assertEquals(Labels.EMPTY, series.labels());
    assertEquals(30, series.values()[1]);
  }

  @Test
  void textsAndRangeVectorsHaveNoRange() {
    WeirException failure =
        assertThrows(
            WeirException.BadData.class,
            () -> TWO_TARGETS.engine().range("up[5m]", 0, 1, 1, TWO_TARGETS.context()));
    assertEquals(
        "invalid expression type \"range vector\" for range query, must be Scalar or instant"
            + " Vector",
        failure.getMessage());
  }

  @Test
  void aWrongQueryIsBadData() {
    WeirException failure =
        assertThrows(WeirException.BadData.class, () -> TWO_TARGETS.at(0, "up{"));
    assertTrue(failure.getMessage().startsWith("1:4: parse error"), failure::getMessage);
  }

  @Test
  void timesThatMakeNoRangeAreBadData() {
    QueryEngine engine = TWO_TARGETS.engine();
    assertThrows(
        WeirException.BadData.class, () -> engine.range("up", 10, 5, 1, TWO_TARGETS.context()));
    assertThrows(
        WeirException.BadData.class, () -> engine.range("up", 5, 10, 0, TWO_TARGETS.context()));
  }

  @Test
  void moreStepsThanAllowedAreRefusedInPrometheusWords() {
    QueryEngine engine = TWO_TARGETS.engine();
    // As in Prometheus, one more than the limit: the steps are counted from the first on.
    engine.range("1", 0, 11_000, 1, TWO_TARGETS.context());
    WeirException failure =
        assertThrows(
            WeirException.BadData.class,
            () -> engine.range("1", 0, 11_001, 1, TWO_TARGETS.context()));
    assertEquals(
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query"
            + " resolution (?step=XX)",
        failure.getMessage());
  }

  private static void assertLimited(QueryLimits limits, String query, String message) {
    WeirException failure =
        assertThrows(
            WeirException.LimitExceeded.class,
            () ->
                TWO_TARGETS
                    .engine()
                    .range(query, 0, 600_000, 15_000, TWO_TARGETS.context().withLimits(limits)));
    assertEquals(message, failure.getMessage());
  }

  @Test
  void moreSamplesThanAllowedStopAQuery() {
    String message = "query processing would load too many samples into memory in query execution";
    assertLimited(QueryLimits.DEFAULT.withMaxSamples(60), "up", message);
    assertLimited(
        QueryLimits.DEFAULT.withMaxSamples(100), "sum(up) + on () group_right up", message);
    assertLimited(QueryLimits.DEFAULT, "sum_over_time(vector(1)[100y:1ms])", message);
  }

  @Test
  void anAggregationNeedsNoMoreThanItsGroupsAndItsResult() {
    QueryResult result =
        TWO_TARGETS
            .engine()
            .range(
                "sum(rate(http_requests_total[1m]))",
                0,
                600_000,
                15_000,
                TWO_TARGETS.context().withLimits(QueryLimits.DEFAULT.withMaxSamples(170)));
    assertEquals(1, ((QueryValue.Matrix) result.value()).series().size());
  }

  @Test
  void moreSeriesThanAllowedStopAQuery() {
    assertLimited(
        QueryLimits.DEFAULT.withMaxSeries(3),
        "up + http_requests_total",
        "query selects more than 3 series, the limit of a query; use narrower selectors");
  }

  @Test
  void moreMemoryThanAllowedStopsAQuery() {
    assertLimited(
        QueryLimits.DEFAULT.withMaxMemoryBytes(500),
        "up",
        "query needs more than 500 bytes for samples and results, the limit of a query's memory;"
            + " select fewer series, a shorter range or a longer step");
  }

  @Test
  void valuesThatAreCountedArePaidForAsTheyAppear() {
    // Two series of 41 values each, of which a column has 41 steps: 27 kB and the labels.
    assertLimited(
        QueryLimits.DEFAULT.withMaxMemoryBytes(25_000),
        "count_values(\"value\", http_requests_total)",
        "query needs more than 25000 bytes for samples and results, the limit of a query's memory;"
            + " select fewer series, a shorter range or a longer step");
    assertEquals(
        61,
        ((QueryValue.Matrix)
                TWO_TARGETS
                    .engine()
                    .range(
                        "count_values(\"value\", http_requests_total)",
                        0,
                        600_000,
                        15_000,
                        TWO_TARGETS
                            .context()
                            .withLimits(QueryLimits.DEFAULT.withMaxMemoryBytes(50_000)))
                    .value())
            .series()
            .size());
  }

  @Test
  void stepsOfASubqueryArePaidFor() {
    // 3.6 million steps: 29 MB of samples, and three times that for times and scalars.
    assertLimited(
        QueryLimits.DEFAULT.withMaxMemoryBytes(80_000_000),
        "sum_over_time(vector(1)[1h:1ms])",
        "query needs more than 80000000 bytes for samples and results, the limit of a query's"
            + " memory; select fewer series, a shorter range or a longer step");
  }

  @Test
  void aCanceledQueryStops() {
    Cancellation cancellation = new Cancellation();
    cancellation.cancel();
    WeirException failure =
        assertThrows(
            WeirException.Canceled.class,
            () ->
                TWO_TARGETS
                    .engine()
                    .instant("up", 0, TWO_TARGETS.context().withCancellation(cancellation)));
    assertEquals("query was canceled in expression evaluation", failure.getMessage());
  }

  @Test
  void aQueryStopsWhenItsTimeIsUp() {
    AtomicLong clock = new AtomicLong();
    QueryEngine engine =
        new QueryEngine(
            EngineSettings.DEFAULT,
            ParserOptions.DEFAULT,
            Runnable::run,
            () -> clock.getAndAdd(TimeUnit.SECONDS.toNanos(1)));
    QueryContext context =
        TWO_TARGETS.context().withLimits(QueryLimits.DEFAULT.withTimeout(Duration.ofSeconds(10)));
    engine.instant("1", 0, context);
    WeirException failure =
        assertThrows(
            WeirException.TimedOut.class,
            () -> engine.instant("up + up + up + up + up", 0, context));
    assertEquals("query timed out in expression evaluation", failure.getMessage());
  }

  /// A source whose selections are those of another, looked at or changed on the way.
  private record Watched(
      SeriesSource source, Consumer<SelectHints> asked, UnaryOperator<GroupCursor> change)
      implements ForwardingSource {
    Watched(SeriesSource source, UnaryOperator<GroupCursor> change) {
      this(source, _ -> {}, change);
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      asked.accept(hints);
      return change.apply(source.select(tenant, matchers, range, hints));
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void queriesBeyondTheNumberThatMayRunWaitUntilTheirTimeIsUp() throws Exception {
    QueryEngine engine =
        new QueryEngine(
            EngineSettings.DEFAULT.withMaxConcurrentQueries(1),
            ParserOptions.DEFAULT,
            Runnable::run,
            System::nanoTime);
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch open = new CountDownLatch(1);
    SeriesSource gate =
        new Watched(
            TWO_TARGETS.source(),
            cursor -> {
              entered.countDown();
              awaitUninterruptibly(open);
              return cursor;
            });
    try (ExecutorService clients = Executors.newFixedThreadPool(1)) {
      Future<QueryResult> first =
          clients.submit(() -> engine.instant("up", 60_000, QueryContext.of(Tenant.DEFAULT, gate)));
      entered.await();
      assertEquals(1, engine.running());
      QueryContext impatient =
          TWO_TARGETS.context().withLimits(QueryLimits.DEFAULT.withTimeout(Duration.ofMillis(20)));
      WeirException failure =
          assertThrows(WeirException.TimedOut.class, () -> engine.instant("up", 0, impatient));
      assertEquals("query timed out in query queue", failure.getMessage());
      open.countDown();
      assertEquals(2, ((QueryValue.Vector) first.get().value()).samples().size());
      assertEquals(0, engine.running());
    }
  }

  @Test
  void aFailedQueryLeavesItsPlaceToTheNext() {
    QueryEngine engine =
        new QueryEngine(
            EngineSettings.DEFAULT.withMaxConcurrentQueries(1),
            ParserOptions.DEFAULT,
            Runnable::run,
            System::nanoTime);
    for (int i = 0; i < 3; i++) {
      assertThrows(
          WeirException.Unprocessable.class,
          () -> engine.instant("up + on () up", 60_000, TWO_TARGETS.context()));
    }
    engine.instant("up", 60_000, TWO_TARGETS.context());
  }

  @Test
  void tenantsSeeTheirOwnSeries() {
    QueryContext stranger = QueryContext.of(new Tenant("stranger"), TWO_TARGETS.source());
    QueryResult result = TWO_TARGETS.engine().instant("count(up)", 60_000, stranger);
    assertEquals(List.of(), ((QueryValue.Vector) result.value()).samples());
  }

  @Test
  void theCallerMaySetTheLookback() {
    QueryContext context = TWO_TARGETS.context().withLookback(Duration.ofSeconds(10));
    QueryValue.Vector vector =
        (QueryValue.Vector) TWO_TARGETS.engine().instant("up", 611_000, context).value();
    assertEquals(0, vector.samples().size());
    assertEquals(2, TWO_TARGETS.vector(611, "up").size());
  }

  @Test
  void statisticsSayWhatWasRead() {
    QueryResult result = TWO_TARGETS.at(60, "sum(rate(http_requests_total[1m]))");
    assertEquals(8, result.statistics().samplesRead());
    assertEquals(2, result.statistics().seriesRead());
    assertEquals(2, result.statistics().groupsRead());
    assertTrue(result.statistics().peakSamples() >= 4);
    assertTrue(result.statistics().totalNanos() > 0);
  }

  @Test
  void theAnswerIsAsCompleteAsItsLeastCompleteSelection() {
    Completeness lossy = new Completeness(40_000, List.of("storage node sink-2 did not answer"));
    SeriesSource source = new Watched(TWO_TARGETS.source(), cursor -> cursor.and(lossy));
    QueryContext context = QueryContext.of(Tenant.DEFAULT, source);
    QueryResult result = TWO_TARGETS.engine().instant("up + up", 60_000, context);
    assertEquals(lossy, result.completeness());
    assertEquals(Completeness.FULL, TWO_TARGETS.at(60, "1").completeness());
  }

  @Test
  void sourcesLearnWhatIsDoneWithWhatTheySelect() {
    List<SelectHints> asked = new ArrayList<>();
    SeriesSource source = new Watched(TWO_TARGETS.source(), asked::add, cursor -> cursor);
    TWO_TARGETS
        .engine()
        .range(
            "sum by (job) (up) + on () sum(rate(http_requests_total[1m]))",
            0,
            60_000,
            15_000,
            QueryContext.of(Tenant.DEFAULT, source));
    assertEquals(
        List.of(
            new SelectHints(15_000, 0, Optional.of("sum"), List.of("job"), true, false, 15_000),
            new SelectHints(15_000, 60_000, Optional.of("rate"), List.of(), false, false, 15_000)),
        asked);
  }

  @Test
  void severalThreadsComeToTheSameResultAsOne() {
    List<String> lines = new ArrayList<>();
    for (int target = 0; target < 50; target++) {
      for (int path = 0; path < 4; path++) {
        lines.add(
            "latency_seconds{job=\"api\", instance=\"host-%d\", path=\"/%d\"} 0.1+%se-3x30"
                .formatted(target, path, target * 7 + path));
      }
    }
    Fixture fixture = Fixture.load(lines.toArray(String[]::new));
    AtomicInteger tasks = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      QueryEngine parallel =
          new QueryEngine(
              EngineSettings.DEFAULT,
              ParserOptions.DEFAULT,
              task -> {
                tasks.incrementAndGet();
                threads.execute(task);
              },
              System::nanoTime);
      for (String query :
          List.of(
              "sum(rate(latency_seconds[2m]))",
              "avg by (path) (latency_seconds)",
              "stddev(latency_seconds)",
              "quantile by (path) (0.9, latency_seconds)",
              "topk(7, latency_seconds)",
              "latency_seconds / on (instance) group_left max by (instance) (latency_seconds)",
              "count_values by (path) (\"v\", latency_seconds > 0.5)")) {
        Map<Labels, List<Double>> expected = columns(fixture.engine(), fixture, query);
        for (int round = 0; round < 5; round++) {
          assertEquals(expected, columns(parallel, fixture, query), query);
        }
      }
    }
    assertTrue(tasks.get() > 0);
  }

  private static Map<Labels, List<Double>> columns(
      QueryEngine engine, Fixture fixture, String query) {
    Map<Labels, List<Double>> columns = new TreeMap<>();
    QueryResult result = engine.range(query, 0, 450_000, 30_000, fixture.context());
    ((QueryValue.Matrix) result.value())
        .series()
        .forEach(series ->
            columns.put(series.labels(), Arrays.stream(series.values()).boxed().toList()));
    return columns;
  }

  @Test
  void aResultCountsAsMemoryUntilItIsGivenBack() {
    List<Runnable> giveBack = new ArrayList<>();
    QueryObserver keeping =
        new QueryObserver() {
          @Override
          public void ended(QueryStatistics statistics, Optional<QueryLimit> stoppedBy) {}

          @Override
          public void answered(Runnable whenWritten) {
            giveBack.add(whenWritten);
          }
        };
    QueryEngine engine = QueryEngine.inCallersThread();
    QueryContext context = QueryContext.of(Tenant.DEFAULT, TWO_TARGETS.source());

    engine.instant("up", 60_000, context.withObserver(keeping));
    long held = engine.memoryBytes();
    assertTrue(held > 0);
    engine.instant("up", 60_000, context);
    assertEquals(held, engine.memoryBytes());
    giveBack.getFirst().run();
    giveBack.getFirst().run();
    assertEquals(0, engine.memoryBytes());
    assertThrows(
        WeirException.Unprocessable.class,
        () -> engine.instant("up + on () up", 60_000, context.withObserver(keeping)));
    assertEquals(0, engine.memoryBytes());
  }

  @Test
  void aFailureInOneGroupEndsTheQueryAfterAllReadersHaveStopped() {
    AtomicInteger reading = new AtomicInteger();
    SeriesSource failing =
        new Watched(
            TWO_TARGETS.source(), cursor -> cursor.map(group -> new FailingGroup(group, reading)));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      QueryEngine engine =
          new QueryEngine(EngineSettings.DEFAULT, ParserOptions.DEFAULT, threads, System::nanoTime);
      WeirException failure =
          assertThrows(
              WeirException.Corrupt.class,
              () -> engine.instant("up", 60_000, QueryContext.of(Tenant.DEFAULT, failing)));
      assertEquals("block 7: checksum is wrong", failure.getMessage());
      assertEquals(0, reading.get(), "readers when the query had failed");
    }
  }

  /// A group that cannot be read.
  private record FailingGroup(SeriesGroup group, AtomicInteger reading) implements SeriesGroup {
    @Override
    public GroupKey key() {
      return group.key();
    }

    @Override
    public List<SeriesMeta> series() {
      return group.series();
    }

    @Override
    public GroupSamples read() {
      reading.incrementAndGet();
      try {
        throw new WeirException.Corrupt("block 7: checksum is wrong");
      } finally {
        reading.decrementAndGet();
      }
    }
  }
}
