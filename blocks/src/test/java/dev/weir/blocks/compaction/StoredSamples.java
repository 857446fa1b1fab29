package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a reader finds in the blocks that count for a tenant.
final class StoredSamples {
  private StoredSamples() {}

  /// Every sample by series and time; fails where one comes twice.
  static Map<String, Double> of(BlockSnapshot snapshot, Tenant tenant) {
    List<SeriesSource> blocks =
        snapshot.blocks(tenant).stream()
            .map(block -> (SeriesSource) new BlockSeriesSource(block))
            .toList();
    return of(new MergedSeriesSource(blocks, Runnable::run), tenant);
  }

  static Map<String, Double> of(SeriesSource source, Tenant tenant) {
    Map<String, Double> samples = new TreeMap<>();
    try (GroupCursor cursor = source.select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples read = group.read();
        for (int column = 0; column < group.series().size(); column++) {
          for (int i = 0; i < read.timestampsMillis().length; i++) {
            if (read.columns().get(column).hasSample(i)) {
              String key = group.series().get(column).labels() + " " + read.timestampsMillis()[i];
              assertNull(samples.put(key, read.columns().get(column).values()[i]), key);
            }
          }
        }
      }
    }
    return samples;
  }
}
