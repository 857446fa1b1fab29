package dev.weir.streams.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.printer.PromqlPrinter;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnsplitReasonTest {
  private static final PromqlParser PARSER =
      new PromqlParser(ParserOptions.ofFeatures(List.of("promql-experimental-functions")));

  private static boolean sharded(VectorSelector selector) {
    return !selector.name().equals("job:up:sum");
  }

  private static String reasons(String query, boolean delayedNameRemoval) {
    Expr expr = PARSER.parse(query);
    return SplitExpr.of(expr, 0, UnsplitReasonTest::sharded, delayedNameRemoval)
        .unsplit(UnsplitReasonTest::sharded)
        .stream()
        .map(selector ->
            PromqlPrinter.print(selector)
                + " "
                + UnsplitReason.of(expr, selector, UnsplitReasonTest::sharded, delayedNameRemoval))
        .collect(Collectors.joining("; "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rate(up[5m]) > 0 | ''",
        "up @ 1609746000 | up @ 1609746000.000 TIME",
        "sum(rate(up[5m] @ end())) / sum(up) | up @ end() TIME",
        "max_over_time(up[1h:1m] @ start()) | up TIME",
        "max_over_time(sum(up)[1h:1m]) > 3 | up SUBQUERY",
        "max_over_time(sum(up @ end())[1h:1m]) | up @ end() TIME",
        "job:up:sum + quantile_over_time(scalar(job:up:sum), up[1h]) | up ARGUMENT",
        "quantile_over_time(scalar(job:up:sum), rate(up[1m])[1h:1m]) | up ARGUMENT",
        "info(up, {version=~'.+'}) | up INFO; {__name__=\"target_info\",version=~\".+\"} INFO",
      })
  void isWhatStandsAround(String query, String reasons) {
    assertEquals(reasons, reasons(query, false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sum by (__name__) (rate(up[5m])) | up NAMES",
        "timestamp(up) | up NAMES",
        "rate(up[5m] @ end()) | up @ end() TIME",
        "max_over_time(sum(up)[1h:1m]) | up SUBQUERY",
      })
  void whereNamesAreDroppedAtTheEndThatIsOne(String query, String reasons) {
    assertEquals(reasons, reasons(query, true));
  }
}
