package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The blocks of a store as one listing found them. Immutable; safe for use by many threads.
///
/// **Which blocks count for a tenant.** Its compacted blocks are looked at from the highest level
/// down, and in a level by first offset. One counts unless it overlaps one that counts already. A
/// small block counts unless a compacted block that counts covers it. So a sample is read from one
/// block, before and after each step of a compaction, and also when two sinks, each thinking itself
/// the owner, compacted overlapping pieces.
public final class BlockSnapshot {
  static final BlockSnapshot EMPTY = new BlockSnapshot(new TreeMap<>(), new TreeMap<>());

  /// By the first record that a block covers: the order of precedence, in which a lower offset
  /// wins.
  private static final Comparator<Entry> PRECEDENCE =
      Comparator.comparing((Entry entry) -> entry.reader.meta().covers().getFirst())
          .thenComparing(entry -> entry.reader.name());

  private static final Comparator<Entry> HIGHEST_LEVEL_FIRST =
      Comparator.comparingInt((Entry entry) -> -entry.name.level()).thenComparing(PRECEDENCE);

  /// A block and what its name says.
  record Entry(BlockName name, BlockReader reader) {
    boolean overlaps(Entry other) {
      for (OffsetRange range : reader.meta().covers()) {
        for (OffsetRange otherRange : other.reader.meta().covers()) {
          if (range.overlaps(otherRange)) {
            return true;
          }
        }
      }
      return false;
    }

    boolean isCoveredBy(Entry other) {
      return reader.meta().covers().stream()
          .allMatch(
              range -> other.reader.meta().covers().stream().anyMatch(big -> big.contains(range)));
    }
  }

