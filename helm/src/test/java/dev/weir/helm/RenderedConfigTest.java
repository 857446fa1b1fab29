package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.alerting.NotificationConfig;
import dev.weir.model.Labels;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.WeirConfig;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The files that the chart writes, read by the code that reads them in a pod.
class RenderedConfigTest {
  /// As the build sets it for tests, and the chart for pods.
  private static final String NODE = System.getenv().getOrDefault("NODE_NAME", "");

  private static final Manifest DEFAULT = Chart.render(Chart.MINIMAL);

  private static PrometheusConfig prometheus(Manifest manifest, String role) {
    return PrometheusConfig.of("prometheus.yml", manifest.file("weir-" + role, "prometheus.yml"));
  }

  @Test
  void aCollectorScrapesTheExporterOfItsNode() {
    String text = DEFAULT.file("weir-collectors", "prometheus.yml");
    assertTrue(text.contains("node: ${NODE_NAME}\n"), text);
    PrometheusConfig config = prometheus(DEFAULT, "collectors");
    assertEquals(Duration.ofSeconds(15), config.global().scrapeInterval());
    assertEquals(1, config.targetCount());
    assertEquals("node", config.scrapeConfigs().getFirst().jobName());
    assertEquals(
        List.of("localhost:9100"),
        config.scrapeConfigs().getFirst().staticConfigs().getFirst().targets());
    assertEquals(Labels.of("node", NODE), config.global().externalLabels());
  }

  @Test
  void theSeriesOfNodesAreToldApart() {
    WeirConfig config = WeirConfig.of("weir.yml", DEFAULT.file("weir-config", "weir.yml"));
    assertTrue(config.collector().attachExternalLabels());
    assertTrue(config.collector().nameLocalTargets());
  }

  @Test
  void externalLabelsReachCollectorsAndRules() {
    Manifest manifest = Chart.render(Chart.MINIMAL + "externalLabels: {cluster: production}\n");
    assertEquals(
        Labels.of("cluster", "production", "node", NODE),
        prometheus(manifest, "collectors").global().externalLabels());
    for (String role : List.of("rules", "alerting", "query")) {
      assertEquals(
          Labels.of("cluster", "production"),
          prometheus(manifest, role).global().externalLabels(),
          role);
    }
  }

  @Test
  void aNullTakesALabelAway() {
    Manifest manifest =
        Chart.render(
            Chart.MINIMAL
                + "externalLabels: {cluster: production}\ncollectorsExternalLabels: {node: null}\n");
    assertEquals(
        Labels.of("cluster", "production"),
        prometheus(manifest, "collectors").global().externalLabels());
  }

  @Test
  void ruleFilesAreReadAsTheyAreWritten() {
    Map<String, String> files = DEFAULT.one(ConfigMap.class, "weir-rule-files").getData();
    assertEquals(List.of("targets.yml"), List.copyOf(files.keySet()));
    files.forEach((name, text) -> {
      RuleFile file = RuleFile.parse(name, text, RuleFileSettings.DEFAULT);
      assertEquals(List.of(), file.warnings());
      assertFalse(file.groups().isEmpty());
    });
    String prometheus = DEFAULT.file("weir-rules", "prometheus.yml");
    assertTrue(prometheus.contains("rule_files:\n  - /etc/weir/rules/targets.yml\n"), prometheus);
    assertEquals(
        "rules/targets.yml",
        DEFAULT
            .workload("weir-rules")
            .volume("config")
            .getProjected()
            .getSources()
            .getLast()
            .getConfigMap()
            .getItems()
            .getFirst()
            .getPath());
  }

  @Test
  void ruleFilesMayBeAddedAndLeftOut() {
    Manifest manifest =
        Chart.render(
            Chart.MINIMAL
                + """
                ruleFiles:
                  targets.yml: null
                  api.yaml:
                    groups:
                      - name: api
                        rules:
                          - record: job:http_requests:rate5m
                            expr: sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))
                """);
    Map<String, String> files = manifest.one(ConfigMap.class, "weir-rule-files").getData();
    assertEquals(List.of("api.yaml"), List.copyOf(files.keySet()));
    assertEquals(
        "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m]))",
        RuleFile.parse(
                "api.yaml", manifest.file("weir-rule-files", "api.yaml"), RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .rules()
            .getFirst()
            .expression());
    Manifest none = Chart.render(Chart.MINIMAL + "ruleFiles: {targets.yml: null}\n");
    assertFalse(none.names().contains("ConfigMap weir-rule-files"));
    assertTrue(none.file("weir-rules", "prometheus.yml").contains("rule_files:\n  []"));
  }

  @Test
  void alertmanagersAreTold() {
    Manifest manifest =
        Chart.render(
            Chart.MINIMAL
                + """
                alertmanagers:
                  - static_configs: [{targets: ["alertmanager.monitoring:9093"]}]
                alertmanagerConfig:
                  route: {receiver: pager, group_by: [alertname], group_wait: 10s}
                  receivers:
                    - name: pager
                      webhook_configs: [{url: "http://pager.example.org/hook"}]
                """);
    assertEquals(
        List.of(URI.create("http://alertmanager.monitoring:9093/api/v2/alerts")),
        prometheus(manifest, "alerting").alertmanagers().destinations().stream()
            .map(AlertmanagersConfig.Destination::url)
            .toList());
    NotificationConfig config =
        NotificationConfig.of(
            "alertmanager.yml", manifest.file("weir-alerting", "alertmanager.yml"));
    assertEquals(List.of(), config.warnings());
    assertTrue(
        manifest
            .workload("weir-alerting")
            .container()
            .getArgs()
            .contains("--alertmanager.config=/etc/weir/alertmanager.yml"));
    assertFalse(
        DEFAULT.workload("weir-alerting").container().getArgs().stream()
            .anyMatch(argument -> argument.startsWith("--alertmanager.config")));
  }

  @Test
  void noRoleIsGivenAnythingThatItDoesNotActOn() {
    for (String role : List.of("collectors", "rules", "alerting", "query")) {
      assertEquals(List.of(), prometheus(DEFAULT, role).warnings(), role);
    }
  }
}
