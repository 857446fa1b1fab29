package dev.weir.query.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueryWatchTest {
  private static final Question QUESTION =
      new Question(Tenant.DEFAULT, "up", 0, 0, 0, "127.0.0.1", "GET", "/api/v1/query");
  private static final QueryStatistics STATISTICS =
      new QueryStatistics(240, 120, 2, 1, 0, List.of(), 20_000_000, 1_000_000, 40_000_000, 0);

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final QueryLog queryLog = new QueryLog(registry);
  private long now;
  private final QueryWatch watch =
      new QueryWatch(
          new QueryCounters(registry),
          queryLog,
          new ActiveQueries(() -> now),
          Duration.ZERO,
          HeldClock.at("2026-05-01T10:00:00Z"));

  @AfterEach
  void stop() {
    queryLog.close();
  }

  private double counted(String name) {
    return registry.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals(name))
        .map(CounterSnapshot.class::cast)
        .flatMap(family -> family.getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private double seconds(String phase) {
    return registry.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals("weir_query_duration_seconds"))
        .map(HistogramSnapshot.class::cast)
        .flatMap(family -> family.getDataPoints().stream())
        .filter(point -> phase.equals(point.getLabels().get("phase")))
        .mapToDouble(HistogramSnapshot.HistogramDataPointSnapshot::getSum)
        .sum();
  }

  @Test
  void timesAndSamplesOfQueriesAreCounted() {
    watch.ended(QUESTION, STATISTICS, Optional.empty(), Optional.empty());
    assertEquals(240, counted("weir_query_samples_read"));
    assertEquals(0.02, seconds("queue"), 1e-9);
    assertEquals(0.001, seconds("parse"), 1e-9);
    assertEquals(0.04, seconds("eval"), 1e-9);
    assertEquals(0, counted("weir_query_stopped") + counted("weir_query_canceled"));
  }

  @Test
  void whatALimitStoppedIsNotCanceled() {
    watch.ended(
        QUESTION,
        STATISTICS,
        Optional.of(QueryLimit.TIME),
        Optional.of(new WeirException.TimedOut("query timed out in expression evaluation")));
    assertEquals(1, counted("weir_query_stopped"));
    assertEquals(0, counted("weir_query_canceled"));
  }

  @Test
  void whatAClientGaveUpIsCanceled() {
    watch.ended(
        QUESTION,
        STATISTICS,
        Optional.empty(),
        Optional.of(new WeirException.Canceled("query was canceled in expression evaluation")));
    assertEquals(0, counted("weir_query_stopped"));
    assertEquals(1, counted("weir_query_canceled"));
  }

  @Test
  void theLongestRunningQueryIsListedFirst() {
    try (ActiveQueries.Registration _ = watch.begin(QUESTION)) {
      now = 5_000_000;
      try (ActiveQueries.Registration _ = watch.begin(QUESTION)) {
        now = 7_000_000;
        assertEquals(
            List.of(
                new ActiveQueries.Active(1, QUESTION, 7_000_000),
                new ActiveQueries.Active(2, QUESTION, 2_000_000)),
            watch.active().list());
      }
    }
    assertEquals(List.of(), watch.active().list());
  }
}
