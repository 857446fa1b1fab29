package dev.weir.streams;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.read.SampleReader;
import dev.weir.service.config.RulesConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.streams.definition.ConfiguredRules;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// A process of the role, in this JVM or as the one that a [RuleJobProcess] is.
final class RuleJob implements AutoCloseable {
  static final Labels EXTERNAL_LABELS = Labels.of("cluster", "eu-1");

  /// Long enough for every partition to be taken over: what is evaluated is complete.
  private static final Duration PARTITION_WAIT = Duration.ofMinutes(1);

  private final RulesRole role;

  /// @param member tells it apart from others
  /// @param commitInterval how often results are committed
  RuleJob(
      String member,
      KafkaSettings kafka,
      Path stateDirectory,
      Duration commitInterval,
      ConfiguredRules rules) {
    role =
        new RulesRole(
            settings(stateDirectory, commitInterval),
            rules,
            new RulesRole.Surroundings(
                member, kafka, Optional.empty(), new PrometheusRegistry(), InstantSource.system()));
    role.start();
  }

  private static RulesSettings settings(Path stateDirectory, Duration commitInterval) {
    return new RulesSettings(
        "weir-rules",
        new RulesConfig(
            Tenant.DEFAULT,
            false,
            Duration.ofHours(2),
            Duration.ofSeconds(2),
            PARTITION_WAIT,
            1,
            Optional.empty(),
            commitInterval,
            Duration.ofSeconds(2),
            commitInterval.plusSeconds(2),
            Optional.empty(),
            Duration.ofSeconds(10),
            4,
            List.of()),
        EngineSettings.DEFAULT,
        ParserOptions.DEFAULT,
        EXTERNAL_LABELS,
        URI.create("http://localhost:9090"),
        stateDirectory,
        2,
        1,
        Duration.ofHours(2),
        SampleReader.Settings.DEFAULT);
  }

  static ConfiguredRules rules(String text) {
    return new ConfiguredRules(
        Tenant.DEFAULT,
        RuleFile.parse("node.yml", text, RuleFileSettings.DEFAULT).groups(),
        List.of());
  }

  RulesRole role() {
    return role;
  }

  @Override
  public void close() {
    role.close();
  }
}
