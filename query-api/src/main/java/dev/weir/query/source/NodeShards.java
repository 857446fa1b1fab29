package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.DownsampledSlice;
import dev.weir.blocks.node.KeptRows;
import dev.weir.blocks.node.LeafAnswer;
import dev.weir.blocks.node.LeafQuestion;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.query.source.NodeDirectory.Node;
import dev.weir.query.source.NodeDirectory.Partition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The storage nodes as shards of the series, where that is what they are: each series is on one of
/// them, and from some time on all of its samples are in that node's memory.
///
/// That time is later than every sample that a node does not have (any more): those of rows that it
/// dropped, and those of blocks with records from before it began. What was imported lies in blocks
/// alone. Partitions of one number hold the same keys in all topics; if different nodes serve them,
/// there are no shards. Safe for use by many threads.
public final class NodeShards {
  private static final Duration KNOW_KEPT = Duration.ofSeconds(5);

  /// A node of an older version says nothing of this, and logs that it was asked.
  private static final Duration KNOW_FAILURE = Duration.ofMinutes(1);

  private final BlockCatalog catalog;
  private final NodeDirectory directory;
  private final List<Partition> partitions;
  private final ExecutorService askers;
  private final LongSupplier nanoClock;

  /// What nodes said of what they keep, by member.
  private final Map<String, Said> said = new ConcurrentHashMap<>();

  /// @param kept by partition; null if it evaluates nothing
  private record Said(@Nullable Map<Partition, KeptRows> kept, long untilNanos) {}

  /// @param partitions all that the topics have
  /// @param askers where nodes are asked side by side
  /// @param nanoClock measures time as [System#nanoTime] does
  NodeShards(
      BlockCatalog catalog,
      NodeDirectory directory,
      List<Partition> partitions,
      ExecutorService askers,
      LongSupplier nanoClock) {
    this.catalog = requireNonNull(catalog, "catalog");
    this.directory = requireNonNull(directory, "directory");
    this.partitions = List.copyOf(partitions);
    this.askers = requireNonNull(askers, "askers");
    this.nanoClock = requireNonNull(nanoClock, "nanoClock");
  }

  /// Shards of a tenant's series.
  public final class Shards {
    private final Map<Node, List<PartitionOffset>> questions;
    private final Tenant tenant;
    private final long fromMillis;

    private Shards(Map<Node, List<PartitionOffset>> questions, Tenant tenant, long fromMillis) {
      this.questions = questions;
      this.tenant = tenant;
      this.fromMillis = fromMillis;
    }

    /// From this time on the shards have every sample.
    public long fromMillis() {
      return fromMillis;
    }

