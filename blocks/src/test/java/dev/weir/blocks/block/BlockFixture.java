package dev.weir.blocks.block;

import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
import dev.weir.testing.GroupRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Writes rows to block files as the head will: rows become columns, group by group, and of two
/// samples of one series and time the first stays.
public final class BlockFixture {
  public static final String TOPIC = "weir.samples";

  private record SampleKey(Tenant tenant, Labels labels, long timestampMillis) {}

  private record Point(double value, @Nullable NativeHistogram histogram, long startMillis) {}

  private BlockFixture() {}

  public static BlockReader write(Path file, List<GroupRow> rows) {
    return write(file, 0, rows, BlockWriter.Options.SMALL, new BlockCache(1 << 24));
  }

  /// A link of a chain whose records are one row each.
  public static BlockReader write(
      Path file,
      long firstOffset,
      List<GroupRow> rows,
      BlockWriter.Options options,
      BlockCache cache) {
    OffsetRange covers =
        new OffsetRange(TOPIC, 0, firstOffset, firstOffset + Math.max(1, rows.size()));
    try (BlockWriter writer =
        new BlockWriter(file, BlockWriter.Description.link(covers, 1_700_000_000_000L), options)) {
      addAll(rows, writer);
      writer.finish();
    }
    return BlockReader.open(BlockFile.of(file), cache);
  }

  public static void addAll(List<GroupRow> rows, BlockWriter writer) {
    Set<SampleKey> seen = new HashSet<>();
    Map<GroupKey, Map<SeriesMeta, NavigableMap<Long, Point>>> groups = new TreeMap<>();
    for (GroupRow row : rows) {
      Map<SeriesMeta, NavigableMap<Long, Point>> series =
          groups.computeIfAbsent(
              row.group(), _ -> new TreeMap<>(Comparator.comparing(SeriesMeta::labels)));
      for (int column = 0; column < row.layout().size(); column++) {
        SeriesMeta meta = row.layout().series().get(column);
        Point point = point(row.row(), column);
        SampleKey key =
            new SampleKey(row.group().tenant(), meta.labels(), row.row().timestampMillis());
        if (point != null && seen.add(key)) {
          series
              .computeIfAbsent(meta, _ -> new TreeMap<>())
              .put(row.row().timestampMillis(), point);
        }
      }
    }
    groups.forEach((group, series) -> add(group, series, writer));
  }

  private static void add(
      GroupKey group, Map<SeriesMeta, NavigableMap<Long, Point>> series, BlockWriter writer) {
    TreeSet<Long> times = new TreeSet<>();
    series.values().forEach(points -> times.addAll(points.keySet()));
    long[] timestamps = times.stream().mapToLong(Long::longValue).toArray();
    List<GroupSamples.Column> columns = new ArrayList<>();
    for (NavigableMap<Long, Point> points : series.values()) {
      double[] values = new double[timestamps.length];
      Arrays.fill(values, AbsentValue.VALUE);
      @Nullable NativeHistogram[] histograms = new @Nullable NativeHistogram[timestamps.length];
      long[] starts = new long[timestamps.length];
      points.forEach((time, point) -> {
        int at = Arrays.binarySearch(timestamps, time);
        values[at] = point.value;
        histograms[at] = point.histogram;
        starts[at] = point.startMillis;
      });
      columns.add(new GroupSamples.Column(values, histograms, starts));
    }
    writer.add(group, List.copyOf(series.keySet()), new GroupSamples(timestamps, columns));
  }

  private static @Nullable Point point(Row row, int column) {
    int[] columns = row.columns();
    int at = columns == null ? column : Arrays.binarySearch(columns, column);
    double value = at < 0 ? AbsentValue.VALUE : row.values()[at];
    int histogram = Arrays.binarySearch(row.histograms().columns(), column);
    int start = Arrays.binarySearch(row.startTimestamps().columns(), column);
    if (AbsentValue.is(value) && histogram < 0) {
      return null;
    }
    return new Point(
        value,
        histogram < 0 ? null : row.histograms().values()[histogram],
        start < 0 ? 0 : row.startTimestamps().millis()[start]);
  }
}
