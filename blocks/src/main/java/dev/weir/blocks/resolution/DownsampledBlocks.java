package dev.weir.blocks.resolution;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.DownsampledSlice;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.HiddenSamples;
import dev.weir.blocks.downsample.DownsampledSource;
import dev.weir.blocks.downsample.Taken;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.List;

/// Downsampled blocks as sources of series, without what is deleted.
public final class DownsampledBlocks {
  private DownsampledBlocks() {}

  /// A block of a slice. Of what a deletion reaches that came after the block was made, whole
  /// windows are left out: what of a window is left is not known any more.
  static SeriesSource source(
      BlockSnapshot snapshot,
      Tenant tenant,
      DownsampledSlice slice,
      BlockReader block,
      Taken taken) {
    return new DownsampledSource(stored(snapshot, tenant, slice, block), taken);
  }

  /// The same with all that is stored, as it is stored.
  public static SeriesSource stored(
      BlockSnapshot snapshot, Tenant tenant, DownsampledSlice slice, BlockReader block) {
    List<Deletion> hiding =
        snapshot.deletions().hiding(tenant, block).stream()
            .map(deletion -> ofWholeWindows(deletion, slice.resolution()))
            .toList();
    return HiddenSamples.in(new BlockSeriesSource(block), hiding, slice.range());
  }

  private static Deletion ofWholeWindows(Deletion deletion, Resolution resolution) {
    return new Deletion(
        deletion.name(),
        deletion.selectors(),
        resolution.wholeWindows(deletion.range()),
        deletion.cuts(),
        deletion.imports());
  }

  /// What there is of a tenant in a range of which samples are gone, for who lists series.
  public static List<SeriesSource> left(BlockSnapshot snapshot, Tenant tenant, TimeRange range) {
    List<SeriesSource> sources = new ArrayList<>();
    for (Resolution resolution : Resolution.values()) {
      for (DownsampledSlice slice : snapshot.downsampled(tenant).of(resolution)) {
        if (!slice.hasAllSamples() && slice.range().overlaps(range)) {
          for (BlockReader block : slice.blocks()) {
            sources.add(source(snapshot, tenant, slice, block, Taken.EDGES));
          }
        }
      }
    }
    return sources;
  }
}
