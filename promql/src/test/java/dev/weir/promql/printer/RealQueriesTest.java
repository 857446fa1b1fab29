package dev.weir.promql.printer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.parser.SourceFree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rules and dashboards that people use. The folder of the property `rules.dir` holds manifests of
/// kind PrometheusRule and `dashboard-queries.txt`; without it, there is a handful of our own.
class RealQueriesTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  @Test
  void everyRuleParsesAndPrints() throws IOException {
    List<String> queries = RealQueries.rules(folder());
    assertTrue(queries.size() >= 223, "only " + queries.size() + " rules");
    queries.forEach(RealQueriesTest::checkParsesAndPrints);
  }

  @Test
  void everyDashboardQueryParsesAndPrints() throws IOException {
    int parsed = 0;
    for (String query : RealQueries.dashboards(folder())) {
      if (RealQueries.isGrafanas(query)) {
        assertThrows(WeirException.BadData.class, () -> PARSER.parse(query));
      } else {
        checkParsesAndPrints(query);
        parsed++;
      }
    }
    assertTrue(parsed >= 490, "only " + parsed + " queries");
  }

  private static Path folder() {
    String folder = System.getProperty("rules.dir", "");
    assumeFalse(folder.isEmpty(), "no folder of rules: set -Drules.dir");
    return Path.of(folder);
  }

  @Test
  void queriesOfEveryKindOfPanelParseAndPrint() {
    RealQueries.own().forEach(RealQueriesTest::checkParsesAndPrints);
  }

  private static void checkParsesAndPrints(String query) {
    Expr expr = PARSER.parse(query);
    Expr sourceFree = SourceFree.of(expr);
    String line = PromqlPrinter.print(expr);
    String pretty = PromqlPrinter.prettyPrint(expr);
    assertFalse(line.contains("\n"), line);
    assertEquals(sourceFree, SourceFree.of(PARSER.parse(line)), query);
    assertEquals(sourceFree, SourceFree.of(PARSER.parse(pretty)), query);
  }
}
