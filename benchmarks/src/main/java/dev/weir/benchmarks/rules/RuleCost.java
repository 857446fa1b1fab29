package dev.weir.benchmarks.rules;

import dev.weir.benchmarks.ingest.ProcessorTime;
import dev.weir.benchmarks.ingest.RecordedTargets;
import dev.weir.benchmarks.query.ComparedServer;
import dev.weir.benchmarks.query.RecordedInstances;
import dev.weir.benchmarks.query.RecordedInstances.Instance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What does the evaluation of a rule cost, beside Prometheus? Both scrape the same recorded
/// exporters, first without rules, then with many that are evaluated every second; the difference
/// is what the rules cost, of all processor time that the processes use: for Weir, what rules cost
/// the broker, too.
///
/// ```
/// benchmarks/run rules RECORDINGS [RULES [JVM_OPTIONS]]
/// ```
public final class RuleCost {
  private static final Duration SCRAPE_INTERVAL = Duration.ofSeconds(1);
  private static final String RULE_INTERVAL = "1s";
  private static final int PAGES = 120;

  /// Until the longest range of a rule is full, and most code is compiled.
  private static final Duration WARM_UP = Duration.ofMinutes(5);

  private static final Duration RULES_WARM_UP = Duration.ofMinutes(3);
  private static final Duration MEASURED = Duration.ofSeconds(60);
  private static final double GOAL = 0.1;

  private RuleCost() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2 || arguments.length > 4) {
      throw new IllegalArgumentException(
          "give: release directory, directory with rec_node.txt.gz and rec_prom.txt.gz, number of"
              + " rules (default 300), JVM options of Weir (default none)");
    }
    int count = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
    List<Instance> instances = RecordedInstances.compared(Path.of(arguments[1]));
    Path directory = Files.createTempDirectory("weir-rules");
    Path rules = Files.writeString(directory.resolve("rules.yml"), "groups: []\n");
    try (RecordedTargets targets = new RecordedTargets(instances, PAGES, SCRAPE_INTERVAL)) {
      List<ComparedServer> servers =
          ComparedServer.startAll(
              Path.of(arguments[0]),
              arguments.length > 3 ? arguments[3] : "",
              "",
              "rule_files: [\"%s\"]%n%s".formatted(rules, targets.scrapeConfig(SCRAPE_INTERVAL)),
              directory);
      try {
        // VictoriaMetrics evaluates rules in another program.
        List<ComparedServer> evaluating =
            servers.stream().filter(server -> !server.name().equals("victoria-metrics")).toList();
        Map<String, Double> without = used(evaluating, WARM_UP);
        Files.writeString(rules, ManyRules.file(instances, count, RULE_INTERVAL));
        for (ComparedServer server : evaluating) {
          server.post("/-/reload");
        }
        Map<String, Double> with = used(evaluating, RULES_WARM_UP);
        evaluating.forEach(server -> checkHealthy(server, count));
        print(evaluating, count, without, with);
      } finally {
        servers.forEach(ComparedServer::close);
      }
    }
  }

  /// Processors that each server uses, some time from now.
  private static Map<String, Double> used(List<ComparedServer> servers, Duration warmUp)
      throws InterruptedException {
    Thread.sleep(warmUp.toMillis());
    ProcessorTime begun = ProcessorTime.now(servers);
    Thread.sleep(MEASURED.toMillis());
    return ProcessorTime.now(servers).sharesSince(begun);
  }

  /// A rule that fails costs little.
  private static void checkHealthy(ComparedServer server, int count) {
    String rules = new String(server.get("/api/v1/rules", Map.of()), StandardCharsets.UTF_8);
    int healthy = rules.split("\"health\":\"ok\"", -1).length - 1;
    if (healthy < count) {
      throw new IllegalStateException(
          "%s: %d of %d rules are healthy".formatted(server.name(), healthy, count));
    }
  }

  private static void print(
      List<ComparedServer> servers,
      int count,
      Map<String, Double> without,
      Map<String, Double> with) {
    double prometheus = Double.NaN;
    for (ComparedServer server : servers.reversed()) {
      double before = without.getOrDefault(server.name(), 0.0);
      double after = with.getOrDefault(server.name(), 0.0);
      double micros = (after - before) / count * 1e6;
      System.out.printf(
          "  %-12s %.0f µs a rule evaluation (%.1f %% of a processor without rules, %.1f %% with"
              + " %d every second)%n",
          server.name(), micros, before * 100, after * 100, count);
      if (server.name().equals("prometheus")) {
        prometheus = micros;
      } else {
        System.out.printf("  ratio %.2f; goal %.1f%n", micros / prometheus, GOAL);
      }
    }
  }
}
