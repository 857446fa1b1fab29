package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.marcnuri.helm.LintResult;
import dev.weir.service.config.SettingGroup;
import dev.weir.service.config.WeirConfig;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Which values the chart takes, and what it says of others.
class ChartValuesTest {
  private static JsonNode schema() throws IOException {
    return new JsonMapper().readTree(Chart.DIRECTORY.resolve("values.schema.json").toFile());
  }

  private static Set<String> keys(JsonNode object) {
    return object.properties().stream()
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theChartPassesHelmsLint() {
    LintResult result = Chart.lint();
    assertFalse(result.isFailed(), () -> result.getMessages().toString());
  }

  @Test
  void everyValueHasADefaultAndASchema() throws IOException {
    Object values =
        new Load(LoadSettings.builder().build())
            .loadFromString(Files.readString(Chart.DIRECTORY.resolve("values.yaml")));
    Set<String> described = keys(schema().get("properties"));
    assertTrue(described.remove("global"), "Helm hands this one to charts inside other charts");
    assertEquals(described, new TreeSet<>(((Map<?, ?>) values).keySet()));
  }

  @Test
  void weirConfigHasTheSectionsOfWeirYml() throws IOException {
    Set<String> sections =
        WeirConfig.GROUPS.stream()
            .map(SettingGroup::name)
            .collect(Collectors.toCollection(TreeSet::new));
    sections.add("tenants");
    sections.remove("embedded_broker");
    assertEquals(sections, keys(schema().get("definitions").get("weirConfig").get("properties")));
  }

  @Test
  void theAddressOfKafkaIsAskedFor() {
    String refusal = Chart.refusal("{}");
    assertTrue(
        refusal.contains(
            "kafka: name the brokers of your Kafka as host:port, for example --set"
                + " kafka=kafka-bootstrap.kafka:9092"),
        refusal);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Types and formats.
        "kafka: kafka | at '/kafka': 'kafka' does not match pattern",
        "port: '9090' | at '/port': got string, want integer",
        "port: 80 | at '/port': minimum: got 80, want 1,024",
        "sinkReplicas: 1.5 | at '/sinkReplicas': got number, want integer",
        "sinkEnabled: 'no' | at '/sinkEnabled': got string, want boolean",
        "scrapeInterval: 15 | at '/scrapeInterval': got number, want string",
        "scrapeInterval: 15 s | at '/scrapeInterval': '15 s' does not match pattern",
        "externalLabels: {cluster: 1} | at '/externalLabels/cluster': got number",
        "externalLabels: {a-b: c} | a-b",
        "scrapeConfigs: [{static_configs: []}] | missing property 'job_name'",
        "blocksSize: 50 GB | at '/blocksSize': '50 GB' does not match pattern",
        "blocksAccessMode: RWX | value must be one of 'ReadWriteOnce', 'ReadWriteMany'",
        "ruleFiles: {a.txt: {groups: []}} | a.txt",
        "ruleFiles: {a.yml: {group: []}} | at '/ruleFiles/a.yml'",
        "queryResources: {memory: 1Gi} | additional properties 'memory' not allowed",
        // Unknown keys.
        "sinkReplica: 2 | additional properties 'sinkReplica' not allowed",
        "sink: {enabled: false} | additional properties 'sink' not allowed",
        "weirConfig: {storages: {}} | additional properties 'storages' not allowed",
        "weirConfig: {kafka: {bootstrap_servers: ['kafka:9092']}} | 'bootstrap_servers' not allowed",
        // What cannot work together.
        "sinkReplicas: 2 | at '/blocksAccessMode': value must be 'ReadWriteMany'",
        "sinkEnabled: false | at '/blocksExistingClaim': minLength: got 0, want 1",
        "{alertmanagerConfigSecret: a, alertmanagerConfig: {route: {}, receivers: [{}]}} | at '/alertmanagerConfig': maxProperties: got 2, want 0",
        "alertmanagerConfig: {receivers: [{name: a}]} | missing property 'route'",
      })
  void badValuesAreRefusedWithTheirPlace(String values, String message) {
    String all =
        values.startsWith("{")
            ? values.replaceFirst("\\{", "{kafka: kafka:9092, ")
            : (values.startsWith("kafka") ? "" : Chart.MINIMAL) + values;
    String refusal = Chart.refusal(all);
    assertTrue(refusal.contains(message), () -> values + " was refused with: " + refusal);
  }

  @Test
  void allProblemsAreReportedAtOnce() {
    String refusal = Chart.refusal("{kafka: kafka:9092, port: x, sinks: 2, scrapeInterval: 15}");
    List<String> missing = new ArrayList<>(List.of("'/port'", "'sinks'", "'/scrapeInterval'"));
    missing.removeIf(refusal::contains);
    assertEquals(List.of(), missing, refusal);
  }

  @Test
  void severalSinksShareAVolumeThatSeveralNodesCanHave() {
    Manifest manifest =
        Chart.render(Chart.MINIMAL + "sinkReplicas: 3\nblocksAccessMode: ReadWriteMany\n");
    assertEquals(3, manifest.one(StatefulSet.class, "weir-sink").getSpec().getReplicas());
    assertEquals(
        "weir-blocks",
        manifest.workload("weir-sink").volume("blocks").getPersistentVolumeClaim().getClaimName());
  }

  @Test
  void aQueryWithoutASinkReadsTheClaimThatItIsGiven() {
    Manifest manifest =
        Chart.render(Chart.MINIMAL + "sinkEnabled: false\nblocksExistingClaim: other-blocks\n");
    assertEquals(
        "other-blocks",
        manifest.workload("weir-query").volume("blocks").getPersistentVolumeClaim().getClaimName());
    assertEquals(2, manifest.one(Deployment.class, "weir-query").getSpec().getReplicas());
  }
}
