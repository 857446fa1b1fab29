package dev.weir.service.config;

import dev.weir.yaml.ConfigFile;
import java.nio.file.Path;
import java.util.List;

/// A `prometheus.yml` that makes sense.
///
/// @param ruleFiles patterns of rule files; relative ones stand beside the configuration file
/// @param text the file as it may be shown, with secrets hidden
/// @param warnings what stands in the file and has no effect, ready for the log
public record PrometheusConfig(
    GlobalConfig global,
    List<ScrapeConfig> scrapeConfigs,
    AlertmanagersConfig alertmanagers,
    List<String> ruleFiles,
    String text,
    List<String> warnings) {
  public PrometheusConfig {
    scrapeConfigs = List.copyOf(scrapeConfigs);
    ruleFiles = List.copyOf(ruleFiles);
    warnings = List.copyOf(warnings);
  }

  /// The configuration that holds when no file is given: Weir scrapes itself.
  ///
  /// @param address where this process serves `/metrics`, as `host:port`
  public static PrometheusConfig ofSelf(String address) {
    return of(
        "(default configuration)",
        """
        # No configuration file is given: Weir scrapes itself.
        global:
          scrape_interval: 5s
        scrape_configs:
          - job_name: weir
            static_configs:
              - targets: ["%s"]
        """
            .formatted(address));
  }

  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static PrometheusConfig read(Path path) {
    return new PrometheusConfigReader(ConfigFile.read(path), PrometheusConfig::environment).read();
  }

  /// Reads text.
  ///
  /// @param name what problems call the file
  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static PrometheusConfig of(String name, String text) {
    return new PrometheusConfigReader(ConfigFile.of(name, text), PrometheusConfig::environment)
        .read();
  }

  /// Targets that the file itself names, before relabelling.
  public int targetCount() {
    return scrapeConfigs.stream()
        .flatMap(config -> config.staticConfigs().stream())
        .mapToInt(group -> group.targets().size())
        .sum();
  }

  private static String environment(String name) {
    String value = System.getenv(name);
    return value == null ? "" : value;
  }
}
