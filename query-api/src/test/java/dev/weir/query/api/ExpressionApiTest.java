package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryLimits;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `/api/v1/format_query` and `/api/v1/parse_query`.
class ExpressionApiTest {
  private static final String UP =
      selector(
          "up", "[{\"name\":\"__name__\",\"type\":\"=\",\"value\":\"up\"}]", "0", "null", "null");

  private final ApiFixture api =
      new ApiFixture(
          MemorySeriesSource.of(List.of()),
          QueryEngine.inCallersThread(),
          QueryLimits.DEFAULT,
          HeldClock.at("2026-01-02T13:37:00Z"));

  @AfterEach
  void close() {
    api.close();
  }

  private static String selector(
      String name, String matchers, String offset, String startOrEnd, String timestamp) {
    return "{\"anchored\":false,\"matchers\":%s,\"name\":\"%s\",\"offset\":%s,\"smoothed\":false,\"startOrEnd\":%s,\"timestamp\":%s,\"type\":\"vectorSelector\"}"
        .formatted(matchers, name, offset, startOrEnd, timestamp);
  }

  private void assertTree(String expected, String query) {
    HttpResponse<String> response = api.get("/api/v1/parse_query", "query", query);
    assertEquals("{\"status\":\"success\",\"data\":" + expected + "}", response.body());
    assertEquals(200, response.statusCode());
    assertEquals(response.body(), api.post("/api/v1/parse_query", "query", query).body());
  }

