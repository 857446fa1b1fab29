package dev.weir.query;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryLimits;
import dev.weir.query.admin.LogEnds;
import dev.weir.query.admin.StoredSamples;
import dev.weir.query.api.ClientQueries;
import dev.weir.query.api.Patience;
import dev.weir.query.api.PrometheusApi;
import dev.weir.query.api.ServerStatus;
import dev.weir.query.api.TsdbAdmin;
import dev.weir.query.push.PushedQueries;
import dev.weir.query.rules.RuleEntry;
import dev.weir.query.source.QuerySources;
import dev.weir.query.watch.ActiveQueries;
import dev.weir.query.watch.QueryCounters;
import dev.weir.query.watch.QueryLog;
import dev.weir.query.watch.QueryWatch;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.TargetState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.CompactedView;
import dev.weir.service.lifecycle.Role;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;

/// The role `query`: Prometheus's HTTP API over the block store and the storage nodes. It keeps
/// nothing but views of compacted topics and caches, so any number of them may run.
public final class QueryRole implements Role {
  private static final String NAME = "query";

  /// What a series takes in memory for each block or storage node that it is found in, before its
  /// samples are read.
  private static final long FOUND_SERIES_BYTES = 64;

  /// What the role stands on.
  ///
  /// @param consumers makes a consumer of raw bytes, without a group, for a client id
  /// @param samplePartitions of the topics of samples
  /// @param blocks the store that the sinks publish to
  /// @param localNodes storage nodes of this process, by member, asked without HTTP
  /// @param onDeletion has the storage nodes of this process look for deletions now
  /// @param snapshots makes a snapshot of the store, without what is in no block yet if that is
  ///   allowed
  public record Surroundings(
      Function<String, Consumer<byte[], byte[]>> consumers,
      Optional<SchemaRegistry> registry,
      int samplePartitions,
      BlockStore blocks,
      Map<String, StorageNode> localNodes,
      Runnable onDeletion,
      Function<Boolean, TsdbAdmin.Snapshot> snapshots,
      ServerStatus status,
      PrometheusRegistry metrics,
      CompactedView.Metrics viewMetrics,
      Clock clock) {}

  /// How the role works.
  ///
  /// @param perStepStatistics whether `stats=all` counts samples for each step
  /// @param logSlowerThan queries that take as long are named in the log; zero for none
  /// @param maxListed label names, values, series or exemplars that one request lists at most
  /// @param blockCacheBytes what is kept of blocks in memory
  /// @param maxBlocksAtOnce blocks and nodes that one selector asks side by side
  /// @param listEvery how often the store is listed
  /// @param nodeTimeout until a storage node starts to answer, and between the parts of an answer
  /// @param nodeSignOfLife a storage node that has not reported for longer is not asked
  /// @param node bounds of what travels to and from a storage node
  /// @param adminApi whether samples may be deleted over HTTP
  /// @param maxViewEntries targets, metrics, members, and definitions and states of rule groups
  ///   that are held at most, each
  public record Settings(
      EngineSettings engine,
      ParserOptions language,
      QueryLimits limits,
      boolean perStepStatistics,
      Duration logSlowerThan,
      int maxListed,
      long blockCacheBytes,
      int maxBlocksAtOnce,
      Duration listEvery,
      Duration nodeTimeout,
      Duration nodeSignOfLife,
      NodeLimits node,
      boolean adminApi,
      int maxViewEntries) {}

  /// How soon the store is asked again that has never answered.
  private static final Duration UNTIL_LISTED = Duration.ofSeconds(5);

  private final Settings settings;
  private final BlockCatalog catalog;
  private final CompactedView<TargetState> targets;
  private final CompactedView<MetricMetadata> metadata;
  private final CompactedView<MemberState> members;
  private final CompactedView<RuleEntry> rules;
  private final QuerySources sources;
  private final PrometheusApi api;
  private final QueryThreads threads = new QueryThreads();
  private final Patience patience = new Patience();
  private final QueryLog queryLog;
  private final BlockListing listing;
  private final Clock clock;
  private volatile Instant started = Instant.MAX;
  private volatile boolean served;
  private volatile boolean closed;

