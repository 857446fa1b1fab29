package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.deletion.HiddenSamples;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// The storage node of this process: the heads of its partitions.
public final class LocalStorageNode implements StorageNode {
  private record Partition(String topic, int number) {}

  private record Served(PartitionHead head, Supplier<NodeStatus.PartitionStatus> status) {}

  private final String name;
  private final Supplier<Deletions> deletions;
  private final LeafEvaluator evaluator;
  private final Map<Partition, Served> served = new ConcurrentHashMap<>();

  /// A node of which nothing is deleted.
  ///
  /// @param name tells the node apart from others; the same over its lifetime
  public LocalStorageNode(String name) {
    this(name, () -> Deletions.NONE);
  }

  /// A node that evaluates no queries.
  ///
  /// @param name tells the node apart from others; the same over its lifetime
  /// @param deletions that hold now; the node serves nothing that they hide
  public LocalStorageNode(String name, Supplier<Deletions> deletions) {
    this(name, deletions, LeafEvaluator.NONE);
  }

  /// @param name tells the node apart from others; the same over its lifetime
  /// @param deletions that hold now; the node serves nothing that they hide
  public LocalStorageNode(String name, Supplier<Deletions> deletions, LeafEvaluator evaluator) {
    this.name = requireNonNull(name, "name");
    this.deletions = requireNonNull(deletions, "deletions");
    this.evaluator = requireNonNull(evaluator, "evaluator");
  }

  /// Serves a partition's head, instead of one that was served before.
  ///
  /// @param status asked for each time that the node is
  public void serve(
      String topic,
      int partition,
      PartitionHead head,
      Supplier<NodeStatus.PartitionStatus> status) {
    served.put(new Partition(topic, partition), new Served(head, status));
  }

  /// Serves a partition no more, if this head is still the one that is served.
  public void retire(String topic, int partition, PartitionHead head) {
    served.computeIfPresent(
        new Partition(topic, partition), (_, current) -> current.head == head ? null : current);
  }

  @Override
  public NodeStatus status() {
    List<NodeStatus.PartitionStatus> partitions = new ArrayList<>();
    served.values().forEach(one -> partitions.add(one.status.get()));
    partitions.sort(
        Comparator.comparing(NodeStatus.PartitionStatus::topic)
            .thenComparingInt(NodeStatus.PartitionStatus::partition));
    return new NodeStatus(name, partitions);
  }

  @Override
  public List<KeptRows> kept() {
    List<KeptRows> kept = new ArrayList<>();
    served.forEach((partition, one) ->
        kept.add(
            new KeptRows(
                partition.topic,
                partition.number,
                one.head.startOffset(),
                one.head.goneToMillis())));
    return kept;
  }

  @Override
  public LeafAnswer evaluate(
      List<PartitionOffset> partitions, long fromMillis, Tenant tenant, LeafQuestion question) {
    List<Deletion> hiding = deletions.get().of(tenant);
    List<SeriesSource> sources = new ArrayList<>(partitions.size());
    List<PartitionHead> heads = new ArrayList<>(partitions.size());
    for (PartitionOffset of : partitions) {
      Served found = served.get(new Partition(of.topic(), of.partition()));
      if (found == null || found.head.startOffset() != of.offset()) {
        throw new WeirException.Unavailable(
            "storage node %s does not serve %s/%d from offset %d on; look up its owner again"
                .formatted(name, of.topic(), of.partition(), of.offset()));
      }
      heads.add(found.head);
      sources.addAll(
          HiddenSamples.byOffset(
              of.topic(),
              of.partition(),
              found.head.oldestOffset(),
              Long.MAX_VALUE,
              hiding,
              found.head::between));
    }
    LeafAnswer answer = evaluator.evaluate(new MergedSeriesSource(sources), tenant, question);
    // Asked afterwards: rows may have been dropped meanwhile.
    for (PartitionHead head : heads) {
      if (head.goneToMillis() >= fromMillis) {
        throw new WeirException.Unavailable(
            "storage node %s has dropped rows of %d ms, and a query looks back to %d ms"
                .formatted(name, head.goneToMillis(), fromMillis));
      }
    }
    return answer;
  }

  @Override
  public SeriesSource from(List<PartitionOffset> offsets) {
    return new Heads(List.copyOf(offsets));
  }

  /// Finds the heads anew for each question: owners change.
  private final class Heads implements SeriesSource {
    private final List<PartitionOffset> offsets;

    Heads(List<PartitionOffset> offsets) {
      this.offsets = offsets;
    }

    private <T> T ask(Tenant tenant, Function<SeriesSource, T> question) {
      List<Deletion> hiding = deletions.get().of(tenant);
      List<SeriesSource> sources = new ArrayList<>(offsets.size());
      List<PartitionHead> heads = new ArrayList<>(offsets.size());
      for (PartitionOffset offset : offsets) {
        PartitionHead head = head(offset);
        heads.add(head);
        sources.addAll(
            HiddenSamples.byOffset(
                offset.topic(),
                offset.partition(),
                offset.offset(),
                Long.MAX_VALUE,
                hiding,
                head::between));
      }
      T answer = question.apply(new MergedSeriesSource(sources));
      // Rows may have been dropped since the heads were found.
      for (int i = 0; i < heads.size(); i++) {
        if (heads.get(i).oldestOffset() > offsets.get(i).offset()) {
          close(answer);
          throw gone(offsets.get(i), heads.get(i));
        }
      }
      return answer;
    }

    private static void close(Object answer) {
      if (answer instanceof GroupCursor cursor) {
        cursor.close();
      }
    }

    private PartitionHead head(PartitionOffset wanted) {
      Served found = served.get(new Partition(wanted.topic(), wanted.partition()));
      if (found == null) {
        throw new WeirException.Unavailable(
            "storage node %s does not serve %s/%d; look up its owner again"
                .formatted(name, wanted.topic(), wanted.partition()));
      }
      if (found.head.oldestOffset() > wanted.offset()) {
        throw gone(wanted, found.head);
      }
      return found.head;
    }

    private WeirException gone(PartitionOffset wanted, PartitionHead head) {
      return new WeirException.Unavailable(
          "storage node %s has %s/%d from offset %d on, not from %d; list the blocks again"
              .formatted(
                  name, wanted.topic(), wanted.partition(), head.oldestOffset(), wanted.offset()));
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      return ask(tenant, source -> source.select(tenant, matchers, range, hints));
    }

    @Override
    public Listing<String> labelNames(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return ask(tenant, source -> source.labelNames(tenant, selectors, range, limit));
    }

    @Override
    public Listing<String> labelValues(
        Tenant tenant, String label, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return ask(tenant, source -> source.labelValues(tenant, label, selectors, range, limit));
    }

    @Override
    public Listing<SeriesExemplars> exemplars(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return ask(tenant, source -> source.exemplars(tenant, selectors, range, limit));
    }

    @Override
    public Listing<Labels> series(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return ask(tenant, source -> source.series(tenant, selectors, range, limit));
    }
  }
}
