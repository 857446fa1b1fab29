package dev.weir.query.source;

import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.model.source.SeriesSource;
import dev.weir.query.source.NodeDirectory.Partition;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.Topics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;

/// Puts together what queries read from, and owns the client that reaches storage nodes.
public final class QuerySources implements AutoCloseable {
  private final HttpClient client;
  private final ScheduledThreadPoolExecutor timer;
  private final PipelineSource everything;
  private final NodeShards shards;

  /// How sources are asked.
  ///
  /// @param bounds of what one question asks of blocks and nodes
  /// @param nodeTimeout until a storage node starts to answer, and between the parts of an answer
  /// @param signOfLife a storage node that has not reported for longer is not asked
  /// @param node bounds of what travels to and from a storage node
  public record Settings(
      MergedSeriesSource.Bounds bounds,
      Duration nodeTimeout,
      Duration signOfLife,
      NodeLimits node) {}

  /// @param members what the topic of members says now
  /// @param localNodes storage nodes of this process, by member
  /// @param samplePartitions of each topic that holds samples
  /// @param metrics where failures of storage nodes are counted
  /// @param askers where blocks and nodes are asked side by side
  public QuerySources(
      BlockCatalog catalog,
      Supplier<? extends Collection<MemberState>> members,
      Map<String, StorageNode> localNodes,
      int samplePartitions,
      Settings settings,
      ExecutorService askers,
      PrometheusRegistry metrics,
      Clock clock) {
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.nodeTimeout())
            .executor(askers)
            .build();
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("query-node-timer").daemon().factory());
    timer.setRemoveOnCancelPolicy(true);
    List<Partition> partitions = new ArrayList<>();
    for (String topic : List.of(Topics.SAMPLES, Topics.RECORDED)) {
      for (int number = 0; number < samplePartitions; number++) {
        partitions.add(new Partition(topic, number));
      }
    }
    NodeDirectory directory =
        new NodeDirectory(
            members,
            localNodes,
            address ->
                new RemoteStorageNode(
                    address.toString(),
                    settings.node(),
                    new HttpCarrier(client, address, settings.nodeTimeout(), timer)),
            settings.signOfLife(),
            clock);
    this.shards = new NodeShards(catalog, directory, partitions, askers, System::nanoTime);
    this.everything =
        new PipelineSource(
            catalog,
            directory,
            partitions,
            askers,
            settings.bounds(),
            new NodeFailures(metrics),
            new Relisting(catalog, System::nanoTime));
  }

  /// Every sample of every tenant that was acknowledged, as far as its keepers answer.
  public SeriesSource everything() {
    return everything;
  }

  /// The same, read as samples where the windows of downsampled blocks are longer than this and
  /// samples are there.
  public SeriesSource upTo(long maxWindowMillis) {
    return maxWindowMillis == Long.MAX_VALUE
        ? everything
        : everything.withMaxWindow(maxWindowMillis);
  }

  /// The storage nodes, as far as they can evaluate queries.
  public NodeShards shards() {
    return shards;
  }

  /// Whether somebody serves every partition, so that nothing recent is missing.
  public boolean isServed() {
    return everything.isServed();
  }

  /// Breaks off what is being asked.
  @Override
  public void close() {
    client.shutdownNow();
    timer.shutdownNow();
  }
}
