package dev.weir.history.downsample;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.downsample.Downsampling;
import dev.weir.blocks.exchange.BlockPublisher;
import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Publishes shards of slices as downsampled blocks, one after another.
///
/// A block's name follows from what the slice is made from, and a name is taken once. So a shard
/// that was written is there whole, and is not written again, by whomever and however often it is
/// tried; the slice counts when all its shards are there.
public final class SliceWriter {
  private final BlockPublisher publisher;
  private final BlockCatalog catalog;
  private final InstantSource clock;

  /// What became of a shard.
  ///
  /// @param written whether a block was published, and not found under its name
  /// @param samplesRead of series
  /// @param bytes of the block
  public record Outcome(boolean written, long samplesRead, long bytes) {}

  /// @param cacheBytes of what is read again and again
  /// @param work where a block is written before it is published
  public SliceWriter(BlockStore store, long cacheBytes, WorkFiles work, InstantSource clock) {
    this.publisher = new BlockPublisher(store, work);
    this.catalog = new BlockCatalog(store, new BlockCache(cacheBytes));
    this.clock = requireNonNull(clock, "clock");
  }

  /// Writes a shard, reads all of it back, and publishes it; or finds it published.
  ///
  /// @throws WeirException.Unavailable if samples went since it was planned
  public Outcome write(PlannedSlice slice, int shard) {
    SliceSources sources = slice.sources();
    String name = sources.name(shard, slice.shards()).path();
    if (publisher.store().has(name)) {
      return new Outcome(false, 0, 0);
    }
    // What is checked to be there is what is read.
    BlockSnapshot snapshot = catalog.refresh();
    checkSources(sources, snapshot);
    BlockPublisher.Outcome block =
        publisher.publish(name, file -> write(file, sources, snapshot, shard, slice.shards()));
    return new Outcome(block.published(), block.written(), block.bytes());
  }

  /// Refuses to make a slice of samples of which some are gone.
  private static void checkSources(SliceSources planned, BlockSnapshot snapshot) {
    SliceSources now =
        SliceSources.of(snapshot, planned.tenant(), planned.resolution(), planned.slice());
    if (!now.hasAllOf(planned)) {
      throw new WeirException.Unavailable(
          "samples of tenant %s in slice %d of %s went while they were downsampled, or what is deleted changed; give the command again"
              .formatted(planned.tenant(), planned.slice(), planned.resolution().text()));
    }
  }

  private long write(
      Path file, SliceSources sources, BlockSnapshot snapshot, int shard, int shards) {
    TimeRange range = sources.resolution().slice(sources.slice());
    List<BlockReader> blocks = new ArrayList<>(snapshot.blocks(sources.tenant()));
    blocks.addAll(snapshot.imports(sources.tenant()));
    MergedSeriesSource samples =
        new MergedSeriesSource(
            snapshot.sources(sources.tenant(), blocks, range).stream()
                .map(source -> new ShardSource(source, shard, shards))
                .toList());
    try (BlockWriter writer =
            new BlockWriter(file, sources.description(clock.millis()), Downsampling.options());
        GroupCursor cursor = samples.select(sources.tenant(), List.of(), range, SelectHints.NONE)) {
      Downsampling downsampling = new Downsampling(writer, sources.resolution());
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        downsampling.add(group);
      }
      // A shard without series is one, too.
      writer.keep(sources.tenant());
      writer.finish();
      return downsampling.samplesRead();
    }
  }
}
