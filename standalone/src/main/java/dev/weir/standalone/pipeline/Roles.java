package dev.weir.standalone.pipeline;

import dev.weir.alerting.AlertingRole;
import dev.weir.alerting.AlertingSettings;
import dev.weir.alerting.NotificationConfig;
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.StorageNode;
import dev.weir.collectors.CollectorRole;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryLimits;
import dev.weir.query.QueryRole;
import dev.weir.query.api.ServerStatus;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.QueryConfig;
import dev.weir.service.config.StorageConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.CompactedView;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.sink.SinkRole;
import dev.weir.sink.SinkSettings;
import dev.weir.streams.RulesRole;
import dev.weir.streams.RulesSettings;
import dev.weir.streams.definition.ConfiguredRules;
import dev.weir.yaml.ByteSize;
import dev.weir.yaml.PrometheusDuration;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/// Makes the roles of a process and gives them what they share: Kafka, the registry, the metrics,
/// the store of blocks. They meet nowhere else, except that a query asks a sink of its own process
/// without a detour over HTTP.
final class Roles {

  /// The Prometheus whose API and language are served: clients choose by it what to ask for.
  private static final String PROMETHEUS_VERSION = "3.14.0";

  /// Views of compacted topics begin at the beginning, also where that has moved on.
  private static final Map<String, Object> FROM_THE_BEGINNING =
      Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

  private final PipelineSettings settings;
  private final KafkaSettings kafka;
  private final Optional<SchemaRegistry> registry;
  private final PrometheusRegistry metrics;
  private final CompactedView.Metrics viewMetrics;
  private final Addresses addresses;
  private final BlockStores blocks;
  private final Clock clock;

  /// @param blocks what sinks publish to and queries read
  /// @param addresses where this process is reached
  Roles(
      PipelineSettings settings,
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      PrometheusRegistry metrics,
      Addresses addresses,
      BlockStores blocks,
      Clock clock) {
    this.settings = settings;
    this.kafka = kafka;
    this.registry = registry;
    this.metrics = metrics;
    this.viewMetrics = new CompactedView.Metrics(metrics);
    this.addresses = addresses;
    this.blocks = blocks;
    this.clock = clock;
  }

  CollectorRole collector(CurrentConfig config) {
    return new CollectorRole(
        new CollectorRole.Settings(
            config.get(),
            settings.collectorConfig(),
            kafka,
            registry,
            addresses.member(),
            addresses.hostname(),
            settings.version(),
            settings.features().names()),
        metrics);
  }

  SinkRole sink(DataDirectory data) {
    WeirConfig weir = settings.weir();
    return new SinkRole(
        SinkSettings.of(weir.storage(), weir.tenants(), weir.collector().keyFrameInterval()),
        addresses.member(),
        addresses.forMembers().toString(),
        settings.version(),
        kafka,
        registry,
        blocks.forWriting(),
        data.unpublished(),
        metrics,
        clock);
  }

  RulesRole rules(RulesSettings rules, ConfiguredRules configured) {
    return new RulesRole(
        rules,
        configured,
        new RulesRole.Surroundings(addresses.member(), kafka, registry, metrics, clock));
  }

  /// How rules are evaluated in this process.
  ///
  /// @param prometheus whose external labels and intervals hold
  RulesSettings rulesSettings(PrometheusConfig prometheus, DataDirectory data) {
    return RulesSettings.of(
        settings.rules(addresses.local()),
        settings.weir().collector(),
        prometheus.global(),
        engineSettings(prometheus),
        settings.features().language(),
        externalUrl(),
        data.streams(),
        kafka);
  }

  /// Where people reach Weir. Links are made by putting paths behind it.
  private URI externalUrl() {
    return settings
        .weir()
        .http()
        .externalUrl()
        .map(url -> URI.create(url.toString().replaceFirst("/+$", "")))
        .orElseGet(addresses::forMembers);
  }

  AlertingRole alerting(CurrentConfig config, NotificationConfig notifications) {
    return new AlertingRole(
        AlertingSettings.of(settings.weir().alerting(), externalUrl()),
        notifications,
        config.get().alertmanagers(),
        new AlertingRole.Surroundings(
            addresses.member(), settings.version(), kafka, registry, metrics, viewMetrics, clock));
  }

  /// @param sink of this process, to be asked without HTTP
  QueryRole query(Optional<SinkRole> sink, CurrentConfig config) {
    Map<String, StorageNode> localNodes =
        sink.map(role -> Map.of(addresses.member(), role.storageNode())).orElse(Map.of());
    return new QueryRole(
        querySettings(config.get()),
        new QueryRole.Surroundings(
            clientId -> kafka.consumer(clientId, FROM_THE_BEGINNING),
            registry,
            kafka.samplePartitions(),
            blocks.forQueries(),
            localNodes,
            () -> sink.ifPresent(SinkRole::lookForDeletions),
            new Snapshots(
                    settings.data(),
                    blocks,
                    sink.map(role -> (Supplier<CompletionStage<Void>>) role::flush),
                    clock)
                ::make,
            status(config),
            metrics,
            viewMetrics,
            clock));
  }

  private QueryRole.Settings querySettings(PrometheusConfig prometheus) {
    QueryConfig query = settings.weir().query();
    EngineSettings engine =
        engineSettings(prometheus)
            .withMaxConcurrentQueries(query.maxConcurrentQueries())
            .withTimeSlice(query.timeSlice())
            .withMaxMemoryBytes(query.maxTotalMemoryBytes().orElseGet(Roles::shareOfHeap));
    QueryLimits limits =
        QueryLimits.DEFAULT
            .withMaxSamples(query.maxSamples())
            .withMaxSeries(query.maxSeries())
            .withMaxSteps(query.maxSteps())
            .withMaxMemoryBytes(query.maxMemoryBytes())
            .withTimeout(query.timeout());
    return new QueryRole.Settings(
        engine,
        settings.features().language().withLimits(query.maxLength(), query.maxDepth()),
        limits,
        settings.features().perStepStatistics(),
        query.logSlowerThan(),
        query.maxListed(),
        settings.weir().storage().blockCacheBytes(),
        query.maxBlocksAtOnce(),
        query.listInterval(),
        query.nodeTimeout(),
        query.memberTimeout(),
        NodeLimits.DEFAULT.withMaxResponseBytes(query.maxNodeAnswerBytes()),
        query.adminApi() || settings.adminApi(),
        query.maxViewEntries());
  }

  /// What all queries together may hold where nobody says.
  private static long shareOfHeap() {
    return Runtime.getRuntime().maxMemory() / 10 * 3;
  }

  /// How expressions are evaluated, by queries and by rules alike.
  private EngineSettings engineSettings(PrometheusConfig prometheus) {
    return settings
        .features()
        .applyTo(EngineSettings.DEFAULT)
        .withLookback(settings.weir().query().lookback())
        // As in Prometheus: the step of subqueries that name none.
        .withDefaultSubqueryStep(prometheus.global().evaluationInterval());
  }

  /// As Prometheus writes it.
  private static String retention(StorageConfig storage) {
    String time = PrometheusDuration.format(storage.retention());
    return storage.retentionSize() == 0
        ? time
        : "%s or %s".formatted(time, ByteSize.format(storage.retentionSize()));
  }

  private ServerStatus status(CurrentConfig config) {
    return new ServerStatus(
        PROMETHEUS_VERSION,
        settings.version(),
        "",
        addresses.hostname(),
        retention(settings.weir().storage()),
        settings.flags(),
        config::status,
        clock);
  }
}
