package dev.weir.blocks.downsample;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes the windows of groups of samples into a block.
///
/// A group becomes several stored groups, because edges and ends of windows have other timestamps
/// than samples: [StoredGroup] names them. Samples are read a column at a time; what is kept of a
/// group is in memory until it is written, samples that are kept as they are in parts.
///
/// Not for sharing between threads.
public final class Downsampling {
  /// What is kept of samples as they are, before it is written.
  private static final long PART_BYTES = 32 << 20;

  /// All of a slice lies together in a block.
  private static final BlockWriter.Options OPTIONS =
      BlockWriter.Options.COMPACTED.inOneWindow().withMaxExemplars(0);

  private final BlockWriter writer;
  private final Resolution resolution;

  /// Stored groups so far, by key of the group: a key may stand over several.
  private final Map<GroupKey, Integer> numbers = new HashMap<>();

  private long samplesRead;

  /// How a block of windows is written.
  public static BlockWriter.Options options() {
    return OPTIONS;
  }

  public Downsampling(BlockWriter writer, Resolution resolution) {
    this.writer = requireNonNull(writer, "writer");
    this.resolution = requireNonNull(resolution, "resolution");
  }

  /// Values and markers that were read.
  public long samplesRead() {
    return samplesRead;
  }

  /// Takes a group with the samples of whole windows.
  public void add(SeriesGroup group) {
    GroupColumns columns = group.columns();
    long[] timestamps = columns.timestampsMillis();
    if (timestamps.length == 0) {
      return;
    }
    int[] windows = windows(timestamps);
    List<SeriesWindows> thinned = new ArrayList<>();
    AsTheyAre kept = new AsTheyAre(group.key(), timestamps);
    for (int place = 0; place < group.series().size(); place++) {
      SeriesMeta series = group.series().get(place);
      if (series.labels().has(Aggregate.LABEL)) {
        throw new WeirException.BadData(
            "series %s of tenant %s has label %s, which downsampled blocks need; delete the series or relabel it"
                .formatted(series.labels(), group.key().tenant(), Aggregate.LABEL));
      }
      GroupSamples.Column column = columns.column(place);
      samplesRead += samples(column);
      SeriesWindows ofSeries = SeriesWindows.of(series, timestamps, windows, column);
      if (ofSeries == null) {
        kept.add(series, column);
      } else {
        thinned.add(ofSeries);
      }
    }
    kept.write();
    if (!thinned.isEmpty()) {
      writeWindows(group.key(), ends(timestamps, windows), thinned);
      writeEdges(group.key(), timestamps, thinned);
    }
  }

  private static long samples(GroupSamples.Column column) {
    long samples = 0;
    for (int row = 0; row < column.values().length; row++) {
      samples += column.hasSample(row) ? 1 : 0;
    }
    return samples;
  }

  /// Index behind the last row of each window that has rows.
  private int[] windows(long[] timestamps) {
    int[] windows = new int[timestamps.length];
    int count = 0;
    long end = resolution.windowEnd(timestamps[0]);
    for (int row = 0; row < timestamps.length; row++) {
      if (timestamps[row] > end) {
        windows[count++] = row;
        end = resolution.windowEnd(timestamps[row]);
      }
    }
    windows[count++] = timestamps.length;
    return Arrays.copyOf(windows, count);
  }

  private long[] ends(long[] timestamps, int[] windows) {
    long[] ends = new long[windows.length];
    Arrays.setAll(ends, window -> resolution.windowEnd(timestamps[windows[window] - 1]));
    return ends;
  }

  private GroupKey next(GroupKey key) {
    return StoredGroup.key(key, numbers.merge(key, 1, Integer::sum));
  }

  /// A stored series, and where its column comes from.
  private record Stored(SeriesMeta meta, SeriesWindows windows, Aggregate aggregate) {
    static Stored of(SeriesWindows windows, Aggregate aggregate) {
      SeriesMeta series = windows.series();
      return new Stored(
          new SeriesMeta(aggregate.of(series.labels()), series.type()), windows, aggregate);
    }
  }

  private static List<Stored> stored(List<SeriesWindows> all, List<Aggregate> aggregates) {
    List<Stored> stored = new ArrayList<>(all.size() * aggregates.size());
    for (SeriesWindows one : all) {
      aggregates.forEach(aggregate -> stored.add(Stored.of(one, aggregate)));
    }
    stored.sort(Comparator.comparing(one -> one.meta.labels()));
    return stored;
  }

  private static List<SeriesMeta> metas(List<Stored> stored) {
    return stored.stream().map(Stored::meta).toList();
  }

  private void writeWindows(GroupKey key, long[] ends, List<SeriesWindows> all) {
    List<Stored> stored = stored(all, Aggregate.AT_WINDOW_END);
    writer.add(
        next(key),
        metas(stored),
        GroupColumns.of(
            ends,
            place -> {
              Stored one = stored.get(place);
              return GroupSamples.Column.ofValues(one.windows.atWindowEnd(one.aggregate));
            }));
  }

  private void writeEdges(GroupKey key, long[] timestamps, List<SeriesWindows> all) {
    BitSet rows = new BitSet(timestamps.length);
    for (SeriesWindows one : all) {
      for (int edge = 0; edge < one.edges().size(); edge++) {
        rows.set(one.edges().row(edge));
      }
    }
    long[] times = rows.stream().mapToLong(row -> timestamps[row]).toArray();
    int[] places = new int[timestamps.length];
    int place = 0;
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      places[row] = place++;
    }
    List<Stored> stored = stored(all, List.of(Aggregate.EDGES, Aggregate.WEIGHTS));
    writer.add(
        next(key),
        metas(stored),
        GroupColumns.of(times, series -> edgeColumn(stored.get(series), places, times.length)));
  }

  private static GroupSamples.Column edgeColumn(Stored stored, int[] places, int length) {
    WindowEdges edges = stored.windows.edges();
    double[] values = new double[length];
    Arrays.fill(values, AbsentValue.VALUE);
    long start = stored.windows.startMillis();
    boolean weights = stored.aggregate == Aggregate.WEIGHTS;
    long[] starts = start == 0 || weights ? null : new long[length];
    for (int edge = 0; edge < edges.size(); edge++) {
      int at = places[edges.row(edge)];
      values[at] = weights ? edges.weight(edge) : edges.value(edge);
      if (starts != null) {
        starts[at] = start;
      }
    }
    return new GroupSamples.Column(values, null, starts);
  }

  /// Series of a group whose samples are kept.
  private final class AsTheyAre {
    private final GroupKey key;
    private final long[] timestamps;
    private final List<SeriesMeta> series = new ArrayList<>();
    private final List<GroupSamples.Column> columns = new ArrayList<>();
    private long bytes;

    AsTheyAre(GroupKey key, long[] timestamps) {
      this.key = key;
      this.timestamps = timestamps;
    }

    void add(SeriesMeta one, GroupSamples.Column column) {
      series.add(new SeriesMeta(Aggregate.SAMPLES.of(one.labels()), one.type()));
      columns.add(column.copy());
      bytes += column.memoryBytes();
      if (bytes >= PART_BYTES) {
        write();
      }
    }

    void write() {
      if (series.isEmpty()) {
        return;
      }
      List<Integer> order = new ArrayList<>();
      for (int place = 0; place < series.size(); place++) {
        order.add(place);
      }
      order.sort(Comparator.comparing(place -> series.get(place).labels()));
      writer.add(
          next(key),
          order.stream().map(series::get).toList(),
          new GroupSamples(timestamps, order.stream().map(columns::get).toList()));
      series.clear();
      columns.clear();
      bytes = 0;
    }
  }
}
