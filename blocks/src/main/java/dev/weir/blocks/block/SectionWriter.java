package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.chunk.ExemplarChunk;
import dev.weir.blocks.chunk.TimestampChunk;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Writes a tenant's section in the order of the file: window by window the timestamps of all
/// groups, then the columns of all series; then the index. Whoever calls has the groups and series
/// in their final order. Not for sharing between threads.
final class SectionWriter {
  /// The order in which series with samples are numbered.
  static final Comparator<NumberedSeries> SERIES_ORDER =
      Comparator.comparing(
              (NumberedSeries series) -> series.meta().labels().metricName(), Labels::compareText)
          .thenComparingInt(NumberedSeries::group)
          .thenComparing(series -> series.meta().labels());

  /// A series and the number of its group.
  record NumberedSeries(SeriesMeta meta, int group) {}

  private final Frames.Writer frames;
  private final int frameBytes;
  private final Tenant tenant;
  private final List<GroupKey> groups;
  private final List<NumberedSeries> series;
  private final int indexed;

  private final long[] groupRows;
  private final long[] groupStart;
  private final long[] groupEnd;
  private final long[] seriesStart;
  private final long[] seriesEnd;
  private long samples;
  private long exemplars;
  private long exemplarStart = Long.MAX_VALUE;
  private long exemplarEnd = Long.MIN_VALUE;

  private final List<TimeRange> windows = new ArrayList<>();
  private final SectionRegions regions = new SectionRegions();
  private final ByteWriter entry = new ByteWriter();

  private Region.Writer timestamps;
  private Region.Writer[] columnWriters;
  private Region.Writer exemplarWriter;
  private long windowStart;
  private long windowEnd;

  /// @param groups in order of their keys
  /// @param series as numbered by the format: those with samples by metric name, group and labels,
  ///   then the others
  /// @param indexed how many have samples or exemplars
  SectionWriter(
      Frames.Writer frames,
      int frameBytes,
      Tenant tenant,
      List<GroupKey> groups,
      List<NumberedSeries> series,
      int indexed) {
    this.frames = frames;
    this.frameBytes = frameBytes;
    this.tenant = tenant;
    this.groups = groups;
    this.series = series;
    this.indexed = indexed;
    groupRows = new long[groups.size()];
    groupStart = new long[groups.size()];
    groupEnd = new long[groups.size()];
    seriesStart = new long[indexed];
    seriesEnd = new long[indexed];
    Arrays.fill(groupStart, Long.MAX_VALUE);
    Arrays.fill(groupEnd, Long.MIN_VALUE);
    Arrays.fill(seriesStart, Long.MAX_VALUE);
    Arrays.fill(seriesEnd, Long.MIN_VALUE);
    timestamps = new Region.Writer(frames, frameBytes);
    columnWriters = newColumnWriters();
    exemplarWriter = new Region.Writer(frames, frameBytes);
    beginWindow();
  }

  private Region.Writer[] newColumnWriters() {
    Region.Writer[] writers = new Region.Writer[EncodedColumn.KINDS.size()];
    Arrays.setAll(writers, _ -> new Region.Writer(frames, frameBytes));
    return writers;
  }

  private void beginWindow() {
    timestamps = new Region.Writer(frames, frameBytes);
    columnWriters = newColumnWriters();
    exemplarWriter = new Region.Writer(frames, frameBytes);
    windowStart = Long.MAX_VALUE;
    windowEnd = Long.MIN_VALUE;
  }

  /// The timestamps of a group in this window. Groups ascend.
  void timestamps(int group, long[] timestampsMillis) {
    if (timestampsMillis.length == 0) {
      return;
    }
    entry.truncate(0);
    TimestampChunk.write(timestampsMillis, entry);
    long start = timestampsMillis[0];
    long end = timestampsMillis[timestampsMillis.length - 1];
    timestamps(group, entry.toByteArray(), timestampsMillis.length, start, end);
  }

  /// The same, encoded already.
  void timestamps(int group, byte[] chunk, int rows, long start, long end) {
    timestamps.add(group, chunk, 0, chunk.length);
    groupRows[group] += rows;
    groupStart[group] = Math.min(groupStart[group], start);
    groupEnd[group] = Math.max(groupEnd[group], end);
    windowStart = Math.min(windowStart, start);
    windowEnd = Math.max(windowEnd, end);
  }

  /// A column of this window, after the timestamps of all groups. Series ascend.
  void column(int id, EncodedColumn column) {
    column.addTo(id, columnWriters);
    if (column.samples() > 0) {
      seriesStart[id] = Math.min(seriesStart[id], column.firstMillis());
      seriesEnd[id] = Math.max(seriesEnd[id], column.lastMillis());
      samples += column.samples();
    }
  }

  /// Exemplars of a series in this window, after all its columns. Series ascend.
  ///
  /// @param ofSeries some, in their order
  void exemplars(int id, List<Exemplar> ofSeries) {
    entry.truncate(0);
    ExemplarChunk.write(ofSeries, entry);
    exemplarWriter.add(id, entry);
    long start = ofSeries.getFirst().timestampMillis().orElseThrow();
    long end = ofSeries.getLast().timestampMillis().orElseThrow();
    exemplars += ofSeries.size();
    exemplarStart = Math.min(exemplarStart, start);
    exemplarEnd = Math.max(exemplarEnd, end);
    windowStart = Math.min(windowStart, start);
    windowEnd = Math.max(windowEnd, end);
  }

