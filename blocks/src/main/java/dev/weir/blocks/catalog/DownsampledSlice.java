package dev.weir.blocks.catalog;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A slice of a tenant's past that is downsampled whole, beside the samples that are there now.
///
/// @param blocks its shards
/// @param isCurrent whether all samples of the slice that are there are in it, and nothing that is
///   deleted. Where it is not certain, it is not so: a block that was merged with later ones may
///   have late samples of the slice, or not
/// @param samplesFromMillis from when on the samples that it was made from are all there: the start
///   of the slice unless retention has deleted some; behind its end if none is left
public record DownsampledSlice(
    Resolution resolution,
    long number,
    List<BlockReader> blocks,
    boolean isCurrent,
    long samplesFromMillis) {
  private static final Logger LOG = LoggerFactory.getLogger(DownsampledSlice.class);

  public DownsampledSlice {
    requireNonNull(resolution, "resolution");
    blocks = List.copyOf(blocks);
  }

  /// The samples of the slice.
  public TimeRange range() {
    return resolution.slice(number);
  }

  /// Whether all samples are there that it was made from.
  public boolean hasAllSamples() {
    return samplesFromMillis <= range().startMillis();
  }

  static DownsampledSlice of(
      BlockSnapshot snapshot,
      Tenant tenant,
      Resolution resolution,
      long number,
      List<BlockReader> shards) {
    BlockMeta meta = shards.getFirst().meta();
    TimeRange range = resolution.slice(number);
    List<BlockReader> samples = SliceSources.overlapping(snapshot.blocks(tenant), tenant, range);
    List<BlockReader> imports = SliceSources.overlapping(snapshot.imports(tenant), tenant, range);
    return new DownsampledSlice(
        resolution,
        number,
        shards,
        isCurrent(snapshot, tenant, shards.getFirst(), samples, imports, range),
        samplesFrom(snapshot, tenant, meta, range));
  }

  private static boolean isCurrent(
      BlockSnapshot snapshot,
      Tenant tenant,
      BlockReader shard,
      List<BlockReader> samples,
      List<BlockReader> imports,
      TimeRange range) {
    BlockMeta meta = shard.meta();
    return snapshot.deletions().of(tenant).stream()
            .noneMatch(deletion -> hides(deletion, shard, range))
        && samples.stream()
            .allMatch(block ->
                block.meta().covers().stream().allMatch(one -> isSeen(one, meta))
                    || hasNothingIn(block, tenant, range))
        && imports.stream()
            .allMatch(block -> isKnown(block, meta) || hasNothingIn(block, tenant, range));
  }

  /// Whether a block has no sample in a range, as far as it can be read.
  private static boolean hasNothingIn(BlockReader block, Tenant tenant, TimeRange range) {
    try {
      return block.stretches(tenant, range).isEmpty();
    } catch (WeirException.Corrupt | WeirException.Unavailable e) {
      // Who reads its samples meets the error, and says so.
      LOG.warn(
          "{}: whether it has samples of {} is not known: {}", block.name(), range, e.getMessage());
      return false;
    }
  }

  private static boolean isSeen(OffsetRange range, BlockMeta meta) {
    return meta.covers().stream().anyMatch(seen -> seen.contains(range));
  }

  private static boolean isKnown(BlockReader imported, BlockMeta meta) {
    if (meta.sources().contains(imported.name())) {
      return true;
    }
    BlockName name = BlockName.parse(imported.name()).orElseThrow();
    return name instanceof BlockName.Imported merged
        && merged.isMerged()
        && imported.meta().sources().stream()
            .filter(source -> source.startsWith(BlockName.IMPORTED_PREFIX))
            .allMatch(meta.sources()::contains);
  }

  /// Whether a deletion reaches samples that are in a downsampled block.
  static boolean hides(Deletion deletion, BlockReader block, TimeRange range) {
    return deletion.range().overlaps(range)
        && !block.meta().sources().contains(deletion.name().path())
        && (deletion.names(block) || block.meta().covers().stream().anyMatch(deletion::reaches));
  }

  private static long samplesFrom(
      BlockSnapshot snapshot, Tenant tenant, BlockMeta meta, TimeRange range) {
    long from = Math.max(range.startMillis(), SliceSources.samplesFromMillis(meta));
    // Blocks without samples of the slice count, too: what was deleted did not go by its age.
    List<OffsetRange> there =
        OffsetRange.joined(
            snapshot.blocks(tenant).stream()
                .flatMap(block -> block.meta().covers().stream())
                .toList());
    for (SliceRecords made : SliceRecords.in(meta.sources())) {
      if (there.stream().noneMatch(one -> one.contains(made.range()))) {
        from = Math.max(from, made.untilMillis() + 1);
      }
    }
    boolean importsThere =
        meta.sources().stream()
            .filter(source -> source.startsWith(BlockName.IMPORTED_PREFIX))
            .allMatch(source -> isThere(source, snapshot, tenant));
    return importsThere ? from : Long.MAX_VALUE;
  }

  /// Whether an imported block is there, or one that is made from it.
  private static boolean isThere(String imported, BlockSnapshot snapshot, Tenant tenant) {
    return snapshot.block(imported).isPresent()
        || snapshot.imports(tenant).stream()
            .anyMatch(block -> block.meta().sources().contains(imported));
  }
}