    /// What the leaves of a query came to on each.
    ///
    /// @param lookBackToMillis no evaluation looks back beyond this, which is not before
    ///   [#fromMillis]
    /// @throws WeirException of the first that failed
    public List<LeafAnswer> evaluate(LeafQuestion question, long lookBackToMillis) {
      List<Callable<LeafAnswer>> asks = new ArrayList<>();
      questions.forEach((node, offsets) ->
          asks.add(() -> node.storage().evaluate(offsets, lookBackToMillis, tenant, question)));
      try {
        List<LeafAnswer> answers = new ArrayList<>();
        for (Future<LeafAnswer> answer : askers.invokeAll(asks)) {
          answers.add(answer.get());
        }
        return answers;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WeirException.Canceled("interrupted while storage nodes evaluated a query");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof WeirException failure) {
          if (failure instanceof WeirException.Unavailable) {
            said.clear();
          }
          throw failure;
        }
        throw new WeirException.Internal("a storage node could not be asked: " + e, e);
      }
    }
  }

  /// The shards as they are now; empty if some samples may be elsewhere, or if all nodes are in
  /// this process, where nothing has to travel.
  public Optional<Shards> of(Tenant tenant) {
    SortedMap<Partition, Node> nodes = directory.nodes();
    if (nodes.values().stream().noneMatch(Node::isRemote)
        || !nodes.keySet().containsAll(partitions)
        || !areTogether(nodes)) {
      return Optional.empty();
    }
    BlockSnapshot snapshot = catalog.current();
    if (!snapshot.problems(tenant).isEmpty()) {
      return Optional.empty();
    }
    Map<Node, List<PartitionOffset>> questions = new LinkedHashMap<>();
    long fromMillis = Long.MIN_VALUE;
    for (Map.Entry<Partition, Node> entry : nodes.entrySet()) {
      Partition partition = entry.getKey();
      KeptRows kept = kept(entry.getValue(), partition);
      long chainEnd = snapshot.chain(partition.topic(), partition.number()).endOffset().orElse(0);
      if (kept == null || chainEnd < kept.startOffset()) {
        return Optional.empty();
      }
      fromMillis = Math.max(fromMillis, after(kept.goneToMillis()));
      questions
          .computeIfAbsent(entry.getValue(), _ -> new ArrayList<>())
          .add(new PartitionOffset(partition.topic(), partition.number(), kept.startOffset()));
      for (BlockReader block : snapshot.blocks(tenant)) {
        if (beginsBefore(block, partition, kept.startOffset())) {
          fromMillis = Math.max(fromMillis, after(latest(block, tenant)));
        }
      }
    }
    for (BlockReader imported : snapshot.imports(tenant)) {
      fromMillis = Math.max(fromMillis, after(latest(imported, tenant)));
    }
    for (Resolution resolution : Resolution.values()) {
      for (DownsampledSlice slice : snapshot.downsampled(tenant).of(resolution)) {
        // Where windows are all there is, the shards have nothing.
        if (!slice.hasAllSamples()) {
          fromMillis = Math.max(fromMillis, after(slice.range().endMillis()));
        }
      }
    }
    return Optional.of(new Shards(questions, tenant, fromMillis));
  }

  private static boolean areTogether(SortedMap<Partition, Node> nodes) {
    Map<Integer, Node> byNumber = new HashMap<>();
    for (Map.Entry<Partition, Node> entry : nodes.entrySet()) {
      Node other = byNumber.putIfAbsent(entry.getKey().number(), entry.getValue());
      if (other != null && !other.equals(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean beginsBefore(BlockReader block, Partition partition, long offset) {
    for (OffsetRange range : block.meta().covers()) {
      if (range.topic().equals(partition.topic())
          && range.partition() == partition.number()
          && range.firstOffset() < offset) {
        return true;
      }
    }
    return false;
  }

  private static long latest(BlockReader block, Tenant tenant) {
    return block
        .meta()
        .section(tenant)
        .flatMap(section -> section.times())
        .map(TimeRange::endMillis)
        .orElse(Long.MIN_VALUE);
  }

  private static long after(long millis) {
    return millis == Long.MAX_VALUE || millis == Long.MIN_VALUE ? millis : millis + 1;
  }

  private @Nullable KeptRows kept(Node node, Partition partition) {
    long now = nanoClock.getAsLong();
    Said known = said.get(node.member());
    if (known == null || known.untilNanos - now <= 0) {
      known = ask(node, now);
      said.put(node.member(), known);
    }
    return known.kept == null ? null : known.kept.get(partition);
  }

  private static Said ask(Node node, long nowNanos) {
    try {
      Map<Partition, KeptRows> kept = new HashMap<>();
      node.storage()
          .kept()
          .forEach(rows -> kept.put(new Partition(rows.topic(), rows.partition()), rows));
      return new Said(kept, nowNanos + KNOW_KEPT.toNanos());
    } catch (WeirException.Canceled e) {
      throw e;
    } catch (WeirException _) {
      // Whoever reads its samples says what is wrong with it.
      return new Said(null, nowNanos + KNOW_FAILURE.toNanos());
    }
  }
}
