package dev.weir.helm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.LintResult;
import dev.weir.service.config.Setting;
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

  /// A wrong key would otherwise be found by the first pod that starts.
  @Test
  void weirConfigHasTheSettingsOfWeirYml() throws IOException {
    JsonNode definitions = schema().get("definitions");
    ObjectNode expected = JsonNodeFactory.instance.objectNode();
    for (SettingGroup group : WeirConfig.GROUPS) {
      // A dot parts a section from one in it.
      int dot = group.name().indexOf('.');
      ObjectNode parent =
          dot < 0
              ? expected
              : expected.withObject("/%s/properties".formatted(group.name().substring(0, dot)));
      parent.set(group.name().substring(dot + 1), settings(group));
    }
    // The chart has its own value for it, and no broker.
    expected.withObject("/kafka/properties").remove("bootstrap_servers");
    expected.remove("embedded_broker");
    JsonNode limits = expected.get("limits");
    assertEquals(limits, definitions.get("limits"), () -> "the settings are\n" + limits);
    expected.remove("limits");
    expected
        .properties()
        .forEach(section ->
            assertEquals(
                section.getValue(),
                definitions.at("/weirConfig/properties/" + section.getKey()),
                () ->
                    "values.schema.json has other settings in weirConfig.%s; they are%n%s"
                        .formatted(section.getKey(), section.getValue())));
    Set<String> sections = keys(expected);
    sections.addAll(List.of("limits", "tenants"));
    assertEquals(sections, keys(definitions.at("/weirConfig/properties")));
  }

  /// The schema of a section.
  private static ObjectNode settings(SettingGroup group) {
    ObjectNode section =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", "object")
            .put("additionalProperties", false);
    ObjectNode properties = section.putObject("properties");
    for (Setting<?> setting : group.settings()) {
      ObjectNode type = properties.putObject(setting.name());
      switch (setting.type().name()) {
        case "boolean" -> type.put("type", "boolean");
        case "integer" -> type.put("type", "integer");
        case "mapping of text" -> type.put("$ref", "#/definitions/texts");
        case "list of text" -> type.put("type", "array").putObject("items").put("type", "string");
        case "text", "duration", "size", "URL", "file", "host:port" -> type.put("type", "string");
        default -> throw new AssertionError("this test knows no type " + setting.type().name());
      }
    }
    return section;
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
        "weirConfig: {storage: {retension: 30d}} | additional properties 'retension' not allowed",
        "weirConfig: {query: {max_samples: 50M}} | at '/weirConfig/query/max_samples': got string",
        "weirConfig: {tenants: {a: {max_serie: 5}}} | additional properties 'max_serie' not allowed",
        "weirConfig: {kafka: {bootstrap_servers: ['kafka:9092']}} | 'bootstrap_servers' not allowed",
        // What cannot work together.
        "sinkReplicas: 2 | at '/blocksAccessMode': value must be 'ReadWriteMany'",
        "sinkEnabled: false | at '/blocksExistingClaim': minLength: got 0, want 1",
        "blocksIn: objectStore | at '/weirConfig': missing property 'storage'",
        "{blocksIn: objectStore, weirConfig: {storage: {object_store: {type: s3}}}} | missing property 'bucket'",
        "weirConfig: {storage: {object_store: {type: s3}}} | at '/weirConfig/storage/object_store/type': value must be 'file'",
        "objectStoreSecret: keys | at '/objectStoreSecret': maxLength: got 4, want 0",
        "blocksIn: bucket | value must be one of 'volume', 'objectStore'",
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

  @Test
  void theNotesSayWhatNeedsASharedVolumeAndWhoIsTold() {
    String notes = Chart.notes(Chart.MINIMAL);
    assertTrue(notes.contains("http://weir-query.monitoring.svc:9090\n"), notes);
    assertTrue(notes.contains("For more than one sink, or queries elsewhere, use ReadWriteMany"));
    assertTrue(notes.contains("Nobody is told of alerts"), notes);
    String told =
        Chart.notes(
            Chart.MINIMAL
                + "blocksAccessMode: ReadWriteMany\nalertmanagerConfigSecret: receivers\n");
    assertFalse(told.contains("ReadWrite"), told);
    assertFalse(told.contains("Nobody is told"), told);
  }
}
