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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Rules and dashboards that people use. The folder of the property `rules.dir` holds manifests of
/// kind PrometheusRule and `dashboard-queries.txt`; without it, there is a handful of our own.
class RealQueriesTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  @Test
  void everyRuleParsesAndPrints() throws IOException {
    List<String> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder())) {
      for (Path file : files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
        for (Object document :
            new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(file))) {
          collectExpressions(document, queries);
        }
      }
    }
    assertTrue(queries.size() >= 223, "only " + queries.size() + " rules");
    queries.forEach(RealQueriesTest::checkParsesAndPrints);
  }

  private static void collectExpressions(Object node, List<String> queries) {
    if (node instanceof Map<?, ?> map) {
      if (map.containsKey("expr")) {
        queries.add(String.valueOf(map.get("expr")));
      }
      map.values().forEach(value -> collectExpressions(value, queries));
    } else if (node instanceof List<?> list) {
      list.forEach(item -> collectExpressions(item, queries));
    }
  }

  @Test
  void everyDashboardQueryParsesAndPrints() throws IOException {
    int parsed = 0;
    for (String line : Files.readAllLines(folder().resolve("dashboard-queries.txt"))) {
      String query = fillIn(line.strip());
      if (query.startsWith("label_values(") || query.startsWith("query_result(")) {
        // Grafana's own functions: it never sends them.
        assertThrows(WeirException.BadData.class, () -> PARSER.parse(query));
      } else if (!query.isEmpty()) {
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

  /// Puts values where Grafana does.
  private static String fillIn(String query) {
    return query
        .replaceAll("\\$__(rate_interval|interval|range)|\\$\\{__rate_interval\\}", "5m")
        .replaceAll("\\$\\{[a-z_]+(:[a-z]+)?\\}|\\$[a-z_]+", "value");
  }

  @Test
  void queriesOfEveryKindOfPanelParseAndPrint() {
    for (String query :
        List.of(
            "100 - (avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[$__rate_interval])) * 100)",
            "histogram_quantile(0.99, sum by (le, route) (rate(request_seconds_bucket{cluster=~\"$cluster\"}[5m])))",
            "topk(10, count by (__name__)({__name__=~\".+\", job=\"$job\"}))",
            "(time() - node_boot_time_seconds{instance=\"$instance\"}) / 86400",
            "sum(kube_pod_info) by (node) / on (node) group_left kube_node_status_capacity",
            "max_over_time(avg(up)[1d:${__rate_interval}] offset 1w) or vector(0)")) {
      checkParsesAndPrints(fillIn(query));
    }
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
