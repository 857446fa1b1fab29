package dev.weir.streams;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.read.SampleReader;
import dev.weir.service.config.CollectorConfig;
import dev.weir.service.config.GlobalConfig;
import dev.weir.service.config.RulesConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.streams.definition.GroupPlanner;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// How a process of the role works.
///
/// @param applicationId names the job on Kafka: its consumer group, its internal topics
/// @param config what `weir.yml` says
/// @param engine how expressions are evaluated
/// @param language which parts of it expressions may use
/// @param externalLabels of alerts
/// @param externalUrl under which people reach the server
/// @param stateDirectory where stores are kept between starts
/// @param mergePartitions over which rule groups are spread, fixed when the job first runs
/// @param standbys copies of each partition's state in other processes
/// @param begin how far back the job begins to read when it runs for the first time, and how much
///   earlier than its first row it reads the past of a rule: so far that it knows every layout
public record RulesSettings(
    String applicationId,
    RulesConfig config,
    EngineSettings engine,
    ParserOptions language,
    Labels externalLabels,
    URI externalUrl,
    Path stateDirectory,
    int mergePartitions,
    int standbys,
    Duration begin,
    SampleReader.Settings reader) {
  private static final int CLUSTER_MERGE_PARTITIONS = 8;

  public RulesSettings {
    requireNonNull(applicationId, "applicationId");
    requireNonNull(config, "config");
    requireNonNull(engine, "engine");
    requireNonNull(language, "language");
    requireNonNull(externalLabels, "externalLabels");
    requireNonNull(externalUrl, "externalUrl");
    requireNonNull(stateDirectory, "stateDirectory");
    requireNonNull(begin, "begin");
    requireNonNull(reader, "reader");
  }

  /// What a configuration says.
  ///
  /// @param engine with the features and the lookback of queries
  public static RulesSettings of(
      RulesConfig config,
      CollectorConfig collector,
      GlobalConfig global,
      EngineSettings engine,
      ParserOptions language,
      URI externalUrl,
      Path stateDirectory,
      KafkaSettings kafka) {
    boolean embedded = kafka.deployment() == Deployment.EMBEDDED;
    Duration layouts = new LayoutPublisher.Settings(collector.keyFrameInterval(), 1).lookback();
    return new RulesSettings(
        "weir-rules",
        config,
        engine,
        language,
        global.externalLabels(),
        externalUrl,
        stateDirectory,
        embedded ? 1 : CLUSTER_MERGE_PARTITIONS,
        config.standbys().orElse(embedded ? 0 : 1),
        layouts,
        new SampleReader.Settings(1_000_000, 16L << 20, layouts, 100_000));
  }

  GroupPlanner planner() {
    return GroupPlanner.of(config, engine);
  }
}
