package dev.weir.standalone.pipeline;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.collectors.CollectorRole;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryLimits;
import dev.weir.query.QueryRole;
import dev.weir.query.api.ServerStatus;
import dev.weir.schemas.wire.ConfluentRegistry;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.PrometheusDuration;
import dev.weir.service.config.QueryConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.lifecycle.Role;
import dev.weir.sink.SinkRole;
import dev.weir.sink.SinkSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/// Makes the roles of a process. Each knows Kafka, the port and the block store, and nothing of the
/// others; only the query role is told of a storage node in its own process, which it then asks
/// directly.
final class Roles {
  private static final long BLOCK_CACHE_BYTES = 128L << 20;

  /// The Prometheus whose API and language are served: clients choose by it what to ask for.
  private static final String PROMETHEUS_VERSION = "3.14.0";

  private final PipelineSettings settings;
  private final PrometheusConfig prometheus;
  private final KafkaSettings kafka;
  private final URI address;
  private final PrometheusRegistry metrics;
  private final Optional<SchemaRegistry> registry;
  private final Supplier<ServerStatus.ConfigStatus> configStatus;
  private final Clock clock = Clock.systemUTC();

  /// @param address where members of the cluster reach this process
  /// @param configStatus what was last read of the configuration
  Roles(
      PipelineSettings settings,
      PrometheusConfig prometheus,
      KafkaSettings kafka,
      URI address,
      PrometheusRegistry metrics,
      Supplier<ServerStatus.ConfigStatus> configStatus) {
    this.settings = settings;
    this.prometheus = prometheus;
    this.kafka = kafka;
    this.address = address;
    this.metrics = metrics;
    this.configStatus = configStatus;
    this.registry =
        settings
            .registry()
            .map(url -> ConfluentRegistry.connect(List.of(url.toString()), Map.of()));
  }

  /// The roles that the process runs, in the order in which they start: who brings samples comes
  /// last, and stops first.
  ///
  /// @param data the data directory, which the sink writes to and the query role reads
  List<Role> make(Path data) {
    List<Role> roles = new ArrayList<>();
    BlockStore blocks = new LocalBlockStore(data.resolve("blocks"));
    Map<String, StorageNode> localNodes = new HashMap<>();
    if (settings.roles().contains(RoleName.SINK)) {
      SinkRole sink = sink(blocks, data.resolve("work"));
      localNodes.put(member(), sink.storageNode());
      roles.add(sink);
    }
    if (settings.roles().contains(RoleName.QUERY)) {
      roles.add(query(blocks, localNodes));
    }
    if (settings.roles().contains(RoleName.COLLECTOR)) {
      roles.add(collector());
    }
    return roles;
  }

  /// Tells this process apart from others that take the same role: host and port, which stay over a
  /// restart.
  private String member() {
    return host() + "-" + address.getPort();
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      return "localhost";
    }
  }

  private CollectorRole collector() {
    return new CollectorRole(
        new CollectorRole.Settings(
            prometheus,
            settings.weir(),
            kafka,
            registry,
            member(),
            settings.version(),
            settings.features()),
        metrics);
  }

  private SinkRole sink(BlockStore blocks, Path workDirectory) {
    return new SinkRole(
        SinkSettings.of(settings.weir().storage(), settings.weir().collector().keyFrameInterval()),
        member(),
        address.toString(),
        settings.version(),
        kafka,
        registry,
        blocks,
        new BlockCache(BLOCK_CACHE_BYTES),
        workDirectory,
        metrics,
        clock);
  }

  private QueryRole query(BlockStore blocks, Map<String, StorageNode> localNodes) {
    QueryConfig config = settings.weir().query();
    Set<String> language =
        settings.features().stream()
            .filter(ParserOptions::isFeature)
            .collect(Collectors.toCollection(TreeSet::new));
    QueryRole.Settings defaults = QueryRole.Settings.DEFAULT;
    QueryRole.Settings querySettings =
        new QueryRole.Settings(
            EngineSettings.DEFAULT
                .withLookback(config.lookback())
                .withMaxConcurrentQueries(config.maxConcurrentQueries())
                .withDelayedNameRemoval(settings.features().contains("promql-delayed-name-removal"))
                .withTypeAndUnitLabels(settings.features().contains("type-and-unit-labels")),
            ParserOptions.ofFeatures(language),
            QueryLimits.DEFAULT.withTimeout(config.timeout()).withMaxSamples(config.maxSamples()),
            BLOCK_CACHE_BYTES,
            defaults.listEvery(),
            defaults.nodeTimeout(),
            defaults.nodeSignOfLife(),
            defaults.maxViewEntries());
    return new QueryRole(
        querySettings,
        new QueryRole.Surroundings(
            clientId ->
                kafka.consumer(
                    clientId, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest")),
            registry,
            kafka.samplePartitions(),
            blocks,
            localNodes,
            status(),
            metrics,
            clock));
  }

  private ServerStatus status() {
    return new ServerStatus(
        PROMETHEUS_VERSION,
        settings.version(),
        "",
        host(),
        PrometheusDuration.format(settings.weir().storage().retention()),
        settings.flags(),
        configStatus,
        clock);
  }
}
