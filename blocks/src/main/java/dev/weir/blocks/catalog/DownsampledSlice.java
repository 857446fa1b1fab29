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
import java.util.List;

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
    boolean current =
        samples.stream()
                .allMatch(block ->
                    block.meta().covers().stream().allMatch(one -> isSeen(one, meta))
                        || block.stretches(tenant, range).isEmpty())
            && imports.stream()
                .allMatch(block -> isKnown(block, meta) || block.stretches(tenant, range).isEmpty())
            && snapshot.deletions().of(tenant).stream()
                .noneMatch(deletion -> hides(deletion, shards.getFirst(), range));
    return new DownsampledSlice(
        resolution, number, shards, current, samplesFrom(snapshot, tenant, meta, samples, range));
  }

  private static boolean isSeen(OffsetRange range, BlockMeta meta) {
    return meta.covers().stream()
        .anyMatch(seen -> seen.samePartition(range) && range.endOffset() <= seen.endOffset());
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
      BlockSnapshot snapshot,
      Tenant tenant,
      BlockMeta meta,
      List<BlockReader> samples,
      TimeRange range) {
    long from = Math.max(range.startMillis(), SliceSources.samplesFromMillis(meta));
    for (OffsetRange made : meta.covers()) {
      List<BlockReader> left =
          samples.stream()
              .filter(block -> start(block, made) < Long.MAX_VALUE)
              .sorted((a, b) -> Long.compare(start(a, made), start(b, made)))
              .toList();
      if (left.isEmpty() || start(left.getFirst(), made) > made.firstOffset()) {
        // Retention deletes from the start, so what is older than the first block is gone. A sample
        // that came late does not make it older: it lies in a stretch of its own.
        from =
            Math.max(
                from,
                left.stream()
                    .flatMap(block -> block.stretches(tenant, range).stream().limit(1))
                    .findFirst()
                    .map(TimeRange::startMillis)
                    .orElse(Long.MAX_VALUE));
      }
    }
    boolean importsThere =
        meta.sources().stream()
            .filter(source -> source.startsWith(BlockName.IMPORTED_PREFIX))
            .allMatch(source -> isThere(source, snapshot, tenant));
    return importsThere ? from : Long.MAX_VALUE;
  }

  private static long start(BlockReader block, OffsetRange made) {
    return block.meta().covers().stream()
        .filter(made::samePartition)
        .mapToLong(OffsetRange::firstOffset)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /// Whether an imported block is there, or one that is made from it.
  private static boolean isThere(String imported, BlockSnapshot snapshot, Tenant tenant) {
    return snapshot.block(imported).isPresent()
        || snapshot.imports(tenant).stream()
            .anyMatch(block -> block.meta().sources().contains(imported));
  }
}
