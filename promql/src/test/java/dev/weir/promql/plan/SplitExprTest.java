package dev.weir.promql.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.MemorySeriesSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
        "sum by (job) (rate(http_requests_total[5m]) > 0) | sum by (job) (rate(http_requests_total[5m]) > 0)",
        "rate(errors_total[5m]) / rate(requests_total[5m]) | rate(errors_total[5m]) / rate(requests_total[5m])",
        "max_over_time(rate(http_requests_total[5m])[1h:1m]) | max_over_time(rate(http_requests_total[5m])[1h:1m])",
        "absent(up{job=\"node\"}) | up{job=\"node\"}",
        "absent_over_time(up{job=\"node\"}[5m]) | last_over_time(up{job=\"node\"}[5m])",
        "time() - node_boot_time_seconds > 60 | time() - node_boot_time_seconds > 60",
        "histogram_quantile(0.9, sum by (le) (rate(latency_bucket[5m]))) | sum by (le) (rate(latency_bucket[5m]))",
        "up unless on (instance) down offset 5m | up; down offset 5m",
        "topk(scalar(limit), clamp(queue_length, 0, 9)) | limit; clamp(queue_length, 0, 9)",
        "quantile(0.5, queue_length) | queue_length",
        "sum(max by (path) (queue_length)) | max by (path) (queue_length)",
        "sum(label_replace(queue_length, \"a\", \"b\", \"c\", \"\")) | queue_length",
        "vector(1) | ''",
      })
  void leavesAreAsLargeAsTheyCanBe(String query, String leaves) {
    List<String> printed =
        split(query).leaves().stream().map(leaf -> PromqlPrinter.print(leaf.expr())).toList();
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
        "max_over_time((up / on (job) down)[1h:1m]) | up; down",
        "info(up, {version=~'.+'}) | up; {__name__=\"target_info\",version=~\".+\"}",
      })
  void whatHasToBeReadAtOtherTimesIsNotSplit(String query, String selectors) {
    assertEquals(
        selectors,
        String.join(
            "; ", split(query).unsplit(_ -> true).stream().map(PromqlPrinter::print).toList()));
  }

  /// What is not a selector would have to say that its name is to be dropped.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sum by (__name__) (-up) | up | ''",
        "-up / down | up; down | ''",
        "absent_over_time(up[5m]) | last_over_time(up[5m]) | ''",
        "sum by (__name__) (rate(up[5m])) | '' | up",
        "timestamp(up) | '' | up",
      })
  void leavesAreSelectorsWhereNamesAreDroppedAtTheEnd(
      String query, String leaves, String selectors) {
    SplitExpr split = SplitExpr.of(parser.parse(query), 0, _ -> true, true);
    assertEquals(
        leaves,
        split.leaves().stream()
            .map(leaf -> PromqlPrinter.print(leaf.expr()))
            .collect(Collectors.joining("; ")));
    assertEquals(
        selectors,
        split.unsplit(_ -> true).stream()
            .map(PromqlPrinter::print)
            .collect(Collectors.joining("; ")));
  }

  @Test
  void selectorsThatAreNotShardedStayInTheMerge() {
    Expr expr = parser.parse("job:requests:rate5m / rate(requests_total[5m])");

    SplitExpr split =
        SplitExpr.of(expr, 7, selector -> !selector.name().equals("job:requests:rate5m"));

    assertEquals(
        List.of("rate(requests_total[5m])"),
        split.leaves().stream().map(leaf -> PromqlPrinter.print(leaf.expr())).toList());
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
    long[] at = {60_000};
    LeafResults results =
        new LeafResults(
            at,
            Map.of(
                0,
                LeafMerge.series(
                    at,
                    List.of(
                        new QueryValue.Sample(labels, 1, null),
                        new QueryValue.Sample(labels, 2, null)))),
            Map.of(),
            new MemorySeriesSource());
    WeirException.Unprocessable error =
        assertThrows(
            WeirException.Unprocessable.class,
            () -> value(split("rate(up[5m])").merge(), 60_000, results));
    assertEquals("vector cannot contain metrics with the same labelset", error.getMessage());
  }

  /// What is computed beside the partition: joins and groups whose series have one key.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up | SERIES",
        "up offset 5m > 0 | SERIES",
        "errors_total / requests_total > 0.1 | PARTITION",
        "latency_bucket / ignoring (le) sum without (le) (latency_bucket) | PARTITION",
        "latency_bucket / ignoring (le) group_left () histogram_quantile(0.9, latency_bucket) | PARTITION",
        "sum without (le) (latency_bucket) * ignoring (le) group_right () latency_bucket | PARTITION",
        "errors_total and ignoring (le) requests_total | PARTITION",
        "errors_total and (requests_total > 3) | PARTITION",
        "sum without (le) (latency_bucket) | PARTITION",
        "histogram_quantile(0.9, rate(latency_bucket[5m])) | PARTITION",
        "up{job='node', instance=~'.+'} * on (job, instance) sum by (job, instance) (x{job='node', instance!=''}) | PARTITION",
        "x{job='a', instance=~'.+'} * on (job, instance) (up{job='a', instance='b'} * on (job, instance) max by (instance, job) (x{job='a', instance='b'})) | PARTITION",
        "x{job='a', instance=~'.+'} * ignoring (path) group_left () avg without (path) (x{job='a', instance=~'.+'}) | PARTITION",
        "sum by (job, instance) (up{job='node', instance=~'.+'}) | PARTITION",
        "max_over_time((errors_total / requests_total)[1h:1m]) | PARTITION",
        // Series without job or instance lie by all their labels.
        "sum by (job, instance) (up) | STATES",
        "sum without (path) (errors_total) | STATES",
        "up * on (job, instance) up | SERIES SERIES",
        "errors_total / ignoring (code) requests_total | SERIES SERIES",
        "up{job=~'.*', instance=~'.+'} * on (job, instance) up{job='a', instance='b'} | SERIES SERIES",
        // Whether several names are an error depends on the other side in all partitions.
        "errors_total / {__name__=~'requests_.*'} | SERIES SERIES",
        // So does whether a match has several series.
        "errors_total / ignoring (le) requests_total | SERIES SERIES",
        "sum without (le) (latency_bucket) * ignoring (le) latency_bucket | PARTITION SERIES",
        "up{job='node', instance=~'.+'} * on (job, instance) up{job='node', instance!=''} | SERIES SERIES",
        // Labels that are taken over from elsewhere change the key.
        "errors_total * ignoring () group_left (zone) requests_total | SERIES SERIES",
        "avg(errors_total / requests_total) | STATES",
        "stddev by (job) (up) | STATES",
        "max by (job) (up) | STATES",
        "count_values('state', up) | STATES",
        "topk(3, up) | CANDIDATES",
        "limit_ratio(0.5, up) | CANDIDATES",
        "quantile(0.5, up) | SERIES",
      })
  void leavesAreOfOneKind(String query, String kinds) {
    assertEquals(
        kinds,
        split(query).leaves().stream()
            .map(leaf -> leaf.kind().name())
            .collect(Collectors.joining(" ")));
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
}
