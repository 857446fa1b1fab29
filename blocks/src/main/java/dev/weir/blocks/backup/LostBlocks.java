package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.CoveredOffsets;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Tells which blocks of an earlier backup a store has lost, from those that went in its ordinary
/// life.
///
/// A block goes when others stand for all of its records, as after merging, or because it is old.
/// What is old goes from the start: of a partition, of a tenant's part of it, of a tenant's imports
/// or of its downsampled slices. So a block is lost that nothing stands for although something
/// earlier is there, or whose partition has no block left, since the last link of a chain never
/// goes. Imports and slices go to the last one, but one after another: where none is left, they are
/// lost if there were several, or if samples of the tenant are left that are no younger. And where
/// the store has less than half of the samples that the backup has, nothing counts as old:
/// retention takes what is old while new samples come. The same holds for a tenant, unless all that
/// is left of anybody is younger: who sends no more vanishes little by little.
///
/// What was lost once stays so until others stand for it, or it is back; it is not counted among
/// the samples that the backup has, or all that goes later would seem lost, too.
final class LostBlocks {
  private static final long CACHE_BYTES = 1 << 20;

  private final BlockSnapshot store;
  private final Set<String> names;
  private final EarlierBackup earlier;
  private final List<BlockReader> counting;
  private final BlockCache cache = new BlockCache(CACHE_BYTES);

  /// @param store as it is now
  /// @param names of what counts in it
  LostBlocks(BlockSnapshot store, Set<String> names, EarlierBackup earlier) {
    this.store = requireNonNull(store, "store");
    this.names = requireNonNull(names, "names");
    this.earlier = requireNonNull(earlier, "earlier");
    this.counting = store.blocks().stream().filter(block -> names.contains(block.name())).toList();
  }

  /// Names of blocks that are there in the backup and that the store has lost, or cannot open.
  Set<String> find() {
    TreeSet<String> lost = new TreeSet<>();
    Map<String, BlockMeta> old = new TreeMap<>();
    Map<Tenant, Long> samples = new TreeMap<>();
    for (Map.Entry<String, BlockName> entry : earlier.blocks().entrySet()) {
      String name = entry.getKey();
      BlockReader block = store.block(name).orElse(null);
      if (block == null) {
        block = earlier.open(name, cache).orElse(null);
      }
      // What cannot be opened here is of no use; that it is missing is for the store to say.
      if (block == null) {
        continue;
      }
      // What has been missing for long says nothing of what went since.
      if (names.contains(name) || !earlier.lost().contains(name)) {
        count(block.meta(), samples);
      }
      if (store.unreadable().containsKey(name)) {
        lost.add(name);
      } else if (!names.contains(name) && store.block(name).isEmpty()) {
        switch (fate(entry.getValue(), block.meta())) {
          case LOST -> lost.add(name);
          case OLD -> {
            if (earlier.lost().contains(name)) {
              lost.add(name);
            } else {
              old.put(name, block.meta());
            }
          }
          case REPLACED -> {
            // Others have all that it had.
          }
        }
      }
    }
    Map<Tenant, Long> left = new TreeMap<>();
    counting.forEach(block -> count(block.meta(), left));
    boolean mostIsGone = isLess(sum(left), sum(samples));
    long oldest = oldestMillis(_ -> true).orElse(Long.MIN_VALUE);
    old.forEach((name, block) -> {
      boolean mostOfTenantIsGone =
          block.sections().stream()
              .map(BlockMeta.SectionMeta::tenant)
              .anyMatch(tenant ->
                  isLess(left.getOrDefault(tenant, 0L), samples.getOrDefault(tenant, 0L)));
      if (mostIsGone || (mostOfTenantIsGone && endMillis(block) >= oldest)) {
        lost.add(name);
      }
    });
    return lost;
  }

  private static void count(BlockMeta block, Map<Tenant, Long> samples) {
    block
        .sections()
        .forEach(section -> samples.merge(section.tenant(), section.samples(), Long::sum));
  }

