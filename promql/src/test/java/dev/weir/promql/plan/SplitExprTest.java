package dev.weir.promql.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.eval.RandomSeries;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitExprTest {
  private static final long LOOKBACK = 300_000;

  private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private final QueryEngine engine = QueryEngine.inCallersThread();

  private SplitExpr split(String query) {
    return SplitExpr.of(parser.parse(query), 0, _ -> true);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up | up",
        "up == 0 | up == 0",
        "-up | -up",
        "sum by (job) (rate(http_requests_total[5m]) > 0) | rate(http_requests_total[5m]) > 0",
        "rate(errors_total[5m]) / rate(requests_total[5m]) | rate(errors_total[5m]); rate(requests_total[5m])",
        "max_over_time(rate(http_requests_total[5m])[1h:1m]) | max_over_time(rate(http_requests_total[5m])[1h:1m])",
        "absent(up{job=\"node\"}) | up{job=\"node\"}",
        "absent_over_time(up{job=\"node\"}[5m]) | last_over_time(up{job=\"node\"}[5m])",
        "time() - node_boot_time_seconds > 60 | time() - node_boot_time_seconds > 60",
        "histogram_quantile(0.9, sum by (le) (rate(latency_bucket[5m]))) | rate(latency_bucket[5m])",
        "up unless on (instance) down offset 5m | up; down offset 5m",
        "topk(scalar(limit), clamp(queue_length, 0, 9)) | limit; clamp(queue_length, 0, 9)",
        "vector(1) | ''",
      })
  void leavesAreAsLargeAsTheyCanBe(String query, String leaves) {
    List<String> printed = split(query).leaves().stream().map(PromqlPrinter::print).toList();
    assertEquals(leaves, String.join("; ", printed));
    assertEquals(List.of(), split(query).unsplit(_ -> true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up @ 1609746000 | up @ 1609746000.000",
        "max_over_time(sum(up)[1h:1m]) | up",
        "sum(up @ start()) / sum(up) | up @ start()",
      })
  void whatHasToBeReadAtOtherTimesIsNotSplit(String query, String selectors) {
    assertEquals(
        selectors,
        String.join(
            "; ", split(query).unsplit(_ -> true).stream().map(PromqlPrinter::print).toList()));
  }

  @Test
  void selectorsThatAreNotShardedStayInTheMerge() {
    Expr expr = parser.parse("job:requests:rate5m / rate(requests_total[5m])");

    SplitExpr split =
        SplitExpr.of(expr, 7, selector -> !selector.name().equals("job:requests:rate5m"));

    assertEquals(1, split.leaves().size());
    assertEquals(
        "job:requests:rate5m / {__weir_leaf__=~\"7\"}", PromqlPrinter.print(split.merge()));
  }

  @Test
  void aSelectorReachesBackThroughSubqueriesAndOffsets() {
    List<SelectorReach> reaches =
        SelectorReach.in(
            parser.parse(
                "max_over_time(rate(a[5m] offset 1m)[1h:1m] offset 2m) + b offset -1m + c @ 7"),
            LOOKBACK);

    assertEquals(3, reaches.size());
    assertEquals((60 + 5 + 1 + 2) * 60_000, reaches.get(0).fromMillis());
    assertEquals(3 * 60_000, reaches.get(0).toMillis());
    assertEquals(4 * 60_000, reaches.get(1).fromMillis());
    assertEquals(-60_000, reaches.get(1).toMillis());
    assertEquals(List.of(false, false, true), reaches.stream().map(SelectorReach::fixed).toList());
  }

  @Test
  void edgesThatAreMadeOfSamplesBeyondThemReachFurther() {
    List<SelectorReach> reaches =
        SelectorReach.in(
            parser.parse("increase(a[10m] anchored) + increase(b[10m] smoothed)"), LOOKBACK);

    assertEquals(900_000, reaches.get(0).fromMillis());
    assertEquals(0, reaches.get(0).toMillis());
    assertEquals(900_000, reaches.get(1).fromMillis());
    assertEquals(-300_000, reaches.get(1).toMillis());
  }

  @Test
  void twoShardsMayNotGiveTheSameSeries() {
    Labels labels = Labels.of("job", "api");
    LeafResults results =
        new LeafResults(
            60_000,
            Map.of(
                0,
                List.of(
                    new QueryValue.Sample(labels, 1, null),
                    new QueryValue.Sample(labels, 2, null))),
            Map.of(),
            new MemorySeriesSource());
    WeirException.Unprocessable error =
        assertThrows(
            WeirException.Unprocessable.class,
            () -> value(split("rate(up[5m])").merge(), 60_000, results));
    assertEquals("vector cannot contain metrics with the same labelset", error.getMessage());
  }

  private static final List<String> QUERIES =
      List.of(
          "http_requests_total",
          "queue_length > 3",
          "sum by (job) (rate(http_requests_total[2m]))",
          "sum without (path) (increase(http_requests_total[5m])) / count without (path) (queue_length)",
          "avg(queue_length) by (path) > bool 3",
          "topk(2, temperature)",
          "quantile by (path) (0.5, temperature)",
          "stddev(queue_length)",
          "max_over_time(delta(temperature[1m])[5m:20s])",
          "absent(queue_length{path=\"/7\"})",
          "absent_over_time(queue_length{path=\"/1\", instance=\"host-9\"}[3m])",
          "absent(queue_length offset 10m)",
          "queue_length and on (instance) temperature > 10",
          "http_requests_total offset 2m or queue_length",
          "timestamp(queue_length)",
          "label_replace(queue_length, \"shard\", \"$1\", \"instance\", \"host-(.*)\")",
          "count_values(\"length\", queue_length)",
          "time() - timestamp(temperature) > 5",
          "vector(scalar(sum(queue_length)))",
          "-changes(temperature[5m]) + on (instance, path) group_left () queue_length",
          "sort_desc(clamp_max(queue_length, 4))",
          "group(present_over_time(temperature[1m]))");

  /// Each series on a shard of its own choice, leaves evaluated a shard at a time.
  @Property(tries = 120)
  void theUnionOfShardsGivesWhatTheWholeGives(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 3);
    int shards = random.nextInt(1, 5);
    List<MemorySeriesSource> sources = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      sources.add(new MemorySeriesSource());
    }
    data.series()
        .forEach((labels, samples) -> {
          MemorySeriesSource shard = sources.get(random.nextInt(shards));
          samples.forEach((time, value) ->
              shard.append(
                  GroupRow.of(Tenant.DEFAULT, List.of(GroupRow.Sample.of(labels, time, value)))));
        });
    for (String query : QUERIES) {
      long time = random.nextLong(data.startMillis(), data.endMillis() + 200_000);
      Expr expr = parser.parse(query);
      SplitExpr split = SplitExpr.of(expr, 3, _ -> true);
      Map<Integer, List<QueryValue.Sample>> results = new HashMap<>();
      for (int leaf = 0; leaf < split.leaves().size(); leaf++) {
        List<QueryValue.Sample> union = new ArrayList<>();
        for (MemorySeriesSource shard : sources) {
          union.addAll(value(split.leaves().get(leaf), time, shard).samples());
        }
        results.put(leaf + 3, union);
      }
      assertAlike(
          "%s at %d".formatted(query, time),
          value(expr, time, data.source()),
          value(
              split.merge(),
              time,
              new LeafResults(time, results, Map.of(), new MemorySeriesSource())));
    }
  }

  private QueryValue.Vector value(
      Expr expr, long timestampMillis, dev.weir.model.source.SeriesSource source) {
    return (QueryValue.Vector)
        engine
            .evaluate(
                "",
                expr,
                QueryTimes.instant(timestampMillis),
                QueryContext.of(Tenant.DEFAULT, source))
            .value();
  }

  private static void assertAlike(
      String where, QueryValue.Vector expected, QueryValue.Vector actual) {
    Map<Labels, Double> wanted = byLabels(expected);
    Map<Labels, Double> got = byLabels(actual);
    assertEquals(wanted.keySet(), got.keySet(), where);
    wanted.forEach((labels, value) -> {
      double other = got.getOrDefault(labels, Double.NaN);
      double size = Math.max(1, Math.abs(value));
      if (Double.compare(value, other) != 0
          && value != other
          && !(Double.isFinite(size) && Math.abs(value - other) <= 1e-9 * size)) {
        fail("%s: %s is %s, expected %s".formatted(where, labels, other, value));
      }
    });
  }

  private static Map<Labels, Double> byLabels(QueryValue.Vector vector) {
    Map<Labels, Double> values = new TreeMap<>();
    vector.samples().forEach(sample -> values.put(sample.labels(), sample.value()));
    return values;
  }
}
