package dev.weir.query.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryLimits;
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of queries that take too much or too long, or whose client goes: over real sockets,
/// with one place for queries.
@Timeout(60)
class ClientQueriesTest {
  private static final Labels UP_A = Labels.of("__name__", "up", "instance", "a:9100");
  private static final Labels UP_B = Labels.of("__name__", "up", "instance", "b:9100");
  private static final SeriesSource SAMPLES =
      MemorySeriesSource.of(
          GroupRow.of(
              Tenant.DEFAULT,
              List.of(
                  Sample.of(UP_A, 15_000, 1),
                  Sample.of(UP_A, 30_000, 1),
                  Sample.of(UP_B, 15_000, 0),
                  Sample.of(UP_B, 30_000, 0))));

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HeldClock clock = HeldClock.at("1970-01-01T00:00:31Z");

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  private ApiFixture api(SeriesSource source, QueryLimits limits) {
    QueryEngine engine =
        new QueryEngine(
            EngineSettings.DEFAULT.withMaxConcurrentQueries(1),
            ParserOptions.DEFAULT,
            threads,
            System::nanoTime);
    return new ApiFixture(source, engine, limits, clock);
  }

  private static double counted(ApiFixture api, String counter, String... labelNameAndValue) {
    return api.registry.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals(counter))
        .map(CounterSnapshot.class::cast)
        .flatMap(family -> family.getDataPoints().stream())
        .filter(point ->
            labelNameAndValue.length == 0
                || labelNameAndValue[1].equals(point.getLabels().get(labelNameAndValue[0])))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  private static void assertStopped(
      String limit, int status, String type, String error, ApiFixture api, String... parameters) {
    HttpResponse<String> response =
        api.get(parameters.length > 2 ? "/api/v1/query_range" : "/api/v1/query", parameters);
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"%s\",\"error\":\"%s\"}".formatted(type, error),
        response.body());
    assertEquals(status, response.statusCode());
    assertEquals(1, counted(api, "weir_query_stopped", "limit", limit));
    assertEquals(1, counted(api, "weir_query_stopped"));
  }

  @Test
  void aQueryWithTooManySamplesIsStopped() {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT.withMaxSamples(1))) {
      assertStopped(
          "samples",
          422,
          "execution",
          "query processing would load too many samples into memory in query execution",
          api,
          "query",
          "up");
    }
  }

  @Test
  void aQueryOfTooManySeriesIsStopped() {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT.withMaxSeries(1))) {
      assertStopped(
          "series",
          422,
          "execution",
          "query selects more than 1 series, the limit of a query; use narrower selectors",
          api,
          "query",
          "up");
    }
  }

  @Test
  void aQueryThatNeedsTooMuchMemoryIsStopped() {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT.withMaxMemoryBytes(1))) {
      assertStopped(
          "memory",
          422,
          "execution",
          "query needs more than 1 bytes for samples and results, the limit of a query's memory;"
              + " select fewer series, a shorter range or a longer step",
          api,
          "query",
          "up");
    }
  }

  @Test
  void aQueryWithTooManyStepsIsRefused() {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT.withMaxSteps(2_000))) {
      assertEquals(
          200,
          api.get("/api/v1/query_range", "query", "up", "start", "0", "end", "2000", "step", "1")
              .statusCode());
      assertStopped(
          "steps",
          400,
          "bad_data",
          "exceeded maximum resolution of 2,000 points per timeseries. Try decreasing the query"
              + " resolution (?step=XX)",
          api,
          "query",
          "up",
          "start",
          "0",
          "end",
          "2001",
          "step",
          "1");
    }
  }

  @Test
  void aQueryThatTakesTooLongIsStopped() {
    try (ApiFixture api =
        api(new Blocking(false), QueryLimits.DEFAULT.withTimeout(Duration.ofMillis(50)))) {
      assertStopped(
          "time",
          503,
          "timeout",
          "query timed out: blocks and storage nodes did not answer within 50 ms",
          api,
          "query",
          "up");
    }
  }

  @Test
  void aQueryThatWaitsTooLongForAnotherIsStopped() throws Exception {
    Blocking source = new Blocking(false);
    try (ApiFixture api = api(source, QueryLimits.DEFAULT);
        Socket first = connect(api)) {
      send(first, "/api/v1/query?query=up");
      assertTrue(source.reached.await(20, TimeUnit.SECONDS));
      HttpResponse<String> second = api.get("/api/v1/query", "query", "up", "timeout", "50ms");
      assertEquals(503, second.statusCode());
      assertTrue(second.body().contains("query timed out in query queue"), second.body());
      assertEquals(1, counted(api, "weir_query_stopped", "limit", "concurrency"));
    }
  }

  private static Socket connect(ApiFixture api) throws IOException {
    Socket socket = new Socket("localhost", api.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String target) throws IOException {
    socket
        .getOutputStream()
        .write("GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(target).getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/query?query=up, false",
    "/api/v1/query?query=up, true",
    "/api/v1/query_range?query=sum(up)&start=0&end=60&step=15, true",
    "/api/v1/labels, false",
    "/api/v1/series?match[]=up, false",
  })
  void aClientThatClosesItsConnectionFreesThePlace(String target, boolean whileReading)
      throws Exception {
    Blocking source = new Blocking(whileReading);
    try (ApiFixture api = api(source, QueryLimits.DEFAULT)) {
      try (Socket socket = connect(api)) {
        send(socket, target.replace("[]", "%5B%5D"));
        assertTrue(source.reached.await(20, TimeUnit.SECONDS));
      }
      // The one place is free again, long before a query's two minutes are over.
      source.blocks = false;
      assertEquals(200, api.get("/api/v1/query", "query", "up", "timeout", "30s").statusCode());
      Await.until(
          () -> counted(api, "weir_query_canceled") == 1,
          Duration.ofSeconds(20),
          () -> counted(api, "weir_query_canceled") + " canceled");
      assertEquals(1, counted(api, "weir_http_clients_gone"));
      assertEquals(0, counted(api, "weir_query_stopped"));
    }
  }

  @Test
  void aClientThatGivesUpWaitingLeavesTheLine() throws Exception {
    Blocking source = new Blocking(false);
    try (ApiFixture api = api(source, QueryLimits.DEFAULT);
        Socket running = connect(api)) {
      send(running, "/api/v1/query?query=up");
      assertTrue(source.reached.await(20, TimeUnit.SECONDS));
      try (Socket waiting = connect(api)) {
        send(waiting, "/api/v1/query?query=sum(up)");
        awaitActive(api, "sum(up)", true);
      }
      awaitActive(api, "sum(up)", false);
      assertEquals(1, counted(api, "weir_query_canceled"));
    }
  }

  private static void awaitActive(ApiFixture api, String query, boolean listed) {
    Await.until(
        () ->
            api.get("/api/v1/status/active_queries")
                    .body()
                    .contains("\"query\":\"%s\"".formatted(query))
                == listed,
        Duration.ofSeconds(20),
        () -> api.get("/api/v1/status/active_queries").body());
  }

  @Test
  void queriesThatRunAreListedForTheirTenant() throws Exception {
    Blocking source = new Blocking(false);
    try (ApiFixture api = api(source, QueryLimits.DEFAULT);
        Socket socket = connect(api)) {
      send(socket, "/api/v1/query_range?query=up&start=0&end=60.5&step=15");
      assertTrue(source.reached.await(20, TimeUnit.SECONDS));
      String body = api.get("/api/v1/status/active_queries").body();
      assertTrue(
          body.matches(
              "\\{\"status\":\"success\",\"data\":\\[\\{\"id\":1,\"query\":\"up\",\"duration\":"
                  + "[0-9.E-]+,\"start\":0,\"end\":60.500,\"step\":15,\"clientIP\":\"[^\"]+\","
                  + "\"path\":\"/api/v1/query_range\"}]}"),
          body);
      assertEquals(
          "{\"status\":\"success\",\"data\":[]}",
          api.getAs("team-a", "/api/v1/status/active_queries").body());
    }
  }

  @Test
  void samplesAreCountedAsPrometheusCountsThem() {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT)) {
      String[] query = {
        "query", "up", "start", "15.5", "end", "30.5", "step", "15", "stats", "all"
      };
      String all = api.get("/api/v1/query_range", query).body();
      assertTrue(
          all.contains(
              "\"samples\":{\"totalQueryableSamplesPerStep\":[[15.5,2],[30.5,2]],"
                  + "\"totalQueryableSamples\":4,\"peakSamples\":"),
          all);
      query[query.length - 1] = "true";
      String some = api.get("/api/v1/query_range", query).body();
      assertTrue(some.contains("\"samples\":{\"totalQueryableSamples\":4,\"peakSamples\":"), some);
      for (String timing :
          List.of(
              "evalTotalTime",
              "resultSortTime",
              "queryPreparationTime",
              "innerEvalTime",
              "execQueueTime",
              "execTotalTime")) {
        assertTrue(some.contains("\"" + timing + "\":"), some);
      }
    }
  }

  @Test
  void aPlanComesWhereItIsAskedFor() {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT)) {
      String body = api.get("/api/v1/query", "query", "sum(up)", "explain", "true").body();
      assertTrue(
          body.matches(
              ".*\"value\":\\[31,\"1\"]}],\"explain\":\\{\"expression\":\"sum\\(up\\)\",\"action\":"
                  + "\"added up block by block, groups held\",\"steps\":1,\"series\":1,\"seconds\":"
                  + "[0-9.E-]+,\"reads\":\\[],\"parts\":\\[\\{\"expression\":\"up\",\"action\":\"latest"
                  + " samples\",\"steps\":1,\"series\":2,\"seconds\":[0-9.E-]+,\"reads\":\\[\\{"
                  + "\"matchers\":\"\\{__name__=\\\\\"up\\\\\"}\",\"start\":-268.999,\"end\":31,\"hint\":"
                  + "\"sum\",\"groups\":2,\"series\":2,\"samples\":4,\"findSeconds\":[0-9.E-]+,"
                  + "\"readSeconds\":[0-9.E-]+}],\"parts\":\\[]}]}}}"),
          body);
      assertFalse(api.get("/api/v1/query", "query", "up").body().contains("explain"));
    }
  }

  private static void awaitLines(Path file, int lines) {
    Await.until(
        () -> Files.readAllLines(file).size() == lines,
        Duration.ofSeconds(20),
        () -> file + " has not " + lines + " lines");
  }

  @Test
  void queriesAreWrittenDown(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("query.log");
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT.withMaxSeries(1))) {
      api.queryLog.open(Optional.of(file));
      api.get("/api/v1/query", "query", "up{instance=\"a:9100\"}", "time", "30.5");
      awaitLines(file, 1);
      api.getAs(
          "team-a", "/api/v1/query_range", "query", "1", "start", "0", "end", "60", "step", "15");
      awaitLines(file, 2);
      api.get("/api/v1/query", "query", "up");
      awaitLines(file, 3);
      // No query at all: Prometheus does not write it down either.
      api.get("/api/v1/query", "query", "up{");
    }
    List<String> lines = Files.readAllLines(file);
    assertEquals(3, lines.size());
    assertLine(
        "{\"params\":{\"end\":\"1970-01-01T00:00:30.500Z\",\"query\":\"up{instance=\\\"a:9100\\\"}\","
            + "\"start\":\"1970-01-01T00:00:30.500Z\",\"step\":0},\"stats\":{\"timings\":{",
        "}},\"ts\":\"1970-01-01T00:00:31.000Z\",\"tenant\":\"default\",\"httpRequest\":"
            + "{\"clientIP\":\"127.0.0.1\",\"method\":\"GET\",\"path\":\"/api/v1/query\"}}",
        lines.get(0));
    assertTrue(lines.get(0).contains("\"samples\":{\"totalQueryableSamples\":1,"), lines.get(0));
    assertLine(
        "{\"params\":{\"end\":\"1970-01-01T00:01:00.000Z\",\"query\":\"1\",\"start\":"
            + "\"1970-01-01T00:00:00.000Z\",\"step\":15},",
        "\"tenant\":\"team-a\",\"httpRequest\":{\"clientIP\":\"127.0.0.1\",\"method\":\"GET\","
            + "\"path\":\"/api/v1/query_range\"}}",
        lines.get(1));
    assertTrue(
        lines
            .get(2)
            .contains(
                "\"error\":\"query selects more than 1 series, the limit of a query; use narrower"
                    + " selectors\""),
        lines.get(2));
  }

  private static void assertLine(String start, String end, String line) {
    assertTrue(line.startsWith(start), line);
    assertTrue(line.endsWith(end), line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/query?query=up", "/api/v1/query?query=sum(up)"})
  void aConnectionIsGoodForFurtherQueries(String target) throws Exception {
    try (ApiFixture api = api(SAMPLES, QueryLimits.DEFAULT);
        Socket socket = connect(api)) {
      for (int i = 0; i < 3; i++) {
        send(socket, target);
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
          head.append((char) socket.getInputStream().read());
        }
        assertTrue(head.toString().startsWith("HTTP/1.1 200 OK\r\n"), head::toString);
        String length = head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
        byte[] body = socket.getInputStream().readNBytes(Integer.parseInt(length));
        assertTrue(new String(body, US_ASCII).startsWith("{\"status\":\"success\""));
      }
    }
  }

  /// Does not answer until it is interrupted, or has no end of groups.
  private static final class Blocking implements SeriesSource {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final boolean whileReading;
    private volatile boolean blocks = true;

    Blocking(boolean whileReading) {
      this.whileReading = whileReading;
    }

    private void block() {
      reached.countDown();
      try {
        never.await();
      } catch (InterruptedException _) {
        throw new WeirException.Unavailable("interrupted");
      }
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      if (!blocks) {
        return SAMPLES.select(tenant, matchers, range, hints);
      }
      if (!whileReading) {
        block();
      }
      return new EndlessCursor();
    }

    @Override
    public Listing<String> labelNames(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      block();
      return SAMPLES.labelNames(tenant, selectors, range, limit);
    }

    @Override
    public Listing<String> labelValues(
        Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
      block();
      return SAMPLES.labelValues(tenant, name, selectors, range, limit);
    }

    @Override
    public Listing<Labels> series(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      block();
      return SAMPLES.series(tenant, selectors, range, limit);
    }

    /// The same group again and again.
    private final class EndlessCursor implements GroupCursor {
      private GroupCursor one = open();

      private static GroupCursor open() {
        return SAMPLES.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE);
      }

      @Override
      public SeriesGroup next() {
        reached.countDown();
        SeriesGroup group = one.next();
        if (group == null) {
          one = open();
          return next();
        }
        return group;
      }

      @Override
      public Completeness completeness() {
        return one.completeness();
      }

      @Override
      public void close() {
        one.close();
      }
    }
  }
}