  private static long sum(Map<Tenant, Long> samples) {
    return samples.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Whether it is less than half.
  private static boolean isLess(long left, long before) {
    return left < before - left;
  }

  /// The last sample of the oldest block that may go at some time: a partition that is no longer
  /// written to keeps its last link for ever.
  private OptionalLong oldestMillis(Predicate<BlockReader> passing) {
    Set<String> lastLinks = new TreeSet<>();
    for (BlockSnapshot.TopicPartition partition : store.partitions()) {
      store
          .lastLink(partition.topic(), partition.partition())
          .ifPresent(link -> lastLinks.add(link.name()));
    }
    return counting.stream()
        .filter(
            block -> !BlockName.isDownsampled(block.name()) && !lastLinks.contains(block.name()))
        .filter(passing)
        .mapToLong(block -> endMillis(block.meta()))
        .min();
  }

  private static long endMillis(BlockMeta block) {
    return block.sections().stream()
        .flatMap(section -> section.times().stream())
        .mapToLong(TimeRange::endMillis)
        .max()
        .orElse(Long.MAX_VALUE);
  }

  /// What became of a block, the worst last.
  private enum Fate {
    REPLACED,
    OLD,
    LOST
  }

  private Fate fate(BlockName name, BlockMeta block) {
    return switch (name) {
      case BlockName.Chain link -> inLog(link, block);
      case BlockName.Compacted compacted -> inLog(compacted, block);
      case BlockName.Imported imported -> ofImports(imported, block);
      case BlockName.Downsampled downsampled -> ofWindows(downsampled, block);
    };
  }

  private Fate inLog(BlockName.OfPartition name, BlockMeta block) {
    List<Tenant> tenants =
        block.sections().isEmpty()
            ? store.tenants()
            : block.sections().stream().map(BlockMeta.SectionMeta::tenant).toList();
    List<Fate> fates = tenants.stream().map(tenant -> inLog(name, block, tenant)).toList();
    if (fates.isEmpty()) {
      return Fate.LOST;
    }
    // A link without samples stands for its offsets until anybody else does.
    return block.sections().isEmpty() ? Collections.min(fates) : Collections.max(fates);
  }

  private Fate inLog(BlockName.OfPartition name, BlockMeta block, Tenant tenant) {
    CoveredOffsets covered = new CoveredOffsets();
    OptionalLong first = OptionalLong.empty();
    for (BlockReader other : counting) {
      if (BlockName.parse(other.name()).orElse(null) instanceof BlockName.OfPartition named
          && named.topic().equals(name.topic())
          && named.partition() == name.partition()
          && (named instanceof BlockName.Chain || other.meta().section(tenant).isPresent())) {
        for (OffsetRange range : other.meta().covers()) {
          covered.add(range);
          first = OptionalLong.of(Math.min(first.orElse(Long.MAX_VALUE), range.firstOffset()));
        }
      }
    }
    boolean replaced = true;
    for (OffsetRange range : block.covers()) {
      for (OffsetRange missing : covered.missing(range)) {
        replaced = false;
        if (first.isEmpty() || missing.firstOffset() >= first.getAsLong()) {
          return Fate.LOST;
        }
      }
    }
    return replaced ? Fate.REPLACED : Fate.OLD;
  }

  private Fate ofImports(BlockName.Imported name, BlockMeta block) {
    boolean replaced =
        store.blocks().stream()
            .anyMatch(other ->
                BlockName.parse(other.name()).orElse(null) instanceof BlockName.Imported imported
                    && imported.isMerged()
                    && other.meta().sources().contains(name.path()));
    OptionalLong end = endMillis(block, name.tenant());
    if (replaced || end.isEmpty()) {
      return Fate.REPLACED;
    }
    if (store.imports(name.tenant()).isEmpty()) {
      return withAllOthers(importsBefore(name.tenant()), name.tenant(), end.getAsLong());
    }
    for (BlockReader other : store.imports(name.tenant())) {
      OptionalLong otherEnd = endMillis(other.meta(), name.tenant());
      if (otherEnd.isPresent() && otherEnd.getAsLong() < end.getAsLong()) {
        return Fate.LOST;
      }
    }
    return Fate.OLD;
  }

  private static OptionalLong endMillis(BlockMeta block, Tenant tenant) {
    return block
        .section(tenant)
        .flatMap(BlockMeta.SectionMeta::times)
        .map(TimeRange::endMillis)
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /// How many imported blocks with samples of a tenant the backup has.
  private long importsBefore(Tenant tenant) {
    return earlier.blocks().entrySet().stream()
        .filter(entry ->
            entry.getValue() instanceof BlockName.Imported imported
                && imported.tenant().equals(tenant)
                && !earlier.lost().contains(entry.getKey())
                && earlier
                    .open(entry.getKey(), cache)
                    .filter(block -> endMillis(block.meta(), tenant).isPresent())
                    .isPresent())
        .count();
  }

  /// How many slices the backup has.
  private long slicesBefore(Tenant tenant, Resolution resolution) {
    return earlier.blocks().entrySet().stream()
        .filter(entry -> !earlier.lost().contains(entry.getKey()))
        .map(Map.Entry::getValue)
        .filter(block ->
            block instanceof BlockName.Downsampled one
                && one.tenant().equals(tenant)
                && one.resolution() == resolution)
        .map(block -> ((BlockName.Downsampled) block).slice())
        .distinct()
        .count();
  }

  /// Of one of those of a tenant of which none is left.
  ///
  /// @param before how many there were
  private Fate withAllOthers(long before, Tenant tenant, long endMillis) {
    OptionalLong oldest =
        oldestMillis(block -> block.meta().section(tenant).flatMap(one -> one.times()).isPresent());
    return before > 1 || (oldest.isPresent() && endMillis >= oldest.getAsLong())
        ? Fate.LOST
        : Fate.OLD;
  }

  private Fate ofWindows(BlockName.Downsampled name, BlockMeta block) {
    List<Long> slices = new ArrayList<>();
    for (String other : names) {
      if (BlockName.parse(other).orElse(null) instanceof BlockName.Downsampled now
          && now.tenant().equals(name.tenant())
          && now.resolution() == name.resolution()) {
        slices.add(now.slice());
      }
    }
    if (slices.isEmpty()) {
      return withAllOthers(
          slicesBefore(name.tenant(), name.resolution()), name.tenant(), endMillis(block));
    }
    if (slices.contains(name.slice())) {
      return Fate.REPLACED;
    }
    return slices.stream().anyMatch(slice -> slice < name.slice()) ? Fate.LOST : Fate.OLD;
  }
}
