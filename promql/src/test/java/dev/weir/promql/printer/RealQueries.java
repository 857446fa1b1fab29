package dev.weir.promql.printer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Queries of rules and dashboards that people use, with values where Grafana puts them.
public final class RealQueries {
  private RealQueries() {}

  /// A handful of our own, of every kind of panel.
  public static List<String> own() {
    return Stream.of(
            "100 - (avg by (instance) (rate(node_cpu_seconds_total{mode=\"idle\"}[$__rate_interval])) * 100)",
            "histogram_quantile(0.99, sum by (le, route) (rate(request_seconds_bucket{cluster=~\"$cluster\"}[5m])))",
            "topk(10, count by (__name__)({__name__=~\".+\", job=\"$job\"}))",
            "(time() - node_boot_time_seconds{instance=\"$instance\"}) / 86400",
            "sum(kube_pod_info) by (node) / on (node) group_left kube_node_status_capacity",
            "max_over_time(avg(up)[1d:${__rate_interval}] offset 1w) or vector(0)")
        .map(RealQueries::fillIn)
        .toList();
  }

  /// The expressions of all manifests in a folder.
  public static List<String> rules(Path folder) throws IOException {
    List<String> queries = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".yaml")).toList()) {
        for (Object document :
            new Load(LoadSettings.builder().build()).loadAllFromString(Files.readString(file))) {
          collectExpressions(document, queries);
        }
      }
    }
    return queries;
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

  /// The lines of `dashboard-queries.txt` in a folder. Some are [#isGrafanas].
  public static List<String> dashboards(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("dashboard-queries.txt")).stream()
        .map(line -> fillIn(line.strip()))
        .filter(query -> !query.isEmpty())
        .toList();
  }

  /// Whether it is a function of Grafana's own, which it never sends.
  public static boolean isGrafanas(String query) {
    return query.startsWith("label_values(") || query.startsWith("query_result(");
  }

  private static String fillIn(String query) {
    return query
        .replaceAll("\\$__(rate_interval|interval|range)|\\$\\{__rate_interval\\}", "5m")
        .replaceAll("\\$\\{[a-z_]+(:[a-z]+)?\\}|\\$[a-z_]+", "value");
  }
}
