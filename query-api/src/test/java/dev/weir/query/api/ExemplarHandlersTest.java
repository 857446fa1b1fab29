package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ExemplarCollection;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryLimits;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExemplarHandlersTest {
  private static final GroupKey GROUP =
      new GroupKey(new PartitionKey.OfTarget(Tenant.DEFAULT, "app", "a:8080"), "t", Slice.WHOLE);

  private static final List<SeriesExemplars> STORED =
      List.of(
          of(
              Labels.of("__name__", "errors_total", "instance", "a:8080", "job", "app"),
              new Exemplar(Labels.EMPTY, 3, OptionalLong.of(1_795_306_831_660L))),
          of(
              Labels.of("__name__", "req_seconds_bucket", "job", "app", "le", "+Inf"),
              new Exemplar(
                  Labels.of("span_id", "x y\"z", "trace_id", "b0000001"),
                  1e-7,
                  OptionalLong.of(1_520_879_607_789L)),
              new Exemplar(
                  Labels.of("trace_id", "a0000002"), 0.5, OptionalLong.of(1_795_306_831_000L))));

  private static SeriesExemplars of(Labels labels, Exemplar... exemplars) {
    return new SeriesExemplars(
        GROUP, new SeriesMeta(labels, MetricType.COUNTER), List.of(exemplars));
  }

  /// A source with these exemplars and no samples.
  private record Source(SeriesSource source) implements ForwardingSource {
    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      return source.select(tenant, matchers, range, hints);
    }

    @Override
    public Listing<SeriesExemplars> exemplars(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      ExemplarCollection found = new ExemplarCollection(limit);
      for (SeriesExemplars one : STORED) {
        if (selectors.stream()
            .anyMatch(matchers ->
                matchers.stream()
                    .allMatch(matcher -> matcher.matches(one.labels().get(matcher.name()))))) {
          one.exemplars().stream()
              .filter(exemplar -> range.contains(exemplar.timestampMillis().orElseThrow()))
              .forEach(exemplar -> found.add(one.group(), one.series(), exemplar));
        }
      }
      return new Listing<>(
          found.list(), false, new Completeness(60_000, List.of("sink-2 does not answer")));
    }
  }

  private final ApiFixture api =
      new ApiFixture(
          new Source(MemorySeriesSource.of(List.of())),
          QueryEngine.inCallersThread(),
          QueryLimits.DEFAULT,
          HeldClock.at("2026-11-21T00:00:00Z"));

  @AfterEach
  void close() {
    api.close();
  }

  private static final String WARNING = ",\"warnings\":[\"sink-2 does not answer\"]}";

  @Test
  void answersAsPrometheusDoesForEverySelectorOfTheExpression() {
    HttpResponse<String> response =
        api.get(
            "/api/v1/query_exemplars",
            "query",
            "errors_total + on (job) rate(req_seconds_bucket{le=\"+Inf\"}[1m])");
    assertEquals(
        """
        {"status":"success","data":[\
        {"seriesLabels":{"__name__":"errors_total","instance":"a:8080","job":"app"},\
        "exemplars":[{"labels":{},"value":"3","timestamp":1795306831.660}]},\
        {"seriesLabels":{"__name__":"req_seconds_bucket","job":"app","le":"+Inf"},\
        "exemplars":[{"labels":{"span_id":"x y\\"z","trace_id":"b0000001"},\
        "value":"1e-07","timestamp":1520879607.789},\
        {"labels":{"trace_id":"a0000002"},"value":"0.5","timestamp":1795306831}]}]\
        """
            + WARNING,
        response.body());
    assertEquals(200, response.statusCode());
    assertEquals(
        "1970-01-01T00:01:00Z", response.headers().firstValue("Weir-Complete-To").orElse(""));
    assertEquals("1", response.headers().firstValue("Weir-Missing-Parts").orElse(""));
  }

  @Test
  void theRangeIsThatOfTheExemplarsOwnTimes() {
    assertEquals(
        """
        {"status":"success","data":[\
        {"seriesLabels":{"__name__":"req_seconds_bucket","job":"app","le":"+Inf"},\
        "exemplars":[{"labels":{"trace_id":"a0000002"},"value":"0.5","timestamp":1795306831}]}]\
        """
            + WARNING,
        api.post(
                "/api/v1/query_exemplars",
                "query",
                "req_seconds_bucket offset 1h",
                "start",
                "1520879607.790",
                "end",
                "2026-11-22T00:20:31Z")
            .body());
    assertEquals(
        "{\"status\":\"success\",\"data\":[]" + WARNING,
        api.get("/api/v1/query_exemplars", "query", "up").body());
  }

  @Test
  void anExpressionWithoutSelectorsHasNoContent() {
    HttpResponse<String> response = api.get("/api/v1/query_exemplars", "query", "1");
    assertEquals("", response.body());
    assertEquals(204, response.statusCode());
  }

  private void assertRefused(String message, String... parameters) {
    HttpResponse<String> response = api.get("/api/v1/query_exemplars", parameters);
    assertEquals(400, response.statusCode());
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"%s\"}".formatted(message),
        response.body());
  }

  @Test
  void wrongRequestsAreRefusedInPrometheussWords() {
    assertRefused("unknown position: parse error: no expression found in input");
    assertRefused("1:5: parse error: unclosed left parenthesis", "query", "sum(");
    assertRefused(
        "end timestamp must not be before start timestamp",
        "query",
        "up",
        "start",
        "10",
        "end",
        "5");
    assertTrue(
        api.get("/api/v1/query_exemplars", "query", "up", "start", "x")
            .body()
            .contains("cannot parse \\\"x\\\" to a valid timestamp"));
  }
}
