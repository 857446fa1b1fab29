package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryDetail;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryLimits;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryStatistics.StepSamples;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a query is said to have looked at. Samples are every 15 s, and a window does not hold its
/// start: a minute holds four.
class QueryStatisticsTest {
  private static final Fixture DATA =
      Fixture.load(
          "http_requests_total{instance=\"a\"} 0+15x40",
          "http_requests_total{instance=\"b\"} 0+30x40",
          "up{instance=\"a\"} 1 1 _ 1 stale 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
          "request_duration_seconds {{schema:1 count:5 sum:20 buckets:[1 2 1]}}x40");
  private static final QueryDetail PER_STEP = new QueryDetail(true, true, false);

  private static QueryStatistics range(String query) {
    return DATA.engine()
        .range(query, 240_000, 360_000, 60_000, DATA.context().withDetail(PER_STEP))
        .statistics();
  }

  private static QueryStatistics instant(String query) {
    return DATA.engine().instant(query, 240_000, DATA.context().withDetail(PER_STEP)).statistics();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_requests_total | 2",
        "sum(http_requests_total) | 2",
        "http_requests_total + http_requests_total | 4",
        "http_requests_total[1m] | 8",
        "rate(http_requests_total[1m]) | 8",
        "timestamp(http_requests_total) | 2",
        "http_requests_total offset 30m | 0",
        "vector(1) | 0",
        "request_duration_seconds | 13",
        "sum_over_time(request_duration_seconds[1m]) | 52",
        "http_requests_total[1m:30s] | 4",
        "max_over_time(http_requests_total[1m:30s]) | 4",
        // The subquery's windows hold two values of each series, whatever they were made from.
        "max_over_time(rate(http_requests_total[1m])[1m:30s]) | 4",
        "rate(http_requests_total[1m])[1m:30s] | 16",
        "max_over_time(up[1m] @ 60) | 2",
      })
  void anInstantQueryLooksAt(String query, long samples) {
    assertEquals(samples, instant(query).queryableSamples());
    assertEquals(
        List.of(new StepSamples(240_000, samples)), instant(query).queryableSamplesPerStep());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http_requests_total | 2 2 2",
        "rate(http_requests_total[1m]) | 8 8 8",
        "rate(http_requests_total[10m]) | 34 42 50",
        "rate(http_requests_total[1m] @ 240) | 8 8 8",
        "sum(http_requests_total @ 240) * 2 | 2 2 2",
        "max_over_time(rate(http_requests_total[1m])[2m:1m]) | 4 4 4",
        "max_over_time(http_requests_total[2m:1m] @ 240) | 4 4 4",
        "scalar(sum(http_requests_total @ 240)) | 2 2 2",
        "up{instance=\"a\"} | 1 1 1",
        "sum_over_time(up[5m]) | 15 18 20",
        "time() | 0 0 0",
      })
  void aRangeQueryLooksAt(String query, String perStep) {
    QueryStatistics statistics = range(query);
    List<String> counts = new ArrayList<>();
    statistics.queryableSamplesPerStep().forEach(step -> counts.add(Long.toString(step.samples())));
    assertEquals(perStep, String.join(" ", counts));
    assertEquals(240_000, statistics.queryableSamplesPerStep().getFirst().timestampMillis());
    assertEquals(360_000, statistics.queryableSamplesPerStep().getLast().timestampMillis());
    assertEquals(
        statistics.queryableSamples(),
        statistics.queryableSamplesPerStep().stream().mapToLong(StepSamples::samples).sum());
  }

  @Test
  void nothingIsCountedThatNobodyWantsToKnow() {
    QueryStatistics statistics = DATA.at(240, "rate(http_requests_total[1m])").statistics();
    assertEquals(0, statistics.queryableSamples());
    assertEquals(List.of(), statistics.queryableSamplesPerStep());
  }

  @Test
  void stepsAreListedOnlyWhereTheyAreAskedFor() {
    QueryStatistics statistics =
        DATA.engine()
            .range("up", 240_000, 360_000, 60_000, DATA.context().withDetail(QueryDetail.SAMPLES))
            .statistics();
    assertEquals(3, statistics.queryableSamples());
    assertEquals(List.of(), statistics.queryableSamplesPerStep());
  }

  private record Ended(QueryStatistics statistics, Optional<QueryLimit> stoppedBy) {}

  private static Ended failing(String query, QueryLimits limits) {
    List<Ended> ended = new ArrayList<>();
    QueryContext context =
        DATA.context()
            .withLimits(limits)
            .withDetail(QueryDetail.SAMPLES)
            .withObserver((statistics, by) -> ended.add(new Ended(statistics, by)));
    assertThrows(WeirException.class, () -> DATA.engine().instant(query, 240_000, context));
    assertEquals(1, ended.size());
    return ended.getFirst();
  }

  @Test
  void theLimitThatStopsAQueryIsNamed() {
    assertEquals(
        Optional.of(QueryLimit.SAMPLES),
        failing("http_requests_total", QueryLimits.DEFAULT.withMaxSamples(1)).stoppedBy());
    assertEquals(
        Optional.of(QueryLimit.SERIES),
        failing("http_requests_total", QueryLimits.DEFAULT.withMaxSeries(1)).stoppedBy());
    assertEquals(
        Optional.of(QueryLimit.MEMORY),
        failing("http_requests_total", QueryLimits.DEFAULT.withMaxMemoryBytes(1)).stoppedBy());
  }

  @Test
  void aQueryThatFailsHasStatisticsAndNoLimit() {
    Ended ended = failing("up + on () group_left http_requests_total", QueryLimits.DEFAULT);
    assertEquals(Optional.empty(), ended.stoppedBy());
    assertEquals(3, ended.statistics().seriesRead());
  }
}
