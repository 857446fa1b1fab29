package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.block.MetricMetadata;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.deletion.HiddenSamples;
import dev.weir.blocks.merge.DistinctKeys;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Writes one block with what a tenant has in several, without what is deleted of it. Samples are
/// decoded and encoded anew, a column at a time; where nothing is deleted, merging the encoded
/// columns is faster.
public final class Rewriting {
  private Rewriting() {}

  /// @param file to write; there is none yet
  /// @param sources blocks with a section of the tenant, the lowest offset first
  /// @return how many exemplars were too many
  public static int write(
      Path file,
      Tenant tenant,
      List<BlockReader> sources,
      Deletions deletions,
      BlockWriter.Description description,
      BlockWriter.Options options) {
    List<SeriesSource> left = new ArrayList<>();
    TreeMap<String, MetricMetadata> metadata = new TreeMap<>();
    for (BlockReader source : sources) {
      left.add(
          HiddenSamples.in(
              new BlockSeriesSource(source),
              deletions.hiding(tenant, source),
              source.meta().section(tenant).flatMap(one -> one.times()).orElse(TimeRange.ALL)));
      source.metadata(tenant).forEach(metric -> metadata.put(metric.metric(), metric));
    }
    SeriesSource merged = new MergedSeriesSource(left);
    try (BlockWriter writer = new BlockWriter(file, description, options);
        GroupCursor groups = merged.select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      DistinctKeys keys = new DistinctKeys();
      // The block stands for its sources even if all of them is deleted.
      writer.keep(tenant);
      for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
        writer.add(keys.of(group.key()), group.series(), group.columns());
      }
      for (BlockReader source : sources) {
        List<Deletion> hiding = deletions.hiding(tenant, source);
        source.forEachExemplars(
            tenant, all -> writer.addExemplars(HiddenSamples.without(all, hiding)));
      }
      metadata.values().forEach(metric -> writer.addMetadata(tenant, metric));
      writer.finish();
      return writer.droppedExemplars();
    }
  }
}
