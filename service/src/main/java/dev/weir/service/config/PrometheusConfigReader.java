package dev.weir.service.config;

import dev.weir.model.LabelText;
import dev.weir.yaml.ConfigFile;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Reads a `prometheus.yml`.
final class PrometheusConfigReader {
  private final ConfigFile file;
  private final UnaryOperator<String> environment;

  /// @param environment the value of an environment variable; empty where there is none
  PrometheusConfigReader(ConfigFile file, UnaryOperator<String> environment) {
    this.file = file;
    this.environment = environment;
  }

  PrometheusConfig read() {
    ConfigSection root = file.root().section("");
    GlobalConfig global =
        new GlobalConfigReader(root.section("global", "global"), environment).read();
    List<ScrapeConfig> scrapeConfigs = scrapeConfigs(root, global);
    AlertmanagersConfig alertmanagers =
        new AlertmanagersConfigReader(root.section("alerting", "alerting")).read();
    List<String> ruleFiles =
        root.texts("rule_files").stream().map(file::resolve).map(Path::toString).toList();
    root.unsupported("runtime", "it has no effect");
    root.unsupported("scrape_config_files", "the jobs in them are not scraped");
    root.unsupported("storage", "set retention in weir.yml");
    root.unsupported("tracing", "no traces are exported");
    root.unsupported("remote_write", "samples are not forwarded");
    root.unsupported("remote_read", "it has no effect");
    root.unsupported("otlp", "OTLP is not received");
    root.refuseOthers();
    file.throwIfProblems();
    return new PrometheusConfig(
        global, scrapeConfigs, alertmanagers, ruleFiles, file.redactedText(), file.warnings());
  }

  private static List<ScrapeConfig> scrapeConfigs(ConfigSection root, GlobalConfig global) {
    List<ScrapeConfig> configs = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    int number = 0;
    for (ConfigValue entry : root.list("scrape_configs")) {
      number++;
      if (entry.isNull()) {
        entry.problem("entry %d is empty".formatted(number), "remove it, or give it a job_name");
        continue;
      }
      ScrapeConfigReader reader = new ScrapeConfigReader(global, entry, number);
      ScrapeConfig config = reader.read();
      int line = reader.section().line("job_name");
      Integer first = lines.putIfAbsent(config.jobName(), line);
      if (first != null && !config.jobName().isEmpty()) {
        root.problem(
            line,
            "job name %s stands already in line %d"
                .formatted(LabelText.quote(config.jobName()), first),
            "give each job a name of its own");
      }
      configs.add(config);
    }
    return configs;
  }
}
