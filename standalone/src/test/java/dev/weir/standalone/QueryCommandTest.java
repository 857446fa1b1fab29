package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `weir query` against a server that answers as Prometheus does.
class QueryCommandTest {

  /// What the command sent.
  private record Asked(String path, String form, String tenant) {}

  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private HttpServer server;
  private String address;
  private volatile int code = 200;
  private volatile String answer = "";

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    address = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        new Asked(
            exchange.getRequestURI().getPath(),
            new String(exchange.getRequestBody().readAllBytes(), UTF_8),
            String.valueOf(exchange.getRequestHeaders().getFirst("X-Scope-OrgID"))));
    byte[] body = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void printsAVectorAsPromtoolDoes() {
    answer =
        """
        {"status":"success","data":{"resultType":"vector","result":[
          {"metric":{"__name__":"up","instance":"localhost:9090","job":"weir"},"value":[1700000000.123,"1"]},
          {"metric":{},"value":[1700000000.123,"+Inf"]}]}}
        """;
    CommandOutcome outcome =
        CommandOutcome.of("query", "instant", "up", "--time=1700000000.123", "--server", address);
    assertEquals(
        """
        up{instance="localhost:9090", job="weir"} => 1 @[1700000000.123]
        {} => +Inf @[1700000000.123]
        """,
        outcome.out());
    assertEquals("", outcome.err());
    assertEquals(0, outcome.exitCode());
    assertEquals(
        new Asked("/api/v1/query", "query=up&time=1700000000.123", "null"), asked.remove());
  }

  @Test
  void leavesTheTimeToTheServerWhenNoneIsGiven() {
    answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[5,\"2\"]}}";
    CommandOutcome outcome = CommandOutcome.of("query", "instant", "1 + 1", "--server", address);
    assertEquals("scalar: 2 @[5]\n", outcome.out());
    assertEquals(new Asked("/api/v1/query", "query=1+%2B+1", "null"), asked.remove());
  }

  @Test
  void takesAnExpressionAloneForOneAtOneTime() {
    answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[5,\"2\"]}}";
    CommandOutcome outcome = CommandOutcome.of("query", "1 + 1", "--time=5", "--server", address);
    assertEquals("scalar: 2 @[5]\n", outcome.out());
    assertEquals(new Asked("/api/v1/query", "query=1+%2B+1&time=5", "null"), asked.remove());
  }

  @Test
  void explainsHowAnExpressionWasEvaluated() {
    answer =
        """
        {"status":"success","data":{"resultType":"vector","result":[],
          "stats":{"timings":{"evalTotalTime":0.0055,"resultSortTime":0.0005,
            "queryPreparationTime":0.001,"innerEvalTime":0.004,"execQueueTime":0.00025,
            "execTotalTime":0.00575},
            "samples":{"totalQueryableSamples":4812,"peakSamples":1024}},
          "explain":{"expression":"sum(rate(up[5m])) / on () sum(up)","action":"both sides held, matched by labels",
            "steps":46,"series":1,"seconds":0.00012,"reads":[],"parts":[
            {"expression":"sum(rate(up[5m]))","action":"added up block by block, groups held",
              "steps":46,"series":1,"seconds":0.0003,"reads":[],"parts":[
              {"expression":"rate(up[5m])","action":"windows of groups, one after another",
                "steps":46,"series":1200,"seconds":0.00351,"parts":[],"reads":[
                {"matchers":"{__name__=\\"up\\"}","start":1700000000.001,"end":1700003000,
                  "hint":"rate","groups":12,"series":1200,"samples":240000,
                  "findSeconds":0.0021,"readSeconds":0.0304}]}]},
            {"expression":"sum(up)","action":"added up block by block, groups held",
              "steps":1,"series":1,"seconds":0,"reads":[],"parts":[]}]}}}
        """;
    CommandOutcome outcome =
        CommandOutcome.of(
            "query", "range", "x", "--start=0", "--end=1", "--explain", "--server", address);
    assertEquals(
        """
        sum(rate(up[5m])) / on () sum(up)   1 series, 0.12 ms, 46 steps   both sides held, matched by labels
        ├─ sum(rate(up[5m]))   1 series, 0.30 ms, 46 steps   added up block by block, groups held
        │  └─ rate(up[5m])   1,200 series, 3.51 ms, 46 steps   windows of groups, one after another
        │          reads {__name__="up"} 2023-11-14T22:13:20.001Z to 2023-11-14T23:03:20Z for rate: 12 groups, 1,200 series, 240,000 samples; found in 2.10 ms, read in 30.40 ms
        └─ sum(up)   1 series, 0.00 ms   added up block by block, groups held

        in line 0.25 ms, reading the query 1.00 ms, evaluating it 4.50 ms, of which sorting 0.50 ms
        looked at 4,812 samples, held 1,024 at once; times in the tree are of all threads together
        """,
        outcome.out());
    assertEquals("query=x&start=0&end=1&step=1&explain=true&stats=true", asked.remove().form());
  }

  @Test
  void saysWhenAServerDoesNotExplain() {
    answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[5,\"2\"]}}";
    CommandOutcome outcome = CommandOutcome.of("query", "2", "--explain", "--server", address);
    assertEquals(
        "weir query: the server does not say how it evaluates: it is no Weir, an older one, or the"
            + " query is a text\n",
        outcome.err());
  }

  @Test
  void printsAMatrixSeriesBySeries() {
    answer =
        """
        {"status":"success","data":{"resultType":"matrix","result":[
          {"metric":{"__name__":"up","job":"node"},"values":[[1700000000,"1"],[1700000015,"0"]]}]}}
        """;
    CommandOutcome outcome =
        CommandOutcome.of(
            "query",
            "range",
            "up",
            "--start=2023-11-14T22:13:20Z",
            "--end=1700000015",
            "--step=1m30s",
            "--tenant=team-a",
            "--server",
            address);
    assertEquals(
        """
        up{job="node"} =>
        1 @[1700000000]
        0 @[1700000015]
        """,
        outcome.out());
    assertEquals(
        new Asked(
            "/api/v1/query_range", "query=up&start=1700000000&end=1700000015&step=90", "team-a"),
        asked.remove());
  }

  @Test
  void printsTheDataAsItCameWhenAskedForJson() {
    answer = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
    CommandOutcome outcome =
        CommandOutcome.of("query", "instant", "up", "-o", "json", "--server", address);
    assertEquals("{\"resultType\":\"vector\",\"result\":[]}\n", outcome.out());
  }

  @Test
  void passesWarningsOn() {
    answer =
        """
        {"status":"success","data":{"resultType":"vector","result":[]},
         "warnings":["node sink-2 does not answer"],"infos":["metric might not be a counter"]}
        """;
    CommandOutcome outcome = CommandOutcome.of("query", "instant", "up", "--server", address);
    assertEquals(
        """
        weir query instant: warning: node sink-2 does not answer
        weir query instant: warning: metric might not be a counter
        """,
        outcome.err());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void reportsTheServersErrorInOneLine() {
    code = 400;
    answer =
        """
        {"status":"error","errorType":"bad_data",
         "error":"invalid parameter \\"query\\": 1:4: parse error:\\nunexpected end of input"}
        """;
    CommandOutcome outcome = CommandOutcome.of("query", "instant", "up{", "--server", address);
    assertEquals(
        "weir query instant: %s: bad_data: invalid parameter \"query\": 1:4: parse error: unexpected end of input\n"
            .formatted(address),
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void saysWhenSomethingElseAnswers() {
    code = 502;
    answer = "<html>Bad Gateway</html>";
    CommandOutcome outcome = CommandOutcome.of("query", "instant", "up", "--server", address);
    assertEquals(
        "weir query instant: %s/api/v1/query answered with status 502 and no answer of Prometheus's API: \"<html>Bad Gateway</html>\"\n"
            .formatted(address),
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void saysWhenNobodyAnswers() {
    server.stop(0);
    CommandOutcome outcome = CommandOutcome.of("query", "instant", "up", "--server", address);
    assertEquals(
        "weir query instant: %s: connection refused; is a server running there? --server says where to ask\n"
            .formatted(address),
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }
}
