package dev.weir.query.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Tenant;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryDetail;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.query.push.PushedQueries;
import dev.weir.query.push.PushedQueries.Outcome;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Queries over three storage nodes give what one evaluation over everything gives, whoever
/// evaluates them; and where nodes evaluate leaves, what travels is as large as the result.
class PushedQueriesTest {
  private static final long START = 1_767_225_600_000L;
  private static final int SCRAPES = 60;
  private static final long SECOND = 1000;
  private static final long LAST = START + (SCRAPES - 1) * 15 * SECOND;

  private static final List<String> QUERIES =
      List.of(
          "sum(rate(http_requests_total[2m]))",
          "sum by (path) (rate(http_requests_total[2m]))",
          "avg by (path) (queue_length)",
          "stddev by (path) (queue_length)",
          "max by (job) (queue_length) - min by (job) (queue_length)",
          "count(queue_length > 3)",
          "count_values by (path) (\"length\", queue_length)",
          "topk(3, queue_length)",
          "bottomk by (path) (2, sum without (path) (queue_length))",
          "quantile(0.9, queue_length) + on () group_left () count(up)",
          "sum(errors_total / http_requests_total)",
          "count(http_requests_total unless errors_total)",
          "errors_total / http_requests_total > 0.4",
          "sum by (job) (rate(latency_seconds[3m]))",
          "histogram_quantile(0.9, sum(rate(latency_seconds[3m])))",
          "avg(mixed)",
          "max(mixed)",
          "absent(sum(nothing))",
          "sum(max_over_time(queue_length[2m:30s]))",
          "sum(http_requests_total offset 1m)",
          "sum by (job) (job:requests:rate)",
          "group by (job) (up) == 1");

  @TempDir private Path directory = Path.of("");
  private final ExecutorService askers = Executors.newCachedThreadPool();
  private final List<Outcome> outcomes = new ArrayList<>();
  private final QueryEngine engine =
      new QueryEngine(
          EngineSettings.DEFAULT, ParserOptions.EXPERIMENTAL, Runnable::run, System::nanoTime);
  private ThreeSinks sinks = new ThreeSinks(Path.of("unused"), askers);

  @BeforeEach
  void begin() {
    sinks = new ThreeSinks(directory, askers);
  }

  @AfterEach
  void end() {
    askers.shutdownNow();
  }

  private void scrape(int from, int to) {
    scrape(from, to, 60);
  }

  /// Scrapes of targets, and some pushed series without an instance.
  private void scrape(int from, int to, int targets) {
    Random random = new Random(from);
    for (int scrape = from; scrape < to; scrape++) {
      long time = START + scrape * 15L * SECOND;
      List<Sample> recorded = new ArrayList<>();
      for (int target = 0; target < targets; target++) {
        Labels of =
            target % 10 == 0
                ? Labels.of("job", "batch", "host", "host-" + target)
                : Labels.of("job", "api", "instance", "host-" + target + ":9100");
        List<Sample> samples = new ArrayList<>();
        samples.add(Sample.of(of.with("__name__", "up"), time, 1));
        for (String path : List.of("/buy", "/pay", "/search", "/cart")) {
          Labels series = of.with("path", path);
          double requests = scrape * (target + 1) * 0.7;
          samples.add(Sample.of(series.with("__name__", "http_requests_total"), time, requests));
          if (target % 3 == 0) {
            samples.add(Sample.of(series.with("__name__", "errors_total"), time, requests / 2.1));
          }
          samples.add(
              Sample.of(series.with("__name__", "queue_length"), time, random.nextInt(9) * 0.1));
        }
        samples.add(Sample.of(of.with("__name__", "latency_seconds"), time, histogram(scrape)));
        samples.add(
            target % 2 == 0
                ? Sample.of(of.with("__name__", "mixed"), time, histogram(scrape))
                : Sample.of(of.with("__name__", "mixed"), time, target));
        sinks.append(Topics.SAMPLES, samples);
        recorded.add(Sample.of(of.with("__name__", "job:requests:rate"), time, target));
      }
      sinks.append(Topics.RECORDED, recorded);
    }
  }

  private static NativeHistogram histogram(int scrape) {
    return new NativeHistogram(
        NativeHistogram.ResetHint.UNKNOWN,
        0,
        0,
        0,
        3.0 * scrape,
        2.5 * scrape,
        new NativeHistogram.Buckets(
            new int[] {1}, new int[] {2}, new double[] {scrape, 2.0 * scrape}),
        NativeHistogram.Buckets.NONE,
        new double[0]);
  }

  private PushedQueries queries() {
    return new PushedQueries(engine, ParserOptions.EXPERIMENTAL, sinks.shards(), outcomes::add);
  }

  private QueryContext context() {
    return QueryContext.of(Tenant.DEFAULT, sinks.samples());
  }

  private QueryResult ask(PushedQueries queries, String query, QueryTimes times) {
    return queries.evaluate(query, times, context(), source -> source);
  }

