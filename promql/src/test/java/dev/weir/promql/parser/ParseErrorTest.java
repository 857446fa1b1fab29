package dev.weir.promql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParseErrorTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);

  static List<Arguments> table() throws IOException {
    List<Arguments> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    ParseErrorTest.class.getResourceAsStream("parse-errors.txt")),
                StandardCharsets.UTF_8))) {
      String query = "";
      for (String line : reader.readAllLines()) {
        if (line.startsWith("  ")) {
          rows.add(Arguments.of(query, line.strip()));
        } else if (!line.startsWith("#")) {
          query = line;
        }
      }
    }
    return rows;
  }

  @ParameterizedTest
  @MethodSource("table")
  void saysWhatPrometheusSays(String query, String message) {
    assertEquals(message, errorOf(query, PARSER));
  }

  private static String errorOf(String query, PromqlParser parser) {
    return String.valueOf(
        assertThrows(WeirException.BadData.class, () -> parser.parse(query)).getMessage());
  }

  @Test
  void anEmptyQueryHasNoPosition() {
    assertEquals(
        "unknown position: parse error: no expression found in input", errorOf("", PARSER));
    assertEquals(
        "1:1: parse error: no expression found in input", errorOf(" \n# nothing\n", PARSER));
  }

  @Test
  void countsLinesAndColumns() {
    assertEquals(
        "3:9: parse error: unexpected identifier \"down\" in aggregation",
        errorOf("# is anything up?\n1 +\nsum (up down)", PARSER));
  }

  @Test
  void aStringEndsOnItsLine() {
    assertEquals("1:1: parse error: unterminated quoted string", errorOf("\"a\nb\"", PARSER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mad_over_time(up[5m])         | 1:1: parse error: function "mad_over_time" is not enabled; switch it on with --enable-feature=promql-experimental-functions
          start()                       | 1:1: parse error: function "start" is not enabled; switch it on with --enable-feature=promql-experimental-functions
          limitk(1, up)                 | 1:1: parse error: limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions
          up[5m] anchored               | 1:1: parse error: anchored modifier is experimental and not enabled; switch it on with --enable-feature=promql-extended-range-selectors
          up smoothed                   | 1:1: parse error: smoothed modifier is experimental and not enabled; switch it on with --enable-feature=promql-extended-range-selectors
          up + fill (0) up              | 1:1: parse error: binop fill modifiers are experimental and not enabled; switch it on with --enable-feature=promql-binop-fill-modifiers
          """)
  void whatIsExperimentalIsOffByDefault(String query, String message) {
    assertEquals(message, errorOf(query, new PromqlParser(ParserOptions.DEFAULT)));
    PARSER.parse(query);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up[5m + 1m]", "up[step()]", "up offset (5m)", "first_over_time(up[5m])"})
  void whatHasBecomeStableNeedsNoFeature(String query) {
    new PromqlParser(ParserOptions.DEFAULT).parse(query);
    new PromqlParser(ParserOptions.ofFeatures(List.of("promql-duration-expr"))).parse(query);
  }

  @Test
  void featuresHavePrometheussNames() {
    PromqlParser parser =
        new PromqlParser(
            ParserOptions.ofFeatures(
                List.of("promql-experimental-functions", "promql-extended-range-selectors")));
    parser.parse("mad_over_time(up[5m] smoothed)");
    assertEquals(
        "1:1: parse error: binop fill modifiers are experimental and not enabled; switch it on with"
            + " --enable-feature=promql-binop-fill-modifiers",
        errorOf("up + fill (0) up", parser));
    assertEquals(
        "PromQL feature \"promql-magic\" is not known; use one of promql-binop-fill-modifiers,"
            + " promql-duration-expr, promql-experimental-functions,"
            + " promql-extended-range-selectors",
        assertThrows(
                WeirException.BadData.class,
                () -> ParserOptions.ofFeatures(List.of("promql-magic")))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({"(,)", "-,''", "abs(,)", "sum(,)", "1 + (,)", "' up or ',''", "' 2 ^ ',''"})
  void deepNestingEndsWithAnErrorAndNotWithTheStack(String open, String close) {
    String query = open.repeat(100_000) + "up" + close.repeat(100_000);
    WeirException.LimitExceeded error =
        assertThrows(WeirException.LimitExceeded.class, () -> PARSER.parse(query));
    assertTrue(
        String.valueOf(error.getMessage())
            .endsWith("query is deeper than 500 levels; split it, or raise query.max_query_depth"),
        error.getMessage());
  }

  @Test
  void deepNestingOfDurationsAndSubqueriesEndsWithAnError() {
    for (String query :
        List.of(
            "up[" + "(".repeat(100_000) + "5m",
            "up[" + "-".repeat(100_000) + "5m]",
            "up[5m" + " + 5m".repeat(100_000) + "]",
            "up[5m" + " ^ 5m".repeat(100_000) + "]",
            "up[" + "(".repeat(400) + "5m" + (" + 5m".repeat(400) + ")").repeat(400) + "]",
            "(".repeat(400) + "up" + (" + up".repeat(400) + ")").repeat(400),
            "up" + "[5m:1m]".repeat(100_000))) {
      assertThrows(WeirException.LimitExceeded.class, () -> PARSER.parse(query));
    }
  }

  @Test
  void theDeepestQueryIsRead() {
    PARSER.parse("up" + " or up".repeat(499));
    PARSER.parse("(".repeat(499) + "up" + ")".repeat(499));
    PARSER.parse("abs(".repeat(499) + "up" + ")".repeat(499));
  }

  @Test
  void aQueryHasALimitOfCharacters() {
    PromqlParser parser = new PromqlParser(ParserOptions.DEFAULT.withLimits(20, 10));
    parser.parse("sum by (job) (up)");
    assertEquals(
        "query has 23 characters, more than the limit of 20; shorten it, or raise"
            + " query.max_query_length",
        assertThrows(
                WeirException.LimitExceeded.class, () -> parser.parse("sum by (instance) (up) "))
            .getMessage());
  }

  @Test
  void aSelectorStandsAlone() {
    assertEquals(2, PARSER.parseSelector("up{job=\"api\"}").size());
    assertThrows(WeirException.BadData.class, () -> PARSER.parseSelector("up[5m]"));
    assertThrows(WeirException.BadData.class, () -> PARSER.parseSelector("up offset 5m"));
    assertThrows(WeirException.BadData.class, () -> PARSER.parseSelector("1"));
    for (String empty : List.of("{}", "{job=~\".*\"}", "{job!=\"api\"}")) {
      assertEquals(
          "match[] must contain at least one non-empty matcher",
          assertThrows(WeirException.BadData.class, () -> PARSER.parseSelector(empty))
              .getMessage());
    }
    assertThrows(WeirException.BadData.class, () -> PARSER.parseSelector(""));
  }
}
