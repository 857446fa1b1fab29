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
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
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

  private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger mostUnderWay = new AtomicInteger();
  private final CountDownLatch hold = new CountDownLatch(1);
  private HttpServer server;
  private QueryApi api;
  private volatile boolean holding;
  private volatile int code = 200;
  private volatile String completeTo = "";
  private volatile String answer = "";

  @SuppressWarnings("NullAway.Init") // Made before each test.
  QueryApiTest() {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    api =
        new QueryApi(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
            Duration.ofSeconds(10),
            2,
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
      try {
        assertTrue(hold.await(60, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
    }
    if (!completeTo.isEmpty()) {
      exchange.getResponseHeaders().set("Weir-Complete-To", completeTo);
    }
    byte[] body = answer.getBytes(UTF_8);
    underWay.decrementAndGet();
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Reply ask() {
    return api.ask(TENANT, QUESTION).toCompletableFuture().join();
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
    answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
    holding = true;
    List<CompletionStage<Reply>> replies = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      replies.add(api.ask(TENANT, QUESTION));
    }
    for (int i = 0; i < 2; i++) {
      assertTrue(asked.poll(30, TimeUnit.SECONDS) != null);
    }
    hold.countDown();
    replies.forEach(reply -> assertEquals(List.of(), reply.toCompletableFuture().join().samples()));
    assertEquals(2, mostUnderWay.get());
  }
}
