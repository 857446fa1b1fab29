package dev.weir.blocks.block;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.source.GroupSamples;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges columns of the same series from several places over the union of their timestamps. Where
/// two places have a sample of one series at one time, the earlier place wins; a later sample that
/// is equal to the bit vanishes, one that differs is a conflict and counted.
///
/// Places stand in order of precedence: by topic, partition and offset, so that the lower offset
/// wins. Not for sharing between threads.
public final class GroupMerge {
  private final long[] timestampsMillis;

  /// For each place, where its timestamps stand among all.
  private final int[][] positions;

  private long conflicts;

  private GroupMerge(long[] timestampsMillis, int[][] positions) {
    this.timestampsMillis = timestampsMillis;
    this.positions = positions;
  }

  /// @param places strictly ascending timestamps of each
  public static GroupMerge of(List<long[]> places) {
    long[] union = union(places);
    int[][] positions = new int[places.size()][];
    for (int p = 0; p < positions.length; p++) {
      long[] place = places.get(p);
      int[] position = new int[place.length];
      for (int i = 0, at = 0; i < place.length; i++) {
        while (union[at] != place[i]) {
          at++;
        }
        position[i] = at;
      }
      positions[p] = position;
    }
    return new GroupMerge(union, positions);
  }

  private static long[] union(List<long[]> places) {
    int length = 0;
    for (long[] place : places) {
      length += place.length;
    }
    long[] all = new long[length];
    int end = 0;
    for (long[] place : places) {
      System.arraycopy(place, 0, all, end, place.length);
      end += place.length;
    }
    // Each place is an ascending run, and sorting merges runs.
    Arrays.sort(all);
    int count = 0;
    for (int i = 0; i < length; i++) {
      if (i == 0 || all[i] != all[i - 1]) {
        all[count++] = all[i];
      }
    }
    return count == length ? all : Arrays.copyOf(all, count);
  }

  /// The union of all timestamps.
  public long[] timestampsMillis() {
    return timestampsMillis;
  }

  /// One of the timestamps of a place.
  long timestampMillis(int place, int index) {
    return timestampsMillis[positions[place][index]];
  }

  /// How many samples lost to a different one of an earlier place.
  public long conflicts() {
    return conflicts;
  }

  /// Merges the columns of one series.
  ///
  /// @param columns one for each place; null where the place does not have the series
  public GroupSamples.Column merge(List<GroupSamples.@Nullable Column> columns) {
    GroupSamples.Column only = onlyColumn(columns);
    if (only != null) {
      return only;
    }
    int length = timestampsMillis.length;
    double[] values = new double[length];
    Arrays.fill(values, AbsentValue.VALUE);
    @Nullable NativeHistogram @Nullable [] histograms =
        columns.stream().anyMatch(column -> column != null && column.histograms() != null)
            ? new @Nullable NativeHistogram[length]
            : null;
    long @Nullable [] starts =
        columns.stream()
                .anyMatch(column -> column != null && column.startTimestampsMillis() != null)
            ? new long[length]
            : null;
    for (int place = 0; place < positions.length; place++) {
      GroupSamples.Column column = columns.get(place);
      if (column != null) {
        mergePlace(column, positions[place], values, histograms, starts);
      }
    }
    return new GroupSamples.Column(values, histograms, starts);
  }

  /// The column of the only place that has the series, if its timestamps are all there are.
  private GroupSamples.@Nullable Column onlyColumn(List<GroupSamples.@Nullable Column> columns) {
    GroupSamples.Column only = null;
    for (int place = 0; place < positions.length; place++) {
      GroupSamples.Column column = columns.get(place);
      if (column != null) {
        if (only != null || positions[place].length != timestampsMillis.length) {
          return null;
        }
        only = column;
      }
    }
    return only;
  }

  private void mergePlace(
      GroupSamples.Column column,
      int[] position,
      double[] values,
      @Nullable NativeHistogram @Nullable [] histograms,
      long @Nullable [] starts) {
    @Nullable NativeHistogram @Nullable [] ownHistograms = column.histograms();
    long[] ownStarts = column.startTimestampsMillis();
    for (int i = 0; i < position.length; i++) {
      if (!column.hasSample(i)) {
        continue;
      }
      int at = position[i];
      double value = column.values()[i];
      NativeHistogram histogram = ownHistograms == null ? null : ownHistograms[i];
      NativeHistogram present = histograms == null ? null : histograms[at];
      if (present != null || !AbsentValue.is(values[at])) {
        boolean equal =
            present != null
                ? histogram != null && present.equals(histogram)
                : Double.doubleToRawLongBits(values[at]) == Double.doubleToRawLongBits(value);
        conflicts += equal ? 0 : 1;
        continue;
      }
      values[at] = value;
      if (histograms != null) {
        histograms[at] = histogram;
      }
      if (starts != null && ownStarts != null) {
        starts[at] = ownStarts[i];
      }
    }
  }
}
