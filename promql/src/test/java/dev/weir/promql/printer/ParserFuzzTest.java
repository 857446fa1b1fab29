package dev.weir.promql.printer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.parser.SourceFree;
import org.junit.jupiter.api.Tag;

/// Text of any kind is parsed or refused, without a crash, a hang or an overflow of the stack; what
/// is parsed and printed parses to the same tree again.
///
/// Ten minutes of it, from the corpus beside this class (`ParserFuzzTestInputs`):
///
///     ./mvnw -Pfuzz -pl promql -am test -Dtest=ParserFuzzTest \
///         -Dsurefire.failIfNoSpecifiedTests=false
@Tag("fuzz")
class ParserFuzzTest {
  private static final PromqlParser PARSER =
      new PromqlParser(ParserOptions.EXPERIMENTAL.withLimits(20_000, 200));

  /// For what is printed, which may be longer: lines are indented.
  private static final PromqlParser AGAIN = new PromqlParser(ParserOptions.EXPERIMENTAL);

  @DictionaryEntries({
    "sum",
    "by",
    "without",
    "rate(",
    "[5m]",
    "[5m:1m]",
    "offset",
    "@",
    "start()",
    "group_left",
    "on(",
    "ignoring(",
    "bool",
    "=~",
    "!~",
    "</",
    ">/",
    "atan2",
    "anchored",
    "smoothed",
    "fill_left(",
    "{",
    "}",
    "\"",
    "`",
    "0x",
    "Inf",
    "step()",
    "min_of(",
    "and",
    "unless",
    "histogram_quantile(",
    "label_replace(",
    "topk(",
    "limit_ratio(",
    "info(",
    "__name__"
  })
  @FuzzTest(maxDuration = "10m")
  void whatIsParsedIsPrintedAndParsedAgain(FuzzedDataProvider data) {
    String query = data.consumeRemainingAsString();
    Expr expr;
    try {
      expr = PARSER.parse(query);
    } catch (WeirException.BadData refused) {
      assertTrue(String.valueOf(refused.getMessage()).contains("parse error: "));
      return;
    } catch (WeirException.LimitExceeded tooDeepOrLong) {
      return;
    }
    Expr tree = SourceFree.of(expr);
    assertEquals(tree, SourceFree.of(AGAIN.parse(PromqlPrinter.print(expr))));
    assertEquals(tree, SourceFree.of(AGAIN.parse(PromqlPrinter.prettyPrint(expr))));
  }
}