  /// A topic's partition.
  public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
    private static final Comparator<TopicPartition> ORDER =
        Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    @Override
    public int compareTo(TopicPartition other) {
      return ORDER.compare(this, other);
    }
  }

  private final SortedMap<String, Entry> entries;
  private final SortedMap<String, WeirException> unreadable;
  private final Map<Tenant, List<BlockReader>> counting = new ConcurrentHashMap<>();

  BlockSnapshot(SortedMap<String, Entry> entries, SortedMap<String, WeirException> unreadable) {
    this.entries = entries;
    this.unreadable = unreadable;
  }

  SortedMap<String, Entry> entries() {
    return entries;
  }

  /// All blocks, those that no longer count too, by name.
  public List<BlockReader> blocks() {
    return entries.values().stream().map(Entry::reader).toList();
  }

  /// A block by its name.
  public Optional<BlockReader> block(String name) {
    return Optional.ofNullable(entries.get(name)).map(Entry::reader);
  }

  /// The blocks that could not be opened, and why.
  public Map<String, WeirException> unreadable() {
    return unreadable;
  }

  /// The tenants that have samples in a block.
  public List<Tenant> tenants() {
    TreeSet<Tenant> tenants = new TreeSet<>();
    for (Entry entry : entries.values()) {
      entry.reader.meta().sections().forEach(section -> tenants.add(section.tenant()));
    }
    return List.copyOf(tenants);
  }

  /// The blocks that count for a tenant and have a section of it, the lowest offset first: where
  /// two have a sample of one series and time, the one in the earlier block wins.
  public List<BlockReader> blocks(Tenant tenant) {
    return counting.computeIfAbsent(tenant, this::findCounting);
  }

  private List<BlockReader> findCounting(Tenant tenant) {
    List<Entry> compacted = countingCompacted(tenant);
    Stream<Entry> small =
        entries.values().stream()
            .filter(entry -> entry.name instanceof BlockName.Chain)
            .filter(entry -> entry.reader.meta().section(tenant).isPresent())
            .filter(entry -> compacted.stream().noneMatch(entry::isCoveredBy));
    return Stream.concat(compacted.stream(), small).sorted(PRECEDENCE).map(Entry::reader).toList();
  }

  /// The compacted blocks that count for a tenant.
  List<Entry> countingCompacted(Tenant tenant) {
    List<Entry> candidates =
        entries.values().stream()
            .filter(entry ->
                entry.name instanceof BlockName.Compacted compacted
                    && compacted.tenant().equals(tenant))
            .sorted(HIGHEST_LEVEL_FIRST)
            .toList();
    List<Entry> chosen = new ArrayList<>();
    for (Entry candidate : candidates) {
      if (chosen.stream().noneMatch(candidate::overlaps)) {
        chosen.add(candidate);
      }
    }
    return chosen;
  }

  /// The partitions that have a block.
  public List<TopicPartition> partitions() {
    TreeSet<TopicPartition> partitions = new TreeSet<>();
    for (Entry entry : entries.values()) {
      for (OffsetRange range : entry.reader.meta().covers()) {
        partitions.add(new TopicPartition(range.topic(), range.partition()));
      }
    }
    for (String name : unreadable.keySet()) {
      BlockName.parse(name)
          .ifPresent(
              parsed -> partitions.add(new TopicPartition(parsed.topic(), parsed.partition())));
    }
    return List.copyOf(partitions);
  }

  /// The chain of a partition; empty if it has no block.
  public BlockChain chain(String topic, int partition) {
    List<OffsetRange> compacted = new ArrayList<>();
    for (Entry entry : entries.values()) {
      if (entry.name instanceof BlockName.Compacted) {
        entry.reader.meta().covers().stream()
            .filter(range -> range.topic().equals(topic) && range.partition() == partition)
            .forEach(compacted::add);
      }
    }
    List<BlockChain.Problem.Unreadable> problems = new ArrayList<>();
    unreadable.forEach((name, error) -> {
      if (BlockName.parse(name).orElse(null) instanceof BlockName.Chain link
          && link.topic().equals(topic)
          && link.partition() == partition) {
        problems.add(new BlockChain.Problem.Unreadable(name, error));
      }
    });
    List<BlockChain.Link> links =
        links(topic, partition).stream()
            .map(link -> new BlockChain.Link(link.name(), link.meta().covers().getFirst()))
            .toList();
    return BlockChain.of(topic, partition, links, compacted, problems);
  }

  /// The small blocks of a partition that are there, in order.
  public List<BlockReader> links(String topic, int partition) {
    return entries.values().stream()
        .filter(entry ->
            entry.name instanceof BlockName.Chain link
                && link.topic().equals(topic)
                && link.partition() == partition)
        .sorted(PRECEDENCE)
        .map(Entry::reader)
        .toList();
  }

  /// The last small block of a partition: it names the layouts that are alive at the chain's end.
  public Optional<BlockReader> lastLink(String topic, int partition) {
    List<BlockReader> links = links(topic, partition);
    return links.isEmpty() ? Optional.empty() : Optional.of(links.getLast());
  }

  /// Names of blocks that count for nobody any more: all their tenants' samples are in compacted
  /// blocks that count. The last link of a chain is never among them, because it names the layouts
  /// that are alive. They may be deleted once no query reads them any longer.
  public List<String> superseded() {
    Map<Tenant, List<Entry>> chosen = new TreeMap<>();
    TreeSet<String> lastLinks = new TreeSet<>();
    for (TopicPartition partition : partitions()) {
      lastLink(partition.topic, partition.partition).ifPresent(link -> lastLinks.add(link.name()));
    }
    List<String> superseded = new ArrayList<>();
    for (Entry entry : entries.values()) {
      boolean counts =
          switch (entry.name) {
            case BlockName.Compacted(Tenant tenant, _, _, _, _) ->
                chosen.computeIfAbsent(tenant, this::countingCompacted).contains(entry);
            case BlockName.Chain _ ->
                lastLinks.contains(entry.reader.name()) || countsAsLink(entry, chosen);
          };
      if (!counts) {
        superseded.add(entry.reader.name());
      }
    }
    return superseded;
  }

  private boolean countsAsLink(Entry link, Map<Tenant, List<Entry>> chosen) {
    // A link without sections stands for its offsets until somebody else does.
    if (link.reader.meta().sections().isEmpty()) {
      return tenants().stream()
          .map(tenant -> chosen.computeIfAbsent(tenant, this::countingCompacted))
          .noneMatch(compacted -> compacted.stream().anyMatch(link::isCoveredBy));
    }
    return link.reader.meta().sections().stream()
        .map(section -> chosen.computeIfAbsent(section.tenant(), this::countingCompacted))
        .anyMatch(compacted -> compacted.stream().noneMatch(link::isCoveredBy));
  }
}
