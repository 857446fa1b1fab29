package dev.weir.blocks.exchange;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbSeries;
import dev.weir.blocks.tsdb.chunk.SampleList;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// All series that a store, or a directory of Prometheus's, has, as queries see them.
final class StoredSeries {
  private StoredSeries() {}

  static BlockSnapshot list(BlockStore store) {
    return new BlockCatalog(store, new BlockCache(1 << 24)).refresh();
  }

  static Map<Labels, SampleList> of(BlockStore store, Tenant tenant) {
    BlockSnapshot snapshot = list(store);
    List<SeriesSource> sources =
        new ArrayList<>(snapshot.sources(tenant, snapshot.blocks(tenant), TimeRange.ALL));
    sources.addAll(snapshot.sources(tenant, snapshot.imports(tenant), TimeRange.ALL));
    MergedSeriesSource source = new MergedSeriesSource(sources, Runnable::run);
    Map<Labels, SampleList> found = new TreeMap<>();
    try (GroupCursor groups = source.select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
        GroupSamples samples = group.read();
        for (int i = 0; i < group.series().size(); i++) {
          SampleList list = samples(samples, i);
          if (found.put(group.series().get(i).labels(), list) != null) {
            throw new AssertionError("a series comes twice: " + group.series().get(i).labels());
          }
        }
      }
    }
    return found;
  }

  private static SampleList samples(GroupSamples samples, int number) {
    SampleList list = new SampleList();
    GroupSamples.Column column = samples.columns().get(number);
    var histograms = column.histograms();
    long[] starts = column.startTimestampsMillis();
    for (int row = 0; row < samples.timestampsMillis().length; row++) {
      NativeHistogram histogram = histograms == null ? null : histograms[row];
      long start = starts == null ? 0 : starts[row];
      if (histogram != null) {
        list.histogram(samples.timestampsMillis()[row], start, histogram);
      } else if (!AbsentValue.is(column.values()[row])) {
        list.value(samples.timestampsMillis()[row], start, column.values()[row]);
      }
    }
    return list;
  }

  /// Those of all blocks in a directory of Prometheus's.
  static Map<Labels, SampleList> of(Path directory) {
    Map<Labels, SampleList> found = new TreeMap<>();
    List<Path> blocks = new ArrayList<>(TsdbBlock.find(directory));
    blocks.sort(Comparator.comparingLong(path -> TsdbBlock.metaOf(path).minMillis()));
    for (Path path : blocks) {
      try (TsdbBlock block = new TsdbBlock(path)) {
        for (int place = 0; place < block.seriesCount(); place++) {
          TsdbSeries series = block.series(block.reference(place));
          block.read(
              series, TimeRange.ALL, found.computeIfAbsent(series.labels(), _ -> new SampleList()));
        }
      }
    }
    return found;
  }

  /// Asserts that two have the same series with the same samples.
  static void assertSame(Map<Labels, SampleList> expected, Map<Labels, SampleList> actual) {
    if (!expected.keySet().equals(actual.keySet())) {
      throw new AssertionError(
          "expected %s, found %s".formatted(expected.keySet(), actual.keySet()));
    }
    expected.forEach((labels, samples) -> {
      try {
        actual.getOrDefault(labels, new SampleList()).assertIs(samples);
      } catch (AssertionError e) {
        throw new AssertionError(labels + ": " + e.getMessage(), e);
      }
    });
  }
}
