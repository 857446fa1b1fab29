package dev.weir.streams.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.streams.query.InstantQueries.Reply;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against a server that answers as Prometheus does.
class QueryApiTest {
  private static final Question QUESTION = new Question("sum(up) + 1", 1_700_000_000_500L);
  private static final Tenant TENANT = new Tenant("shop");
  private static final String NOTHING =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private final CountDownLatch hold = new CountDownLatch(1);
  private HttpServer server;
  private QueryApi api;
  private volatile boolean holding;
  private volatile boolean stalling;
  private volatile int code = 200;
  private volatile String completeTo = "";
  private volatile String missingParts = "";
  private volatile String answer = "";

  @SuppressWarnings("NullAway.Init") // Made before each test.
  QueryApiTest() {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    api = api(Duration.ofSeconds(10), 2);
  }

  private QueryApi api(Duration timeout, int concurrency) {
    return new QueryApi(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
        timeout,
        concurrency,
        new QueryMetrics(new PrometheusRegistry()));
  }

  @AfterEach
  void stop() {
    hold.countDown();
    api.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    mostUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
    String form = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    asked.add(
        "%s %s %s"
            .formatted(
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("X-Scope-OrgID"),
                form));
    if (holding) {
      await(hold);
    }
    if (!completeTo.isEmpty()) {
      exchange.getResponseHeaders().set("Weir-Complete-To", completeTo);
    }
    if (!missingParts.isEmpty()) {
      exchange.getResponseHeaders().set("Weir-Missing-Parts", missingParts);
    }
    byte[] body = answer.getBytes(UTF_8);
    underWay.decrementAndGet();
    exchange.sendResponseHeaders(code, body.length);
    if (stalling) {
      exchange.getResponseBody().flush();
      await(hold);
    }
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertTrue(latch.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private Reply ask() {
    return api.ask(TENANT, QUESTION).join();
  }

  private Throwable failure() {
    return requireNonNull(assertThrows(CompletionException.class, this::ask).getCause(), "cause");
  }

  @Test
  void asksForTheTenantAtTheTime() {
    answer =
        """
        {"status":"success","warnings":["so what"],"data":{"resultType":"vector","result":[
          {"metric":{"__name__":"up","job":"web"},"value":[1700000000.5,"1.5"]},
          {"metric":{},"value":[1700000000.5,"+Inf"]}], "stats": {"samples": {}}}}
        """;
    assertEquals(
        new Reply(
            List.of(
                new Sample(Labels.of("__name__", "up", "job", "web"), 1.5, null),
                new Sample(Labels.EMPTY, Double.POSITIVE_INFINITY, null)),
            Long.MAX_VALUE),
        ask());
    assertEquals("/api/v1/query shop query=sum%28up%29+%2B+1&time=1700000000.500", asked.poll());
  }

  @Test
  void tellsHowFarTheAnswerIsComplete() {
    completeTo = "2023-11-14T22:13:19.250Z";
    answer =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1700000000.5,\"NaN\"]}}";
    Reply reply = ask();
    assertEquals(Instant.parse(completeTo).toEpochMilli(), reply.completeToMillis());
    assertTrue(Double.isNaN(reply.samples().getFirst().value()));
  }

  @Test
  void tellsThatPartsAreMissing() {
    answer = NOTHING;
    missingParts = "1";
    assertEquals(new Reply(List.of(), Long.MAX_VALUE, true), ask());
  }

  @Test
  void tellsErrorsOfTheQueryFromThoseThatMayPass() {
    answer = "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"too many samples\"}";
    code = 422;
    assertEquals("too many samples", failure().getMessage());
    assertInstanceOf(WeirException.Unprocessable.class, failure());
    code = 400;
    assertInstanceOf(WeirException.BadData.class, failure());
    code = 503;
    assertInstanceOf(WeirException.Unavailable.class, failure());
    code = 200;
    answer = "<html>";
    assertInstanceOf(WeirException.Unavailable.class, failure());
    server.stop(0);
    assertInstanceOf(WeirException.Unavailable.class, failure());
  }

  @Test
  void refusesValuesThatARuleCannotRecord() {
    answer =
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},"
            + "\"histogram\":[1,{\"count\":\"1\",\"sum\":\"1\"}]}]}}";
    assertInstanceOf(WeirException.Unprocessable.class, failure());
    answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}}";
    assertInstanceOf(WeirException.Unprocessable.class, failure());
  }

  @Test
  void keepsQuestionsInLineWhileOthersAreUnderWay() throws InterruptedException {
    answer = NOTHING;
    holding = true;
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      replies.add(api.ask(TENANT, QUESTION));
    }
    for (int i = 0; i < 2; i++) {
      assertTrue(asked.poll(30, TimeUnit.SECONDS) != null);
    }
    hold.countDown();
    replies.forEach(reply -> assertEquals(List.of(), reply.join().samples()));
    assertEquals(2, mostUnderWay.get());
  }

  @Test
  void anAnswerThatStallsFailsAndTheNextQuestionIsAsked() throws Exception {
    answer = NOTHING;
    stalling = true;
    try (QueryApi impatient = api(Duration.ofSeconds(2), 1)) {
      CompletableFuture<Reply> stalled = impatient.ask(TENANT, QUESTION);
      CompletableFuture<Reply> next = impatient.ask(TENANT, new Question("next", 0));
      ExecutionException failed =
          assertThrows(ExecutionException.class, () -> stalled.get(30, TimeUnit.SECONDS));
      assertInstanceOf(WeirException.Unavailable.class, failed.getCause());
      assertTrue(requireNonNull(failed.getMessage()).contains("rules.query_timeout"));
      assertTrue(asked.poll(30, TimeUnit.SECONDS) != null);
      assertTrue(asked.poll(30, TimeUnit.SECONDS) != null, "its turn has not come");
      next.cancel(true);
    }
  }

  @Test
  void aQuestionThatIsTakenBackLeavesTheLine() throws Exception {
    answer = NOTHING;
    holding = true;
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    for (String query : List.of("a", "b", "c", "d")) {
      replies.add(api.ask(TENANT, new Question(query, 0)));
    }
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      sent.add(requireNonNull(asked.poll(30, TimeUnit.SECONDS)));
    }
    replies.get(2).cancel(true);
    replies.get(0).cancel(true);
    sent.add(requireNonNull(asked.poll(30, TimeUnit.SECONDS)));
    assertEquals(
        List.of("query=a&time=0.000", "query=b&time=0.000", "query=d&time=0.000"),
        sent.stream().map(one -> one.substring(one.lastIndexOf(' ') + 1)).sorted().toList());
  }
}