  /// Ends this window; the next is later.
  void endWindow() {
    if (windowStart <= windowEnd) {
      windows.add(new TimeRange(windowStart, windowEnd));
      regions.addWindow();
      regions.addColumns(RegionKind.TIMESTAMPS, timestamps.finish());
      for (int part = 0; part < columnWriters.length; part++) {
        regions.addColumns(EncodedColumn.KINDS.get(part), columnWriters[part].finish());
      }
      regions.addColumns(RegionKind.EXEMPLARS, exemplarWriter.finish());
    }
    beginWindow();
  }

  /// Writes the index and the root.
  ///
  /// @param layouts of each group that has any, by its number
  BlockMeta.SectionMeta finish(
      NavigableMap<Integer, List<LayoutEntries.Numbered>> layouts, List<MetricMetadata> metadata) {
    regions.addIndex(RegionKind.GROUPS, writeGroups());
    PairDictionary dictionary = new PairDictionary();
    for (int id = 0; id < series.size(); id++) {
      Labels labels = series.get(id).meta().labels();
      if (id < indexed) {
        dictionary.addIndexed(id, labels);
      } else {
        dictionary.addNamed(labels);
      }
    }
    PairDictionary.Written pairs = dictionary.write(frames, frameBytes);
    regions.addIndex(RegionKind.PAIRS, pairs.pairs());
    regions.addIndex(RegionKind.POSTINGS, pairs.postings());
    regions.addIndex(RegionKind.SERIES, writeSeries(dictionary));
    regions.addIndex(RegionKind.LAYOUTS, writeLayouts(layouts));
    regions.addIndex(RegionKind.METADATA, writeMetadata(metadata, dictionary));
    SectionRoot root =
        new SectionRoot(groups.size(), indexed, series.size(), windows, pairs.labels(), regions, 0);
    entry.truncate(0);
    root.write(entry);
    FrameRef ref = frames.write(entry.array(), entry.length());
    return new BlockMeta.SectionMeta(
        tenant,
        indexed,
        samples,
        times(),
        ref,
        exemplars == 0
            ? Optional.empty()
            : Optional.of(
                new BlockMeta.Exemplars(exemplars, new TimeRange(exemplarStart, exemplarEnd))));
  }

  private Optional<TimeRange> times() {
    long start = Arrays.stream(seriesStart).min().orElse(Long.MAX_VALUE);
    long end = Arrays.stream(seriesEnd).max().orElse(Long.MIN_VALUE);
    return samples == 0 ? Optional.empty() : Optional.of(new TimeRange(start, end));
  }

  private Region writeGroups() {
    Region.Writer region = new Region.Writer(frames, frameBytes);
    for (int group = 0; group < groups.size(); group++) {
      entry.truncate(0);
      new GroupEntry(groups.get(group), groupRows[group], groupStart[group], groupEnd[group])
          .write(entry);
      region.add(group, entry);
    }
    return region.finish();
  }

  private Region writeSeries(PairDictionary dictionary) {
    Region.Writer region = new Region.Writer(frames, frameBytes);
    for (int id = 0; id < series.size(); id++) {
      NumberedSeries numbered = series.get(id);
      Labels labels = numbered.meta().labels();
      int[] pairs = new int[labels.size()];
      for (int i = 0; i < pairs.length; i++) {
        pairs[i] = dictionary.number(labels.name(i), labels.value(i));
      }
      int group = numbered.group();
      long late = 0;
      long early = 0;
      if (id < indexed && seriesStart[id] <= seriesEnd[id]) {
        late = seriesStart[id] - groupStart[group];
        early = groupEnd[group] - seriesEnd[id];
      } else if (id < indexed && groupRows[group] > 0) {
        late = groupEnd[group] - groupStart[group] + 1;
      }
      entry.truncate(0);
      new SeriesEntry(group, numbered.meta().type(), late, early, pairs).write(entry);
      region.add(id, entry);
    }
    return region.finish();
  }

  private Region writeLayouts(NavigableMap<Integer, List<LayoutEntries.Numbered>> layouts) {
    Region.Writer region = new Region.Writer(frames, frameBytes);
    layouts.forEach((group, ofGroup) -> {
      entry.truncate(0);
      LayoutEntries.write(ofGroup, entry);
      region.add(group, entry);
    });
    return region.finish();
  }

  private Region writeMetadata(List<MetricMetadata> metadata, PairDictionary dictionary) {
    TreeMap<Integer, MetricMetadata> byPair = new TreeMap<>();
    for (MetricMetadata metric : metadata) {
      if (dictionary.has(Labels.NAME, metric.metric())) {
        byPair.put(dictionary.number(Labels.NAME, metric.metric()), metric);
      }
    }
    Region.Writer region = new Region.Writer(frames, frameBytes);
    byPair.forEach((pair, metric) -> {
      entry.truncate(0);
      entry.writeText(metric.unit()).writeText(metric.help());
      region.add(pair, entry);
    });
    return region.finish();
  }
}
