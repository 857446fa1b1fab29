package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// The slices of a tenant's past that are downsampled.
///
/// A slice may have several revisions, made from what was there at different times, and by jobs
/// that knew nothing of each other. One counts that has all its shards: one that is current if
/// there is any, then the one that was made from more; but none that was made when samples were
/// gone that another is made from. The others go when nobody reads them any longer; those of which
/// a shard is missing too, unless they are made from more than the one that counts, and somebody
/// may be making them now.
public final class DownsampledSlices {
  /// The same shards of one slice, made from the same.
  private record Revision(List<NamedBlock> blocks) {
    boolean isWhole() {
      return ((BlockName.Downsampled) blocks.getFirst().name()).shards() == blocks.size();
    }

    List<BlockReader> readers() {
      return blocks.stream().map(NamedBlock::reader).toList();
    }

    /// How far the log went, of all partitions together.
    long seen() {
      Map<TopicPartition, Long> ends = new TreeMap<>();
      for (OffsetRange range : covers()) {
        ends.merge(
            new TopicPartition(range.topic(), range.partition()), range.endOffset(), Math::max);
      }
      return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    private List<OffsetRange> covers() {
      return blocks.getFirst().reader().meta().covers();
    }

    /// Whether the log began later for it than samples that another is made from: retention has
    /// taken these, and it cannot have them.
    boolean lacksSamplesOf(Revision other) {
      return SliceRecords.in(other.blocks.getFirst().reader().meta().sources()).stream()
          .map(SliceRecords::range)
          .anyMatch(range ->
              covers().stream()
                  .noneMatch(
                      own -> own.samePartition(range) && own.firstOffset() <= range.firstOffset()));
    }

    int sources() {
      return blocks.getFirst().reader().meta().sources().size();
    }

    Instant publishedAt() {
      return blocks.stream()
          .map(NamedBlock::publishedAt)
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static final Comparator<Revision> MADE_FROM =
      Comparator.comparingLong(Revision::seen).thenComparingInt(Revision::sources);

  private static final Comparator<Revision> BY_NAME =
      Comparator.comparing(revision -> revision.blocks.getFirst().reader().name());

  private final Map<Resolution, NavigableMap<Long, DownsampledSlice>> slices =
      new EnumMap<>(Resolution.class);
  private final NavigableMap<String, Instant> superseded = new TreeMap<>();

  private DownsampledSlices() {
    for (Resolution resolution : Resolution.values()) {
      slices.put(resolution, new TreeMap<>());
    }
  }

  static DownsampledSlices of(BlockSnapshot snapshot, Tenant tenant) {
    Map<String, Map<String, Revision>> bySlice = new TreeMap<>();
    for (NamedBlock block : snapshot.entries().values()) {
      if (block.name() instanceof BlockName.Downsampled name && name.tenant().equals(tenant)) {
        bySlice
            .computeIfAbsent(
                SliceSources.mark(name.resolution(), name.slice()), _ -> new TreeMap<>())
            .computeIfAbsent(
                "%s-%03d".formatted(name.revision(), name.shards()),
                _ -> new Revision(new ArrayList<>()))
            .blocks
            .add(block);
      }
    }
    DownsampledSlices found = new DownsampledSlices();
    bySlice
        .values()
        .forEach(revisions -> found.add(snapshot, tenant, List.copyOf(revisions.values())));
    return found;
  }

  private void add(BlockSnapshot snapshot, Tenant tenant, List<Revision> revisions) {
    BlockName.Downsampled name =
        (BlockName.Downsampled) revisions.getFirst().blocks.getFirst().name();
    Revision best = null;
    DownsampledSlice counts = null;
    for (Revision revision :
        revisions.stream()
            .filter(Revision::isWhole)
            .sorted(MADE_FROM.thenComparing(BY_NAME))
            .toList()) {
      DownsampledSlice slice =
          DownsampledSlice.of(
              snapshot, tenant, name.resolution(), name.slice(), revision.readers());
      if (best == null
          || counts == null
          || isBetter(revision, slice.isCurrent(), best, counts.isCurrent())) {
        best = revision;
        counts = slice;
      }
    }
    if (best == null || counts == null) {
      return;
    }
    slices.computeIfAbsent(name.resolution(), _ -> new TreeMap<>()).put(name.slice(), counts);
    for (Revision other : revisions) {
      if (!other.equals(best) && (other.isWhole() || MADE_FROM.compare(other, best) <= 0)) {
        Instant since = best.publishedAt();
        other.readers().forEach(block -> superseded.put(block.name(), since));
      }
    }
  }

  /// Of two of which the first is made from more at the end.
  private static boolean isBetter(
      Revision later, boolean laterIsCurrent, Revision earlier, boolean earlierIsCurrent) {
    boolean laterLacks = later.lacksSamplesOf(earlier);
    if (laterLacks != earlier.lacksSamplesOf(later)) {
      return !laterLacks;
    }
    return laterIsCurrent || !earlierIsCurrent;
  }

  /// Whether nothing is downsampled.
  public boolean isEmpty() {
    return slices.values().stream().allMatch(NavigableMap::isEmpty);
  }

  /// The slices of a resolution, in order of time.
  public List<DownsampledSlice> of(Resolution resolution) {
    return List.copyOf(slices.getOrDefault(resolution, new TreeMap<>()).values());
  }

  /// A slice, if it is downsampled.
  public Optional<DownsampledSlice> slice(Resolution resolution, long number) {
    return Optional.ofNullable(slices.getOrDefault(resolution, new TreeMap<>()).get(number));
  }

  /// The blocks that count no more, by name, and since when.
  NavigableMap<String, Instant> superseded() {
    return superseded;
  }
}
