package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.LocalStorageNode;
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.NodeServer;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.PartitionKey;
import dev.weir.model.Tenant;
import dev.weir.query.source.NodeDirectory.Partition;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MemberState.ServedPartition;
import dev.weir.schemas.Topics;
import dev.weir.sink.LeafEvaluation;
import dev.weir.testing.GroupRow;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicLong;

/// Four partitions of two topics on three storage nodes, which are reached by bytes that are
/// counted, and blocks in a directory.
final class ThreeSinks {
  static final int PARTITIONS = 4;

  private final HeldClock clock = HeldClock.at("2026-01-01T00:00:00Z");
  private final BlockCatalog catalog;
  private final ChainPublisher chain;
  private final MemorySeriesSource everything = new MemorySeriesSource();
  private final Map<Partition, PartitionHead> heads = new LinkedHashMap<>();
  private final Map<Partition, Integer> servers = new LinkedHashMap<>();
  private final List<LocalStorageNode> nodes = new ArrayList<>();
  private final Set<Integer> unreachable = new HashSet<>();
  private final Set<Integer> old = new HashSet<>();
  private final AtomicLong bytes = new AtomicLong();
  private final ExecutorService askers;

  ThreeSinks(Path directory, ExecutorService askers) {
    BlockCache cache = new BlockCache(1 << 20);
    LocalBlockStore store = new LocalBlockStore(directory.resolve("blocks"));
    this.catalog = new BlockCatalog(store, cache);
    this.chain = new ChainPublisher(store, cache, directory.resolve("work"), clock);
    this.askers = askers;
    for (int sink = 0; sink < 3; sink++) {
      nodes.add(
          new LocalStorageNode("sink-" + sink, chain.deletions()::current, new LeafEvaluation()));
    }
    for (String topic : List.of(Topics.SAMPLES, Topics.RECORDED)) {
      for (int number = 0; number < PARTITIONS; number++) {
        heads.put(new Partition(topic, number), new PartitionHead(0));
        move(topic, number, number % 3);
      }
    }
  }

  private PartitionHead head(Partition partition) {
    return requireNonNull(heads.get(partition), "every partition has a head");
  }

  private int server(Partition partition) {
    return requireNonNull(servers.get(partition), "nobody serves the partition");
  }

  /// Has a sink serve a partition, as it is.
  void move(String topic, int number, int sink) {
    Partition partition = new Partition(topic, number);
    PartitionHead head = head(partition);
    Integer before = servers.put(partition, sink);
    if (before != null) {
      nodes.get(before).retire(topic, number, head);
    }
    nodes
        .get(sink)
        .serve(
            topic,
            number,
            head,
            () ->
                new PartitionStatus(
                    topic,
                    number,
                    PartitionState.OWNED,
                    head.oldestOffset(),
                    head.endOffset(),
                    0,
                    head.readToMillis(),
                    ""));
  }

  /// Nobody serves a partition any more.
  void abandon(String topic, int number) {
    Partition partition = new Partition(topic, number);
    Integer before = servers.remove(partition);
    if (before != null) {
      nodes.get(before).retire(topic, number, head(partition));
    }
  }

  /// A sink goes on from where the blocks of its partition end, as after a restart.
  void restart(String topic, int number) {
    Partition partition = new Partition(topic, number);
    nodes.get(server(partition)).retire(topic, number, head(partition));
    heads.put(partition, new PartitionHead(head(partition).endOffset()));
    move(topic, number, server(partition));
  }

  void cutOff(int sink) {
    unreachable.add(sink);
  }

  /// A sink that knows neither kept rows nor leaves.
  void makeOld(int sink) {
    old.add(sink);
  }

  /// Samples that reach the partition of their key, one row a record.
  void append(String topic, List<GroupRow.Sample> samples) {
    for (GroupRow row : GroupRow.of(Tenant.DEFAULT, samples)) {
      PartitionKey key = row.group().partitionKey();
      PartitionHead head =
          head(new Partition(topic, Math.floorMod(key.toString().hashCode(), PARTITIONS)));
      head.append(head.endOffset(), row.group(), row.layout(), List.of(row.row()), 0);
      head.advance(head.endOffset() + 1, row.row().timestampMillis());
      everything.append(List.of(row));
    }
  }

  /// Writes what partitions hold into blocks, and drops it from memory or not.
  void flush(boolean drop) {
    heads.forEach((partition, head) -> {
      long from =
          catalog
              .current()
              .chain(partition.topic(), partition.number())
              .endOffset()
              .orElse(head.startOffset());
      chain.append(
          partition.topic(), partition.number(), head.freeze(from, head.endOffset()), List.of());
      head.flushed(head.endOffset(), 0);
      if (drop) {
        head.dropFlushedBefore(Long.MAX_VALUE);
      }
    });
    catalog.refresh();
  }

  /// What every query would find in one place.
  MemorySeriesSource everything() {
    return everything;
  }

  /// Bytes that sinks have answered since this was last asked.
  long bytes() {
    return bytes.getAndSet(0);
  }

  NodeShards shards() {
    return new NodeShards(catalog, directory(), partitions(), askers, System::nanoTime);
  }

  PipelineSource samples() {
    return new PipelineSource(
        catalog,
        directory(),
        partitions(),
        askers,
        new MergedSeriesSource.Bounds(4, 1_000_000),
        new NodeFailures(new PrometheusRegistry()),
        new Relisting(catalog, System::nanoTime));
  }

  private static List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    for (String topic : List.of(Topics.SAMPLES, Topics.RECORDED)) {
      for (int number = 0; number < PARTITIONS; number++) {
        partitions.add(new Partition(topic, number));
      }
    }
    return partitions;
  }

  private NodeDirectory directory() {
    return new NodeDirectory(this::members, Map.of(), this::reach, Duration.ofSeconds(30), clock);
  }

  private List<MemberState> members() {
    List<MemberState> members = new ArrayList<>();
    for (int sink = 0; sink < nodes.size(); sink++) {
      int number = sink;
      members.add(
          new MemberState(
              MemberState.Role.SINK,
              "sink-" + sink,
              "http://sink:" + (9000 + sink),
              "0.1.0",
              Instant.EPOCH,
              clock.instant(),
              MemberState.Phase.SERVING,
              servers.entrySet().stream()
                  .filter(entry -> entry.getValue() == number)
                  .map(entry ->
                      new ServedPartition(
                          entry.getKey().topic(),
                          entry.getKey().number(),
                          true,
                          0,
                          head(entry.getKey()).endOffset(),
                          0,
                          OptionalLong.empty()))
                  .toList()));
    }
    return members;
  }

  private StorageNode reach(URI address) {
    int sink = address.getPort() - 9000;
    NodeServer server = new NodeServer(nodes.get(sink), _ -> {});
    return new RemoteStorageNode(
        address.toString(), NodeLimits.DEFAULT, request -> answer(sink, server, request));
  }

  private InputStream answer(int sink, NodeServer server, byte[] request) throws IOException {
    if (unreachable.contains(sink)) {
      throw new ConnectException("nobody listens");
    }
    byte[] asked = request.clone();
    if (old.contains(sink) && asked[1] >= 6) {
      // A kind that nobody knows.
      asked[1] = 99;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    server.answer(asked, out);
    bytes.addAndGet(out.size());
    return new ByteArrayInputStream(out.toByteArray());
  }
}
