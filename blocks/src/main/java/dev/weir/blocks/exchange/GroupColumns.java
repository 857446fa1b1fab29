package dev.weir.blocks.exchange;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts series side by side over shared timestamps, and adds them to a block. Series whose
/// timestamps differ too much for one table are split into slices.
final class GroupColumns {
  /// A series and its samples.
  record Column(SeriesMeta meta, SeriesSamples samples) {}

  /// Values of a table, absent ones too: 64 MB.
  static final long MAX_CELLS = 8L << 20;

  private final BlockWriter block;
  private final long maxCells;

  GroupColumns(BlockWriter block) {
    this(block, MAX_CELLS);
  }

  GroupColumns(BlockWriter block, long maxCells) {
    this.block = block;
    this.maxCells = maxCells;
  }

  /// @param columns in order of labels, each with a sample at least
  void add(PartitionKey key, Slice slice, List<Column> columns) {
    if (columns.isEmpty()) {
      return;
    }
    long[] timestamps = union(columns);
    if ((long) timestamps.length * columns.size() > maxCells
        && columns.size() > 1
        && slice.canSplit()) {
      Slice left = slice.left();
      List<Column> ofLeft = new ArrayList<>();
      List<Column> ofRight = new ArrayList<>();
      for (Column column : columns) {
        (left.holds(column.meta.labels().groupingHash()) ? ofLeft : ofRight).add(column);
      }
      add(key, left, ofLeft);
      add(key, slice.right(), ofRight);
      return;
    }
    List<SeriesMeta> series = new ArrayList<>(columns.size());
    List<GroupSamples.Column> values = new ArrayList<>(columns.size());
    for (Column column : columns) {
      series.add(column.meta);
      values.add(spread(column.samples, timestamps));
    }
    block.add(new GroupKey(key, "", slice), series, new GroupSamples(timestamps, values));
  }

  private static long[] union(List<Column> columns) {
    SeriesSamples first = columns.getFirst().samples;
    long[] union = Arrays.copyOf(first.timestamps(), first.count());
    for (Column column : columns) {
      union = union(union, column.samples);
    }
    return union;
  }

  private static long[] union(long[] all, SeriesSamples samples) {
    int count = samples.count();
    long[] more = samples.timestamps();
    if (count == all.length && Arrays.equals(all, 0, count, more, 0, count)) {
      return all;
    }
    long[] merged = new long[all.length + count];
    int length = 0;
    int left = 0;
    int right = 0;
    while (left < all.length || right < count) {
      long next;
      if (right == count || (left < all.length && all[left] <= more[right])) {
        next = all[left++];
        right += right < count && more[right] == next ? 1 : 0;
      } else {
        next = more[right++];
      }
      merged[length++] = next;
    }
    return length == all.length ? all : Arrays.copyOf(merged, length);
  }

  private static GroupSamples.Column spread(SeriesSamples samples, long[] timestamps) {
    int rows = timestamps.length;
    double[] values = new double[rows];
    @Nullable NativeHistogram @Nullable [] histograms =
        samples.hasHistograms() ? new @Nullable NativeHistogram[rows] : null;
    long @Nullable [] starts = samples.hasStarts() ? new long[rows] : null;
    int at = 0;
    for (int row = 0; row < rows; row++) {
      if (at == samples.count() || samples.timestampMillis(at) != timestamps[row]) {
        values[row] = AbsentValue.VALUE;
        continue;
      }
      NativeHistogram histogram = samples.histogram(at);
      values[row] = histogram == null ? samples.value(at) : AbsentValue.VALUE;
      if (histograms != null) {
        histograms[row] = histogram;
      }
      if (starts != null) {
        starts[row] = samples.startMillis(at);
      }
      at++;
    }
    return new GroupSamples.Column(values, histograms, starts);
  }
}
