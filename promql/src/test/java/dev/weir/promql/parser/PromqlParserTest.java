package dev.weir.promql.parser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.DurationExpr;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.NumberLiteral;
import dev.weir.promql.ast.Expr.SetOperation;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SetOperator;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromqlParserTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);

  private static <E extends Expr> E parse(Class<E> type, String query) {
    return assertInstanceOf(type, PARSER.parse(query));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-1, -1",
    "+1, 1",
    "- -1, 1",
    ".5, 0.5",
    "5., 5",
    "5.e-1, 0.5",
    "1_000.5, 1000.5",
    "0x1F, 31",
    "0X_1f, 31",
    "010, 8",
    "08, 8",
    "0.0, 0",
    "9223372036854775808, 9223372036854775808",
    "Inf, Infinity",
    "-inF, -Infinity",
    "NaN, NaN",
    "5m, 300",
    "1h30m, 5400",
    "1500ms, 1.5",
    "-1d, -86400"
  })
  void readsNumbers(String query, double value) {
    assertEquals(value, parse(NumberLiteral.class, query).value());
  }

  @Test
  void readsStringsInAllTheirQuotes() {
    assertEquals("it's", parse(StringLiteral.class, "\"it's\"").value());
    assertEquals("a\tb", parse(StringLiteral.class, "'a\\tb'").value());
    assertEquals("a\\tb\nc", parse(StringLiteral.class, "`a\\tb\nc`").value());
    assertEquals("# no comment", parse(StringLiteral.class, "\"# no comment\" # one").value());
  }

  @Test
  void readsSelectors() {
    VectorSelector selector =
        parse(VectorSelector.class, "up{job=~\"api|web\", instance!=\"a\",env!~'dev'}");
    assertEquals("up", selector.name());
    assertEquals(
        List.of(
            Matcher.equal(Labels.NAME, "up"),
            Matcher.notRegex("env", "dev"),
            Matcher.notEqual("instance", "a"),
            Matcher.regex("job", "api|web")),
        selector.sortedMatchers());
    assertEquals(new SourceSpan(0, 44), selector.span());
  }

  @Test
  void selectorsAreEqualWhateverTheOrderOfTheirMatchers() {
    VectorSelector selector = parse(VectorSelector.class, "up{job=\"api\",zone=\"a\"}");
    VectorSelector other = parse(VectorSelector.class, "up{zone=\"a\",job=\"api\"}");
    assertNotEquals(selector.matchers(), other.matchers());
    assertEquals(selector.sortedMatchers(), other.sortedMatchers());
    assertEquals(selector, other);
    assertEquals(selector.hashCode(), other.hashCode());
    assertNotEquals(selector, parse(VectorSelector.class, "up{zone=\"b\",job=\"api\"}"));
  }

  @Test
  void readsQuotedNames() {
    VectorSelector selector =
        parse(VectorSelector.class, "{\"http.requests\", \"http.status\"=\"200\", 'größe'!=\"\"}");
    assertEquals("", selector.name());
    assertEquals(
        List.of(
            Matcher.equal(Labels.NAME, "http.requests"),
            Matcher.equal("http.status", "200"),
            Matcher.notEqual("größe", "")),
        selector.matchers());
    assertEquals(
        Grouping.by(List.of("http.status", "job")),
        parse(Expr.Aggregation.class, "sum by (\"http.status\", job) (up)").grouping());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "and",
        "or",
        "unless",
        "sum",
        "avg",
        "count",
        "topk",
        "offset",
        "by",
        "without",
        "start",
        "end",
        "step",
        "range",
        "fill",
        "fill_left",
        "min_of",
        "anchored",
        "smoothed",
        "job:up:sum",
        "_",
        "x",
        "e1",
        "Sum"
      })
  void wordsOfTheLanguageAreNamesToo(String word) {
    assertEquals(word, parse(VectorSelector.class, word).name());
    assertEquals(word, parse(VectorSelector.class, word + "{job=\"api\"}").name());
    assertEquals(word, parse(MatrixSelector.class, word + "[5m]").selector().name());
    parse(BinaryOperation.class, word + " + " + word);
    if (!word.contains(":")) {
      assertEquals(
          Matcher.equal(word, "1"),
          parse(VectorSelector.class, "{%s=\"1\"}".formatted(word)).matchers().getFirst());
      assertEquals(
          Grouping.by(List.of(word)),
          parse(Expr.Aggregation.class, "sum by (%s) (up)".formatted(word)).grouping());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bool", "on", "ignoring", "group_left", "group_right", "atan2"})
  void reservedWordsAreLabels(String word) {
    assertEquals(
        Grouping.without(List.of(word)),
        parse(Expr.Aggregation.class, "sum without (%s) (up)".formatted(word)).grouping());
  }

  @Test
  void keywordsAreOfAnyCase() {
    parse(SetOperation.class, "up UNLESS ON (job) down");
    parse(Expr.Aggregation.class, "SUM BY (job) (up)");
    assertEquals(
        Optional.of(new AtModifier.End()),
        parse(VectorSelector.class, "up @ END() OFFSET 5m").modifiers().at());
  }

  @ParameterizedTest
  @CsvSource({
    "1 + 2 * 3, 1 + (2 * 3)",
    "1 * 2 + 3, (1 * 2) + 3",
    "1 - 2 - 3, (1 - 2) - 3",
    "2 ^ 3 ^ 2, 2 ^ (3 ^ 2)",
    "-2 ^ 2, -(2 ^ 2)",
    "2 ^ -3 * 4, (2 ^ -3) * 4",
    "-a * b, (-a) * b",
    "a % b atan2 c, (a % b) atan2 c",
    "a + b == bool c - d, (a + b) == bool (c - d)",
    "a == b and c > d, (a == b) and (c > d)",
    "a or b and c, a or (b and c)",
    "a and b unless c, (a and b) unless c",
    "a or b or c, (a or b) or c",
    "a </ 5 + 1, a </ (5 + 1)",
    "a >/ 5 and b, (a >/ 5) and b",
    "-a offset 5m, -(a offset 5m)",
    "a offset 5m ^ 2, (a offset 5m) ^ 2",
    "a offset -2 ^ 2, (a offset -2) ^ 2",
    "a offset step() * 2, (a offset step()) * 2"
  })
  void bindsByPrecedence(String query, String grouped) {
    assertEquals(
        SourceFree.of(PARSER.parse(query)), SourceFree.withoutParens(PARSER.parse(grouped)));
  }

  @Test
  void readsVectorMatching() {
    BinaryOperation operation =
        parse(
            BinaryOperation.class,
            "a > bool on (job, instance,) group_left (env) fill_left (-1) fill_right (NaN) b");
    assertEquals(BinaryOperator.GREATER, operation.operator());
    assertEquals(true, operation.returnBool());
    assertEquals(Cardinality.MANY_TO_ONE, operation.matching().cardinality());
    assertEquals(List.of("job", "instance"), operation.matching().labels());
    assertEquals(List.of("env"), operation.matching().include());
    assertEquals(OptionalDouble.of(-1), operation.matching().fillLeft());
    assertEquals(OptionalDouble.of(Double.NaN), operation.matching().fillRight());
    SetOperation set = parse(SetOperation.class, "a unless ignoring (job) b");
    assertEquals(SetOperator.UNLESS, set.operator());
    assertEquals(Cardinality.MANY_TO_MANY, set.matching().cardinality());
    assertEquals(false, set.matching().on());
  }

  @Test
  void aFillForBothSidesIsOneForEach() {
    assertEquals(
        SourceFree.of(PARSER.parse("a + fill (0) b")),
        SourceFree.of(PARSER.parse("a + fill_right (0) fill_left (0) b")));
  }

  @Test
  void readsModifiersOnWhatIsInFrontOfThem() {
    MatrixSelector matrix =
        parse(MatrixSelector.class, "up[5m] smoothed @ 1609746000.5 offset -1h");
    assertEquals(RangeEdges.SMOOTHED, matrix.selector().edges());
    assertEquals(
        Optional.of(new AtModifier.Timestamp(1_609_746_000_500L)),
        matrix.selector().modifiers().at());
    assertEquals(-3_600_000, offsetMillis(matrix.selector().modifiers().offset()));
    Subquery subquery = parse(Subquery.class, "rate(up[5m])[1h:] offset 1w @ start()");
    assertEquals(Optional.empty(), subquery.step());
    assertEquals(Optional.of(new AtModifier.Start()), subquery.modifiers().at());
    assertEquals(604_800_000, offsetMillis(subquery.modifiers().offset()));
    assertEquals(
        Optional.of(new AtModifier.Timestamp(-5000)),
        parse(VectorSelector.class, "up @ -5s").modifiers().at());
    assertEquals(Optional.empty(), parse(VectorSelector.class, "up offset 0").modifiers().offset());
  }

  private static long offsetMillis(Optional<DurationExpr> offset) {
    return offset.orElseThrow().offsetMillis(QueryTimes.instant(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5m                          | 300000
          300                         | 300000
          0.5                         | 500
          26m+4m                      | 1800000
          2m*(10+5)                   | 1800000
          -5m+35m                     | 1800000
          1h30m % 1h                  | 1800000
          2 ^ 3 ^ 2                   | 512000
          -2 ^ 2 + 5                  | 1000
          step()                      | 15000
          step() * 4 - 1m + 1         | 1000
          range() / 2                 | 1800000
          min_of(step(), 10s)         | 10000
          max_of(step(), 1m) + 1ms    | 60001
          -(step() - 5m)              | 285000
          """)
  void readsDurationExpressions(String range, long millis) {
    QueryTimes times = new QueryTimes(0, 3_600_000, 15_000);
    assertEquals(
        millis, parse(MatrixSelector.class, "up[%s]".formatted(range)).range().rangeMillis(times));
    assertEquals(
        millis,
        parse(Subquery.class, "up[1h:%s]".formatted(range))
            .step()
            .orElseThrow()
            .rangeMillis(times));
    assertEquals(
        millis,
        parse(VectorSelector.class, "up offset (%s)".formatted(range))
            .modifiers()
            .offset()
            .orElseThrow()
            .offsetMillis(times));
  }

  @Test
  void aNumberOfSecondsIsRoundedToNanoseconds() {
    // 1.001 * 1000 is a little less than 1001.
    assertEquals(
        1001, parse(MatrixSelector.class, "up[1.001]").range().rangeMillis(QueryTimes.instant(0)));
  }

  @Test
  void readsCalls() {
    Expr.Call call = parse(Expr.Call.class, "label_replace(up, \"dst\", '$1', `src`, \"(.*)\")");
    assertEquals(Function.LABEL_REPLACE, call.function());
    assertEquals(5, call.arguments().size());
    assertEquals(Function.STEP, parse(Expr.Call.class, "step()").function());
    assertEquals(Function.START, parse(Expr.Call.class, "start()").function());
    parse(Expr.Call.class, "info(up, {})");
    parse(Expr.Call.class, "info(up, {__name__=~\".+_info\"})");
  }

  @Test
  void spansCoverWhatWasRead() {
    String query = "sum by (job) (rate(up[5m] offset 1m)) / 2";
    BinaryOperation division = parse(BinaryOperation.class, query);
    assertEquals(query, text(query, division));
    assertEquals("sum by (job) (rate(up[5m] offset 1m))", text(query, division.left()));
    Expr.Aggregation sum = assertInstanceOf(Expr.Aggregation.class, division.left());
    assertEquals("rate(up[5m] offset 1m)", text(query, sum.operand()));
    Expr.Call rate = assertInstanceOf(Expr.Call.class, sum.operand());
    assertEquals("up[5m] offset 1m", text(query, rate.arguments().getFirst()));
  }

  private static String text(String query, Expr expr) {
    return query.substring(expr.span().start(), expr.span().end());
  }
}