  @Test
  void aQueryIsFormattedAsPrometheusFormatsIt() {
    assertEquals(
        "{\"status\":\"success\",\"data\":\"sum by (job) (rate(http_requests_total[5m]))\"}",
        api.get("/api/v1/format_query", "query", "sum(rate(http_requests_total[5m])) by(job)")
            .body());
    assertEquals(
        "{\"status\":\"success\",\"data\":\"sum by (job) (\\n"
            + "  rate(\\n"
            + "    http_requests_total{code=~\\\"5..\\\",handler=\\\"/api/v1/query\\\","
            + "instance=\\\"localhost:9090\\\",job=\\\"prometheus\\\"}[5m]\\n"
            + "  )\\n"
            + ")\"}",
        api.post(
                "/api/v1/format_query",
                "query",
                "sum by (job) (rate(http_requests_total{job=\"prometheus\","
                    + "instance=\"localhost:9090\",handler=\"/api/v1/query\",code=~\"5..\"}[5m]))")
            .body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/format_query", "/api/v1/parse_query"})
  void whatIsNoQueryIsBadData(String path) {
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":"
            + "\"invalid parameter \\\"query\\\": 1:5: parse error: unexpected end of input\"}",
        api.get(path, "query", "foo+").body());
    assertEquals(400, api.get(path).statusCode());
  }

  @Test
  void aSelectorHasItsNameLast() {
    assertTree(UP, "up");
    assertTree(
        selector(
            "up",
            "[{\"name\":\"job\",\"type\":\"!=\",\"value\":\"node\"},"
                + "{\"name\":\"instance\",\"type\":\"!~\",\"value\":\"db.*\"},"
                + "{\"name\":\"__name__\",\"type\":\"=\",\"value\":\"up\"}]",
            "300000",
            "null",
            "null"),
        "up{job!=\"node\",instance!~\"db.*\"} offset 5m");
    assertTree(
        selector(
            "up",
            "[{\"name\":\"__name__\",\"type\":\"=\",\"value\":\"up\"}]",
            "-60000",
            "\"start\"",
            "null"),
        "up @ start() offset -1m");
    assertTree(
        selector(
            "",
            "[{\"name\":\"__name__\",\"type\":\"=~\",\"value\":\"node_.+\"}]",
            "0",
            "null",
            "1609746000500"),
        "{__name__=~\"node_.+\"} @ 1609746000.5");
  }

  @Test
  void rangesAndSubqueriesHaveTheirLengths() {
    String matrix =
        UP.replace("\"offset\":0,", "\"offset\":0,\"range\":300000,")
            .replace("vectorSelector", "matrixSelector");
    assertTree(matrix, "up[5m]");
    assertTree(matrix.replace("300000", "0"), "up[step() * 2]");
    assertTree(matrix.replace("\"anchored\":false", "\"anchored\":true"), "up[5m] anchored");
    assertTree(
        "{\"expr\":"
            + UP
            + ",\"offset\":3600000,\"range\":1800000,\"startOrEnd\":\"end\",\"step\":0,"
            + "\"timestamp\":null,\"type\":\"subquery\"}",
        "up[30m:] @ end() offset 1h");
    assertTree(
        "{\"expr\":"
            + UP
            + ",\"offset\":0,\"range\":1800000,\"startOrEnd\":null,\"step\":60000,"
            + "\"timestamp\":null,\"type\":\"subquery\"}",
        "up[30m:1m]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "5m;300",
        "0x1F;31",
        "1e21;1000000000000000000000",
        "Inf;+Inf",
        "NaN;NaN",
        "0.5;0.5"
      })
  void numbersAreTexts(String query, String value) {
    assertTree("{\"type\":\"numberLiteral\",\"val\":\"%s\"}".formatted(value), query);
  }

  @Test
  void textsSignsAndParentheses() {
    assertTree("{\"type\":\"stringLiteral\",\"val\":\"a\\\"b\"}", "'a\"b'");
    assertTree(
        "{\"expr\":{\"expr\":"
            + UP
            + ",\"type\":\"parenExpr\"},\"op\":\"-\",\"type\":\"unaryExpr\"}",
        "-(up)");
  }

  @Test
  void aggregationsHaveParameterAndGrouping() {
    assertTree(
        "{\"expr\":"
            + UP
            + ",\"grouping\":[],\"op\":\"sum\",\"param\":null,\"type\":\"aggregation\",\"without\":false}",
        "sum(up)");
    assertTree(
        "{\"expr\":"
            + UP
            + ",\"grouping\":[\"job\",\"instance\"],\"op\":\"topk\","
            + "\"param\":{\"type\":\"numberLiteral\",\"val\":\"3\"},\"type\":\"aggregation\",\"without\":true}",
        "topk without (job, instance) (3, up)");
  }

  @Test
  void operationsSayHowVectorsMatch() {
    assertTree(
        "{\"bool\":false,\"lhs\":"
            + UP
            + ",\"matching\":{\"card\":\"one-to-one\",\"fillValues\":{\"lhs\":null,\"rhs\":null},"
            + "\"include\":[],\"labels\":[],\"on\":false},\"op\":\"+\",\"rhs\":"
            + UP
            + ",\"type\":\"binaryExpr\"}",
        "up + up");
    assertTree(
        "{\"bool\":true,\"lhs\":"
            + UP
            + ",\"matching\":null,\"op\":\">=\",\"rhs\":{\"type\":\"numberLiteral\",\"val\":\"1\"},"
            + "\"type\":\"binaryExpr\"}",
        "up >= bool 1");
    assertTree(
        "{\"bool\":false,\"lhs\":"
            + UP
            + ",\"matching\":{\"card\":\"many-to-one\",\"fillValues\":{\"lhs\":null,\"rhs\":0.5},"
            + "\"include\":[\"rack\"],\"labels\":[\"instance\"],\"on\":true},\"op\":\"*\",\"rhs\":"
            + UP
            + ",\"type\":\"binaryExpr\"}",
        "up * on (instance) group_left (rack) fill_right (0.5) up");
    assertTree(
        "{\"bool\":false,\"lhs\":"
            + UP
            + ",\"matching\":{\"card\":\"many-to-many\",\"fillValues\":{\"lhs\":null,\"rhs\":null},"
            + "\"include\":[],\"labels\":[\"job\"],\"on\":false},\"op\":\"unless\",\"rhs\":"
            + UP
            + ",\"type\":\"binaryExpr\"}",
        "up unless ignoring (job) up");
  }

  @Test
  void callsHaveTheSignatureOfTheirFunction() {
    assertTree(
        "{\"args\":["
            + UP
            + "],\"func\":{\"argTypes\":[\"vector\",\"scalar\"],\"name\":\"round\",\"returnType\":\"vector\","
            + "\"variadic\":1},\"type\":\"call\"}",
        "round(up)");
    assertTree(
        "{\"args\":[],\"func\":{\"argTypes\":[],\"name\":\"time\",\"returnType\":\"scalar\",\"variadic\":0},"
            + "\"type\":\"call\"}",
        "time()");
    String joined =
        api.get("/api/v1/parse_query", "query", "label_join(up, \"a\", \",\", \"b\", \"c\")")
            .body();
    assertEquals(
        "{\"argTypes\":[\"vector\",\"string\",\"string\",\"string\"],\"name\":\"label_join\","
            + "\"returnType\":\"vector\",\"variadic\":-1},\"type\":\"call\"}}",
        joined.substring(joined.indexOf("{\"argTypes\"")));
  }
}
