package dev.weir.query.source;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SeriesSource;
import dev.weir.query.source.NodeDirectory.Partition;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MemberState.ServedPartition;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;

/// A pipeline over nodes of this process and of others, which tests let serve, and blocks: of a
/// store without any, unless a test has its own.
final class PipelineFixture {
  static final Labels UP = Labels.of("__name__", "up", "instance", "a:9100", "job", "node");
  static final Labels LOAD = UP.with("__name__", "node_load1");

  final HeldClock clock = HeldClock.at("2026-01-01T00:00:00Z");
  final List<MemberState> members = new ArrayList<>();
  final Map<String, StorageNode> nodes = new HashMap<>();
  final CountingStore store = new CountingStore();
  final PrometheusRegistry metrics = new PrometheusRegistry();
  final AtomicLong nanos = new AtomicLong();
  private final NodeFailures failures = new NodeFailures(metrics);
  BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));

  PipelineFixture() {
    catalog.refresh();
    store.listings = 0;
  }

  /// Over two partitions of samples, and queries of few series.
  PipelineSource pipeline() {
    return pipeline(2, new MergedSeriesSource.Bounds(1, 2));
  }

  /// @param partitions of samples
  PipelineSource pipeline(int partitions, MergedSeriesSource.Bounds bounds) {
    return new PipelineSource(
        catalog,
        directory(PipelineFixture::unreachable),
        IntStream.range(0, partitions)
            .mapToObj(partition -> new Partition(Topics.SAMPLES, partition))
            .toList(),
        Runnable::run,
        bounds,
        failures,
        new Relisting(catalog, nanos::get));
  }

  /// @param far makes nodes of other processes
  NodeDirectory directory(Function<URI, StorageNode> far) {
    return new NodeDirectory(() -> members, nodes, far, Duration.ofSeconds(30), clock);
  }

  /// A node of another process, which does not answer.
  static StorageNode unreachable(URI address) {
    return new RemoteStorageNode(
        address.toString(),
        NodeLimits.DEFAULT,
        _ -> {
          throw new ConnectException("nobody listens at " + address);
        });
  }

  /// A node of this process.
  void serve(
      String member, int partition, PartitionState state, long reached, SeriesSource source) {
    nodes.put(member, new FakeNode(status(member, partition, state, reached), source));
  }

  private static NodeStatus status(
      String member, int partition, PartitionState state, long reached) {
    return new NodeStatus(
        member,
        List.of(
            new PartitionStatus(
                Topics.SAMPLES, partition, state, 0, reached, 0, Long.MIN_VALUE, "")));
  }

  /// A node of another process.
  void announce(String member, int partition) {
    announce(member, "http://localhost:1", partition);
  }

  void announce(String member, String address, int partition) {
    announce(member, address, partition, true, 10);
  }

  void announce(String member, String address, int partition, boolean owned, long reached) {
    members.add(
        new MemberState(
            MemberState.Role.SINK,
            member,
            address,
            "0.1.0",
            Instant.EPOCH,
            clock.instant(),
            MemberState.Phase.SERVING,
            List.of(
                new ServedPartition(
                    Topics.SAMPLES, partition, owned, 0, reached, 0, OptionalLong.empty()))));
  }

  static SeriesSource having(Labels labels, double value) {
    return MemorySeriesSource.of(
        GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(labels, 60_000, value))));
  }

  static Listing<String> names(SeriesSource source) {
    return source.labelValues(Tenant.DEFAULT, Labels.NAME, List.of(), TimeRange.ALL, 0);
  }

  /// Of nodes, by reason.
  double failures(String reason) {
    return metrics.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals("weir_query_node_failures"))
        .flatMap(family -> family.getDataPoints().stream())
        .filter(point -> reason.equals(point.getLabels().get("reason")))
        .mapToDouble(point -> ((CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  /// A node that answers from memory, whatever the offset.
  private record FakeNode(NodeStatus status, SeriesSource source) implements StorageNode {
    @Override
    public SeriesSource from(List<PartitionOffset> offsets) {
      return source;
    }
  }
}
