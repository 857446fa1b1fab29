package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.Cancellation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryLimits;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrometheusApiTest {
  private static final Labels UP_A =
      Labels.of("__name__", "up", "instance", "a:9100", "job", "node");
  private static final Labels UP_B =
      Labels.of("__name__", "up", "instance", "b:9100", "job", "node");
  private static final Labels LOAD =
      Labels.of("__name__", "node_load1", "instance", "a:9100", "job", "node");

  private static final SeriesSource SAMPLES =
      MemorySeriesSource.of(
          GroupRow.of(
              Tenant.DEFAULT,
              List.of(
                  Sample.of(UP_A, 45_500, 1),
                  Sample.of(UP_A, 60_000, 1),
                  Sample.of(UP_B, 60_000, 0),
                  Sample.of(LOAD, 45_500, 0.25),
                  Sample.of(LOAD, 60_000, Double.NaN))));

  private final HeldClock clock = HeldClock.at("1970-01-01T00:01:00Z");
  private final ApiFixture api =
      new ApiFixture(SAMPLES, QueryEngine.inCallersThread(), QueryLimits.DEFAULT, clock);

  @AfterEach
  void close() {
    api.close();
  }

  private static void assertData(String json, HttpResponse<String> response) {
    assertEquals("{\"status\":\"success\",\"data\":" + json + "}", response.body());
    assertEquals(200, response.statusCode());
    assertEquals("application/json", response.headers().firstValue("Content-Type").orElse("none"));
  }

  private static void assertError(
      int status, String type, String message, HttpResponse<String> response) {
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"%s\"}"
            .formatted(type, message.replace("\"", "\\\"")),
        response.body());
    assertEquals(status, response.statusCode());
  }

  @Test
  void instantQueryIsEvaluatedNowUnlessItNamesATime() {
    assertData(
        "{\"resultType\":\"vector\",\"result\":["
            + "{\"metric\":{\"__name__\":\"up\",\"instance\":\"a:9100\",\"job\":\"node\"},"
            + "\"value\":[60,\"1\"]},"
            + "{\"metric\":{\"__name__\":\"up\",\"instance\":\"b:9100\",\"job\":\"node\"},"
            + "\"value\":[60,\"0\"]}]}",
        api.get("/api/v1/query", "query", "up"));
    assertData(
        "{\"resultType\":\"vector\",\"result\":["
            + "{\"metric\":{\"__name__\":\"node_load1\",\"instance\":\"a:9100\",\"job\":\"node\"},"
            + "\"value\":[45.500,\"0.25\"]}]}",
        api.get("/api/v1/query", "query", "node_load1", "time", "45.5"));
    assertData(
        "{\"resultType\":\"scalar\",\"result\":[60.001,\"2\"]}",
        api.post("/api/v1/query", "query", "1+1", "time", "1970-01-01T00:01:00.001Z"));
    assertData(
        "{\"resultType\":\"string\",\"result\":[60,\"text\"]}",
        api.get("/api/v1/query", "query", "\"text\""));
  }

  @Test
  void rangeQueryGivesValuesAsTextAtEveryStep() {
    assertData(
        "{\"resultType\":\"matrix\",\"result\":["
            + "{\"metric\":{\"__name__\":\"node_load1\",\"instance\":\"a:9100\",\"job\":\"node\"},"
            + "\"values\":[[46,\"0.25\"],[61,\"NaN\"]]}]}",
        api.get(
            "/api/v1/query_range",
            "query",
            "node_load1",
            "start",
            "31",
            "end",
            "61",
            "step",
            "15s"));
  }

  @Test
  void samplesOfARangeSelectorKeepTheirTimes() {
    assertData(
        "{\"resultType\":\"matrix\",\"result\":["
            + "{\"metric\":{\"__name__\":\"node_load1\",\"instance\":\"a:9100\",\"job\":\"node\"},"
            + "\"values\":[[45.500,\"0.25\"],[60,\"NaN\"]]}]}",
        api.get("/api/v1/query", "query", "node_load1[1m]"));
  }

  @Test
  void limitCutsResultsAndSaysSo() {
    assertEquals(
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
            + "{\"metric\":{\"__name__\":\"up\",\"instance\":\"a:9100\",\"job\":\"node\"},"
            + "\"value\":[60,\"1\"]}]},"
            + "\"warnings\":[\"results truncated due to limit\"]}",
        api.get("/api/v1/query", "query", "up", "limit", "1").body());
  }

  @Test
  void statisticsComeWhenTheyAreAskedFor() {
    String body = api.get("/api/v1/query", "query", "up", "stats", "true").body();

    assertTrue(body.contains("\"stats\":{\"timings\":{\"evalTotalTime\":"), body);
    assertTrue(body.contains("\"totalQueryableSamples\":"), body);
  }

  @Test
  void anotherWordThanTrueOrAllAsksForStatisticsAndIsDeprecated() {
    String body = api.get("/api/v1/query", "query", "up", "stats", "yes").body();

    assertTrue(body.contains("\"stats\":{\"timings\":{\"evalTotalTime\":"), body);
    assertTrue(
        body.endsWith(
            "\"warnings\":[\"value \\\"yes\\\" for parameter \\\"stats\\\" is deprecated and will be"
                + " rejected in the next major release, use \\\"true\\\" or \\\"all\\\"\"]}"),
        body);
    assertFalse(api.get("/api/v1/query", "query", "up", "stats", "").body().contains("stats"));
  }

  @Test
  void tenAnnotationsAreShownAndTheOthersCounted() {
    String query =
        IntStream.rangeClosed(2, 13)
            .mapToObj("quantile(%d, up)"::formatted)
            .collect(Collectors.joining(" + "));
    String body = api.get("/api/v1/query", "query", query).body();

    assertTrue(body.contains("got 11 (1:173)\",\"2 more warning annotations omitted\"]"), body);
    assertFalse(body.contains("got 12"), body);
  }

  @Test
  void tenantsAreApart() {
    assertData(
        "{\"resultType\":\"vector\",\"result\":[]}",
        api.getAs("team-a", "/api/v1/query", "query", "up"));
    assertEquals(400, api.getAs("team/a", "/api/v1/query", "query", "up").statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "up|x|61|15|invalid parameter \"start\": cannot parse \"x\" to a valid timestamp",
        "up||61|15|invalid parameter \"start\": cannot parse \"\" to a valid timestamp",
        "up|31|61|x|invalid parameter \"step\": cannot parse \"x\" to a valid duration",
        "up|61|31|15|invalid parameter \"end\": end timestamp must not be before start time",
        "up|31|61|0|invalid parameter \"step\": zero or negative query resolution step widths are"
            + " not accepted. Try a positive integer",
        "up|0|11001|1|exceeded maximum resolution of 11,000 points per timeseries. Try decreasing"
            + " the query resolution (?step=XX)",
      })
  void wrongParametersAreNamed(
      String query, String start, String end, String step, String message) {
    assertError(
        400,
        "bad_data",
        message,
        api.get(
            "/api/v1/query_range",
            "query",
            query,
            "start",
            start == null ? "" : start,
            "end",
            end,
            "step",
            step));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1e10000000", "-1e10000000", "1e400", "NaN", "Infinity", "45.5f", " 45.5", "1e16"})
  void timesAndDurationsThatAreTooLargeAreRefusedAtOnce(String number) {
    for (String name : List.of("time", "timeout", "lookback_delta")) {
      HttpResponse<String> response = api.get("/api/v1/query", "query", "up", name, number);
      assertEquals(400, response.statusCode(), name);
      assertTrue(
          response.body().contains("invalid parameter \\\"%s\\\": cannot parse".formatted(name)),
          response.body());
    }
    for (String name : List.of("start", "end")) {
      assertEquals(400, api.get("/api/v1/labels", name, number).statusCode(), name);
    }
  }

  @Test
  void numbersWithExponentsAreTimes() {
    assertData(
        "{\"resultType\":\"scalar\",\"result\":[45.500,\"2\"]}",
        api.get("/api/v1/query", "query", "1+1", "time", "4.55e1"));
    assertData(
        "{\"resultType\":\"scalar\",\"result\":[1700000000.123,\"2\"]}",
        api.get("/api/v1/query", "query", "1+1", "time", "1700000000.123"));
  }

  @Test
  void theEarliestAndLatestTimesThatPrometheusWritesAreTaken() {
    String least = "-292273086-05-16T16:47:06Z";
    String greatest = "292277025-08-18T07:12:54.999999999Z";

    assertError(
        400,
        "bad_data",
        "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query"
            + " resolution (?step=XX)",
        api.get(
            "/api/v1/query_range", "query", "up", "start", least, "end", greatest, "step", "290y"));
    for (String time : List.of(least, greatest)) {
      for (String query :
          List.of(
              "up",
              "up offset 290y",
              "up offset -290y",
              "rate(up[290y])",
              "up @ 9223372036854775 offset -290y",
              "sum_over_time(up[290y:100y] offset 290y)",
              "sum_over_time((up @ -9223372036854775)[1h:1m] offset -290y)")) {
        assertData(
            "{\"resultType\":\"vector\",\"result\":[]}",
            api.get("/api/v1/query", "query", query, "time", time));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0s", "-300"})
  void aLookbackOfNothingIsTheDefault(String lookback) {
    assertEquals(
        api.get("/api/v1/query", "query", "up").body(),
        api.get("/api/v1/query", "query", "up", "lookback_delta", lookback).body());
  }

  @Test
  void parametersThatAreWronglyEncodedAreBadData() {
    HttpResponse<String> response = api.postForm("/api/v1/query", "query=%zz");

    assertEquals(400, response.statusCode());
    assertTrue(response.body().contains("\"errorType\":\"bad_data\""), response.body());
  }

  @Test
  void aQueryThatIsNoPromqlIsBadData() {
    HttpResponse<String> response = api.get("/api/v1/query", "query", "up{");

    assertEquals(400, response.statusCode());
    assertTrue(
        response
            .body()
            .startsWith(
                "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":"
                    + "\"invalid parameter \\\"query\\\": 1:4: parse error: "),
        response.body());
  }

  @Test
  void aQueryThatCannotBeComputedIsAnExecutionError() {
    HttpResponse<String> response = api.get("/api/v1/query", "query", "up * on (job) up");

    assertEquals(422, response.statusCode());
    assertTrue(response.body().contains("\"errorType\":\"execution\""), response.body());
  }

  @Test
  void labelsOfSeries() {
    assertData("[\"__name__\",\"instance\",\"job\"]", api.get("/api/v1/labels"));
    assertData("[\"a:9100\",\"b:9100\"]", api.get("/api/v1/label/instance/values"));
    assertData("[\"a:9100\"]", api.get("/api/v1/label/instance/values", "match[]", "node_load1"));
    assertData("[\"node_load1\",\"up\"]", api.get("/api/v1/label/__name__/values"));
    assertData("[\"node\"]", api.get("/api/v1/label/U__job/values"));
    assertEquals(
        "{\"status\":\"success\",\"data\":[\"__name__\"],"
            + "\"warnings\":[\"results truncated due to limit\"]}",
        api.get("/api/v1/labels", "limit", "1").body());
  }

  @Test
  void listingsAreCutWhereTheyAreTooLongAndSaySo() {
    try (ApiFixture narrow =
        new ApiFixture(SAMPLES, QueryEngine.inCallersThread(), QueryLimits.DEFAULT, 2, clock)) {
      String truncated = "\"warnings\":[\"results truncated due to limit\"]}";
      for (String limit : List.of("0", "40000")) {
        assertEquals(
            "{\"status\":\"success\",\"data\":[\"__name__\",\"instance\"]," + truncated,
            narrow.get("/api/v1/labels", "limit", limit).body());
        String series =
            narrow.get("/api/v1/series", "match[]", "{job=\"node\"}", "limit", limit).body();
        assertTrue(series.endsWith("\"job\":\"node\"}]," + truncated), series);
        assertEquals(3, series.split("__name__", -1).length, series);
      }
      assertEquals(
          "{\"status\":\"success\",\"data\":[\"node_load1\",\"up\"]}",
          narrow.get("/api/v1/label/__name__/values").body());
    }
  }

  @Test
  void listingsWaitForAPlaceAmongTheQueries() throws InterruptedException {
    QueryEngine one =
        new QueryEngine(
            EngineSettings.DEFAULT.withMaxConcurrentQueries(1),
            ParserOptions.DEFAULT,
            Runnable::run,
            System::nanoTime);
    QueryLimits hurried = QueryLimits.DEFAULT.withTimeout(Duration.ofMillis(50));
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    Thread query =
        Thread.startVirtualThread(() ->
            one.inPlaceOfQuery(
                Duration.ofSeconds(20),
                new Cancellation(),
                () -> {
                  taken.countDown();
                  try {
                    return leave.await(20, TimeUnit.SECONDS);
                  } catch (InterruptedException _) {
                    return false;
                  }
                }));
    try (ApiFixture busy = new ApiFixture(SAMPLES, one, hurried, clock)) {
      assertTrue(taken.await(20, TimeUnit.SECONDS));
      assertError(503, "timeout", "query timed out in query queue", busy.get("/api/v1/labels"));
    } finally {
      leave.countDown();
      query.join();
    }
  }

  @Test
  void seriesNeedASelector() {
    assertData(
        "[{\"__name__\":\"node_load1\",\"instance\":\"a:9100\",\"job\":\"node\"},"
            + "{\"__name__\":\"up\",\"instance\":\"b:9100\",\"job\":\"node\"}]",
        api.post("/api/v1/series", "match[]", "node_load1", "match[]", "up{instance=\"b:9100\"}"));
    assertError(400, "bad_data", "no match[] parameter provided", api.get("/api/v1/series"));
    assertEquals(400, api.get("/api/v1/series", "match[]", "rate(up[1m])").statusCode());
  }

  @Test
  void targetsAreThoseOfTheTopic() {
    api.targets.add(
        new TargetState(
            Tenant.DEFAULT,
            "node",
            "1",
            "collector-0",
            Labels.of("__address__", "a:9100", "job", "node"),
            Optional.of(
                new TargetState.Scraped(
                    Labels.of("instance", "a:9100", "job", "node"),
                    "http://a:9100/metrics",
                    "http://a:9100/metrics",
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    Optional.of(
                        new TargetState.Outcome(
                            Instant.parse("2026-01-01T00:00:00Z"),
                            Duration.ofMillis(12),
                            "connection refused"))))));
    api.targets.add(
        new TargetState(
            Tenant.DEFAULT,
            "node",
            "2",
            "collector-0",
            Labels.of("__address__", "b:9100"),
            Optional.empty()));

    assertData(
        "{\"activeTargets\":[{\"discoveredLabels\":{\"__address__\":\"a:9100\",\"job\":\"node\"},"
            + "\"labels\":{\"instance\":\"a:9100\",\"job\":\"node\"},\"scrapePool\":\"node\","
            + "\"scrapeUrl\":\"http://a:9100/metrics\",\"globalUrl\":\"http://a:9100/metrics\","
            + "\"lastError\":\"connection refused\",\"lastScrape\":\"2026-01-01T00:00:00Z\","
            + "\"lastScrapeDuration\":0.012,\"health\":\"down\",\"scrapeInterval\":\"15s\","
            + "\"scrapeTimeout\":\"10s\"}],"
            + "\"droppedTargets\":[{\"discoveredLabels\":{\"__address__\":\"b:9100\"},"
            + "\"scrapePool\":\"node\"}],\"droppedTargetCounts\":{\"node\":1}}",
        api.get("/api/v1/targets"));
    assertData(
        "{\"activeTargets\":[],\"droppedTargets\":[],\"droppedTargetCounts\":{}}",
        api.get("/api/v1/targets", "scrapePool", "other"));
    assertData("{\"scrapePools\":[\"node\"]}", api.get("/api/v1/scrape_pools"));
  }

  @Test
  void metadataIsThatOfTheTopic() {
    api.metadata.add(
        new MetricMetadata(Tenant.DEFAULT, "node_load1", MetricType.GAUGE, "1m load average.", ""));
    api.metadata.add(
        new MetricMetadata(new Tenant("team-a"), "up", MetricType.GAUGE, "Another's.", ""));

    assertData(
        "{\"node_load1\":[{\"type\":\"gauge\",\"help\":\"1m load average.\",\"unit\":\"\"}]}",
        api.get("/api/v1/metadata"));
    assertData("{}", api.get("/api/v1/metadata", "metric", "up"));
  }

  @Test
  void whatGrafanaAsksAtStartIsAnswered() {
    assertData(
        "{\"resultType\":\"scalar\",\"result\":[60,\"2\"]}",
        api.post("/api/v1/query", "query", "1+1", "time", "60"));
    assertData(
        "[]",
        api.get(
            "/api/v1/query_exemplars",
            "query",
            "test",
            "start",
            "1700000000000",
            "end",
            "1700000060000"));
    assertData("{\"groups\":[]}", api.get("/api/v1/rules"));
    assertData("{\"alerts\":[]}", api.get("/api/v1/alerts"));
    assertTrue(api.get("/api/v1/status/buildinfo").body().contains("\"version\":\"3.14.0\""));
    assertData(
        "[\"__name__\",\"instance\",\"job\"]",
        api.get("/api/v1/labels", "match[]", "up", "limit", "40000"));
  }

  @Test
  void statusSaysHowTheProcessWasStarted() {
    assertData("{\"yaml\":\"scrape_configs: []\\n\"}", api.get("/api/v1/status/config"));
    assertData("{\"listen\":\"localhost:9090\"}", api.get("/api/v1/status/flags"));
    String runtime = api.get("/api/v1/status/runtimeinfo").body();
    assertTrue(runtime.contains("\"serverTime\":\"1970-01-01T00:01:00Z\""), runtime);
    assertTrue(runtime.contains("\"storageRetention\":\"15d\""), runtime);
    assertTrue(runtime.contains("\"lastConfigTime\":\"2023-11-14T22:13:20Z\""), runtime);
  }
}