  /// Asks the query, and compares with one evaluation over everything that was ever appended.
  private QueryResult check(PushedQueries queries, String query, QueryTimes times) {
    QueryResult expected = whole(query, times);
    QueryResult actual = ask(queries, query, times);
    String where = query + " at " + times;
    assertSame(where, expected.value(), actual.value());
    assertEquals(expected.warnings(), actual.warnings(), where);
    assertEquals(expected.infos(), actual.infos(), where);
    return actual;
  }

  private QueryResult whole(String query, QueryTimes times) {
    QueryContext context = QueryContext.of(Tenant.DEFAULT, sinks.everything());
    return times.stepMillis() == 0
        ? engine.instant(query, times.startMillis(), context)
        : engine.range(query, times.startMillis(), times.endMillis(), times.stepMillis(), context);
  }

  private static void assertSame(String where, QueryValue expected, QueryValue actual) {
    Map<String, Object> wanted = samples(expected);
    Map<String, Object> got = samples(actual);
    assertEquals(wanted.keySet(), got.keySet(), where);
    wanted.forEach((place, value) -> {
      Object other = got.getOrDefault(place, "nothing");
      boolean close = isClose(value, other);
      assertTrue(close, () -> "%s: %s is %s, not %s".formatted(where, place, other, value));
    });
  }

  private static boolean isClose(Object expected, Object actual) {
    if (expected instanceof NativeHistogram wanted && actual instanceof NativeHistogram found) {
      return isClose((Object) wanted.sum(), found.sum())
          && isClose((Object) wanted.count(), found.count());
    }
    return expected instanceof Double wanted
        && actual instanceof Double found
        && (wanted.equals(found)
            || Math.abs(wanted - found) <= 1e-12 * Math.max(1, Math.abs(wanted)));
  }

  private static Map<String, Object> samples(QueryValue value) {
    Map<String, Object> samples = new TreeMap<>();
    switch (value) {
      case QueryValue.Vector vector ->
          vector
              .samples()
              .forEach(sample -> {
                NativeHistogram histogram = sample.histogram();
                samples.put("" + sample.labels(), histogram == null ? sample.value() : histogram);
              });
      case QueryValue.Matrix matrix ->
          matrix
              .series()
              .forEach(series -> {
                for (int i = 0; i < series.values().length; i++) {
                  NativeHistogram histogram = series.histogram(i);
                  if (series.hasSample(i)) {
                    samples.put(
                        series.labels() + " " + series.timestampsMillis()[i],
                        histogram == null ? series.values()[i] : histogram);
                  }
                }
              });
      case QueryValue.Scalar _, QueryValue.Text _ -> throw new AssertionError(value);
    }
    return samples;
  }

  @Test
  void nodesGiveWhatOneEvaluationGives() {
    scrape(0, SCRAPES);
    PushedQueries queries = queries();
    for (String query : QUERIES) {
      check(queries, query, QueryTimes.instant(LAST));
      check(queries, query, new QueryTimes(START + 300 * SECOND, LAST, 30 * SECOND));
    }
    assertEquals(2 * QUERIES.size(), outcomes.size());
    assertTrue(outcomes.stream().allMatch(outcome -> outcome == Outcome.PUSHED));
  }

  @Test
  void whatTravelsFollowsTheResult() {
    scrape(0, SCRAPES, 40);
    Travelled few = travelled();
    sinks = new ThreeSinks(directory.resolve("more"), askers);
    scrape(0, SCRAPES, 160);
    Travelled many = travelled();

    assertTrue(few.pushed * 10 < few.samples, "" + few);
    assertTrue(many.pushed * 40 < many.samples, "" + many);
    assertTrue(many.samples > 3 * few.samples, few + ", " + many);
    assertTrue(many.pushed < 1.1 * few.pushed, few + ", " + many);
  }

  /// Bytes that nodes answer to a query.
  private record Travelled(long pushed, long samples) {}

  private Travelled travelled() {
    PushedQueries queries = queries();
    QueryTimes times = new QueryTimes(START + 300 * SECOND, LAST, 60 * SECOND);
    String query = "sum by (path) (avg_over_time(queue_length[2m]))";
    check(queries, query, times);
    sinks.bytes();
    ask(queries, query, times);
    long pushed = sinks.bytes();
    engine.range(query, times.startMillis(), times.endMillis(), times.stepMillis(), context());
    return new Travelled(pushed, sinks.bytes());
  }

  @Test
  void stepsThatLookBackOnBlocksAreEvaluatedFromSamples() {
    scrape(0, 40);
    sinks.flush(true);
    scrape(40, SCRAPES);
    PushedQueries queries = queries();
    QueryTimes times = new QueryTimes(START, LAST, 30 * SECOND);
    for (String query : QUERIES) {
      check(queries, query, times);
    }
    check(queries, "sum(queue_length)", QueryTimes.instant(START + 41 * 15 * SECOND));
    // 20 scrapes after the blocks are too few for a look back of five minutes, but not for all.
    assertTrue(outcomes.contains(Outcome.PUSHED));
    assertTrue(outcomes.size() < QUERIES.size() + 1);
  }