  public QueryRole(Settings settings, Surroundings surroundings) {
    this.settings = requireNonNull(settings, "settings");
    this.clock = surroundings.clock();
    BlockCache cache = new BlockCache(settings.blockCacheBytes());
    this.catalog = new BlockCatalog(surroundings.blocks(), cache);
    this.targets = view(Topics.TARGETS, RecordType.TARGETS, state -> state, surroundings);
    this.metadata = view(Topics.METADATA, RecordType.METADATA, family -> family, surroundings);
    this.members = view(Topics.MEMBERS, RecordType.MEMBERS, member -> member, surroundings);
    this.rules = view(Topics.RULES, RecordType.RULES, RuleEntry::of, surroundings);
    this.sources =
        new QuerySources(
            catalog,
            members::values,
            surroundings.localNodes(),
            surroundings.samplePartitions(),
            new QuerySources.Settings(
                new MergedSeriesSource.Bounds(
                    settings.maxBlocksAtOnce(),
                    Math.max(1, settings.limits().maxMemoryBytes() / FOUND_SERIES_BYTES)),
                settings.nodeTimeout(),
                settings.nodeSignOfLife(),
                settings.node()),
            threads.askers(),
            surroundings.metrics(),
            surroundings.clock());
    QueryEngine engine =
        new QueryEngine(
            settings.engine(), settings.language(), threads.workers(), System::nanoTime);
    this.queryLog = new QueryLog(surroundings.metrics());
    QueryMetrics metrics = new QueryMetrics(surroundings.metrics(), engine, cache, catalog);
    this.listing = new BlockListing(catalog, metrics, settings.listEvery(), UNTIL_LISTED);
    this.api =
        new PrometheusApi(
            new ClientQueries(
                engine,
                sources::upTo,
                patience,
                settings.limits(),
                new QueryWatch(
                    new QueryCounters(surroundings.metrics()),
                    queryLog,
                    new ActiveQueries(System::nanoTime),
                    settings.logSlowerThan(),
                    surroundings.clock()),
                new PushedQueries(engine, settings.language(), sources.shards(), metrics::pushed)
                    ::evaluate),
            settings.perStepStatistics(),
            settings.maxListed(),
            targets::values,
            metadata::values,
            rules::values,
            settings.language(),
            surroundings.status(),
            settings.adminApi() ? Optional.of(admin(surroundings)) : Optional.empty(),
            surroundings.clock());
  }

  private StoredSamples admin(Surroundings surroundings) {
    return new StoredSamples(
        catalog,
        new LogEnds(surroundings.consumers(), surroundings.samplePartitions()),
        surroundings.onDeletion(),
        surroundings.snapshots(),
        surroundings.clock());
  }

  private <R, T> CompactedView<T> view(
      String topic, RecordType<R> type, Function<R, T> kept, Surroundings surroundings) {
    RecordReader<R> reader = type.reader(surroundings.registry());
    return new CompactedView<>(
        NAME,
        topic,
        surroundings.consumers().apply("weir-query-" + topic),
        bytes -> kept.apply(reader.read(bytes)),
        settings.maxViewEntries(),
        surroundings.viewMetrics());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void addRoutes(Router router) {
    api.addRoutes(router, threads.requests());
  }

  @Override
  public void start() {
    started = clock.instant();
    listing.start();
    targets.start();
    metadata.start();
    members.start();
    rules.start();
  }

  /// Samples and series of all tenants, for others in this process that evaluate queries.
  public SeriesSource source() {
    return sources.everything();
  }

  /// Writes queries down there from now on, or nowhere; also where they are written already, which
  /// may have been moved away.
  ///
  /// @throws WeirException.Unavailable if it cannot be written; then all stays as it is
  public void logTo(Optional<Path> queryLogFile) {
    queryLog.open(queryLogFile);
  }

  /// Ready is who knows blocks, targets, metrics, members and rules, and has once seen every
  /// partition served or has waited for that as long as a member may be silent. A sink that fails
  /// later makes answers incomplete, which they say; it does not take all query APIs away.
  @Override
  public boolean isReady() {
    return catalog.hasListed()
        && targets.isCaughtUp()
        && metadata.isCaughtUp()
        && members.isCaughtUp()
        && rules.isCaughtUp()
        && hasSeenSinks();
  }

  private boolean hasSeenSinks() {
    if (!served) {
      served = sources.isServed() || !clock.instant().isBefore(latestReady());
    }
    return served;
  }

  private Instant latestReady() {
    return started.equals(Instant.MAX) ? started : started.plus(settings.nodeSignOfLife());
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    listing.close();
    rules.close();
    members.close();
    metadata.close();
    targets.close();
    sources.close();
    threads.close();
    patience.close();
    queryLog.close();
  }
}
