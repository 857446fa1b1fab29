package dev.weir.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.AggregationOperator;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.Function;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QueryGrammarTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private static final ComparedData DATA = GeneratedData.of(1, 1_790_000_000_000L);

  private static final List<String> QUERIES =
      IntStream.range(0, 20_000)
          .mapToObj(seed -> new QueryGrammar(new Random(seed), DATA).next().query())
          .map(query -> query.replace("holt_winters(", "double_exponential_smoothing("))
          .toList();

  private static boolean parses(String query) {
    try {
      PARSER.parse(query);
      return true;
    } catch (WeirException.BadData _) {
      return false;
    }
  }

  @Test
  void someQueriesAreWrongAndMostAreNot() {
    long wrong = QUERIES.stream().filter(query -> !parses(query)).count();
    assertTrue(wrong > QUERIES.size() / 100 && wrong < QUERIES.size() / 10, () -> wrong + " wrong");
  }

  /// What 2.42 did not have is behind a feature, or newer still.
  @Test
  void everythingThatPrometheus242KnowsIsUsed() {
    Set<Function> newer =
        Set.of(
            Function.FIRST_OVER_TIME,
            Function.HISTOGRAM_AVG,
            Function.HISTOGRAM_FRACTION,
            Function.HISTOGRAM_STDDEV,
            Function.HISTOGRAM_STDVAR);
    assertEquals(
        List.of(),
        Arrays.stream(Function.values())
            .filter(function ->
                function == Function.DOUBLE_EXPONENTIAL_SMOOTHING || !function.isExperimental())
            .filter(function -> !newer.contains(function))
            .map(Function::text)
            .filter(name -> QUERIES.stream().noneMatch(query -> query.contains(name + "(")))
            .toList());
    assertEquals(
        List.of(),
        Arrays.stream(AggregationOperator.values())
            .filter(operator -> !operator.isExperimental())
            .map(AggregationOperator::text)
            .filter(name ->
                QUERIES.stream().noneMatch(query -> query.matches(".*\\b" + name + "( |\\().*")))
            .toList());
    assertEquals(
        List.of(),
        Arrays.stream(BinaryOperator.values())
            .filter(operator -> !operator.isTrim())
            .map(BinaryOperator::text)
            .filter(text -> QUERIES.stream().noneMatch(query -> query.contains(" " + text + " ")))
            .toList());
    for (String part :
        List.of(
            " and ",
            " or ",
            " unless ",
            " bool ",
            "group_left",
            "group_right",
            "offset -",
            "@ start()",
            "@ end()",
            "@ 1",
            ":]",
            ":15s]",
            "by (",
            "without (",
            "ignoring (")) {
      assertTrue(QUERIES.stream().anyMatch(query -> query.contains(part)), part);
    }
  }

  @Test
  void aSeedGivesTheSameQuestions() {
    assertEquals(
        new QueryGrammar(new Random(5), DATA).next(), new QueryGrammar(new Random(5), DATA).next());
  }

  @Test
  void noSampleIsWhereAWindowBegins() {
    Set<Long> millis =
        DATA.series().stream()
            .flatMapToLong(series -> Arrays.stream(series.timestampsMillis()))
            .mapToObj(timestamp -> timestamp % 1000)
            .collect(Collectors.toSet());
    assertTrue(
        millis.stream()
            .allMatch(at -> at >= ComparedData.FIRST_MILLIS && at <= ComparedData.LAST_MILLIS));
    assertTrue(QueryGrammar.EVALUATION_MILLIS < ComparedData.FIRST_MILLIS);
    assertTrue(1000 - QueryGrammar.ODD_RANGE_MILLIS > ComparedData.LAST_MILLIS);
  }
}