  @Test
  void rowsInBlocksAndInMemoryCountOnce() {
    scrape(0, SCRAPES);
    sinks.flush(false);
    PushedQueries queries = queries();
    check(queries, "sum(queue_length)", new QueryTimes(START + 300 * SECOND, LAST, 30 * SECOND));
    assertEquals(List.of(Outcome.PUSHED), outcomes);
  }

  @Test
  void aRestartedSinkKnowsNothingOfBlocksFromBefore() {
    scrape(0, 30);
    sinks.flush(false);
    for (int number = 0; number < ThreeSinks.PARTITIONS; number++) {
      sinks.restart(Topics.SAMPLES, number);
    }
    scrape(30, SCRAPES);
    PushedQueries queries = queries();
    check(queries, "sum(rate(http_requests_total[2m]))", QueryTimes.instant(START + 450 * SECOND));
    assertEquals(List.of(), outcomes);
    check(queries, "sum(rate(http_requests_total[2m]))", QueryTimes.instant(LAST));
    assertEquals(List.of(Outcome.PUSHED), outcomes);
  }

  @Test
  void lateRowsThatAreInBlocksKeepAStepFromBeingPushed() {
    scrape(0, 30);
    // A sender whose clock is ahead: its rows lie among the first, and later than all others.
    sinks.append(
        Topics.SAMPLES,
        List.of(
            Sample.of(
                Labels.of("__name__", "queue_length", "job", "api", "instance", "ahead"),
                LAST - 10 * SECOND,
                7)));
    sinks.flush(true);
    scrape(30, SCRAPES);
    check(queries(), "sum(queue_length)", QueryTimes.instant(LAST));
    assertEquals(List.of(), outcomes);
  }

  @Test
  void anOlderSinkIsAskedForSamples() {
    scrape(0, SCRAPES);
    sinks.makeOld(1);
    check(queries(), "sum(queue_length)", QueryTimes.instant(LAST));
    assertEquals(List.of(), outcomes);
  }

  @Test
  void aSinkThatIsGoneIsNamedInAWarning() {
    scrape(0, SCRAPES);
    PushedQueries queries = queries();
    check(queries, "sum(queue_length)", QueryTimes.instant(LAST));
    sinks.cutOff(2);

    QueryResult result = ask(queries, "sum(queue_length)", QueryTimes.instant(LAST));

    assertEquals(List.of(Outcome.PUSHED, Outcome.FAILED), outcomes);
    assertTrue(
        result.completeness().warnings().getFirst().contains("recent samples are missing"),
        () -> "" + result.completeness());
  }

  @Test
  void aPartitionThatNobodyServesIsNamedInAWarning() {
    scrape(0, SCRAPES);
    sinks.abandon(Topics.SAMPLES, 3);

    QueryResult result = ask(queries(), "sum(queue_length)", QueryTimes.instant(LAST));

    assertEquals(List.of(), outcomes);
    assertEquals(
        "weir.samples/3: recent samples are missing: no storage node serves it",
        result.completeness().warnings().getFirst());
  }

  @Test
  void topicsThatLieApartAreNoShards() {
    scrape(0, SCRAPES);
    sinks.move(Topics.RECORDED, 0, 2);
    check(queries(), "sum by (job) (job:requests:rate)", QueryTimes.instant(LAST));
    assertEquals(List.of(), outcomes);
  }

  /// A series that is scraped and recorded lies in two topics; what was scraped counts.
  @Test
  void aSeriesInBothTopicsCountsOnce() {
    scrape(0, SCRAPES);
    Labels series =
        Labels.of("__name__", "queue_length", "job", "api", "instance", "host-7:9100")
            .with("path", "/pay");
    sinks.append(Topics.RECORDED, List.of(Sample.of(series, LAST, 1_000)));
    PushedQueries queries = queries();
    QueryResult pushed = ask(queries, "sum(queue_length)", QueryTimes.instant(LAST));
    QueryResult samples = engine.instant("sum(queue_length)", LAST, context());
    assertEquals(List.of(Outcome.PUSHED), outcomes);
    assertSame("sum(queue_length)", samples.value(), pushed.value());
  }

  @Test
  void whoWantsToKnowHowIsAnsweredFromSamples() {
    scrape(0, SCRAPES);
    QueryResult result =
        queries()
            .evaluate(
                "sum(queue_length)",
                QueryTimes.instant(LAST),
                context().withDetail(new QueryDetail(true, false, true)),
                source -> source);
    assertTrue(result.plan().isPresent());
    assertEquals(List.of(), outcomes);
  }

  @Test
  void queriesOfThisKindAreNotPushed() {
    scrape(0, SCRAPES);
    PushedQueries queries = queries();
    for (String query :
        List.of(
            "queue_length",
            "rate(http_requests_total[2m])",
            "sum(queue_length @ end())",
            "sum(sum_over_time(queue_length[2m:]))",
            "histogram_count(sum(latency_seconds))",
            "histogram_quantile(0.9, latency_seconds)",
            "vector(1)",
            "scalar(sum(queue_length))",
            "sum(queue_length) * step()")) {
      check(queries, query, new QueryTimes(LAST - 60 * SECOND, LAST, 30 * SECOND));
    }
    assertEquals(List.of(), outcomes);
  }
}
