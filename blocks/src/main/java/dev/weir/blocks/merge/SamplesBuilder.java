package dev.weir.blocks.merge;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Columns over given timestamps, being filled sample by sample. Arrays for native histograms and
/// start timestamps appear with the first of them. Not for sharing between threads.
public final class SamplesBuilder {
  private final long[] timestamps;
  private final double[][] values;
  private final @Nullable NativeHistogram[] @Nullable [] histograms;
  private final long[] @Nullable [] startTimestamps;
  private final double[] @Nullable [] weights;

  /// @param timestamps strictly ascending; taken over
  public SamplesBuilder(int columns, long[] timestamps) {
    this.timestamps = timestamps;
    this.values = new double[columns][timestamps.length];
    this.histograms = new NativeHistogram[columns][];
    this.startTimestamps = new long[columns][];
    this.weights = new double[columns][];
    clear();
  }

  /// Takes all samples away. What [#column] handed out has the values of what comes next.
  void clear() {
    for (double[] column : values) {
      Arrays.fill(column, AbsentValue.VALUE);
    }
    Arrays.fill(histograms, null);
    Arrays.fill(startTimestamps, null);
    Arrays.fill(weights, null);
  }

  public long timestampMillis(int at) {
    return timestamps[at];
  }

  /// The value so far, [AbsentValue] if there is none.
  public double value(int column, int at) {
    return values[column][at];
  }

  /// The native histogram so far.
  public @Nullable NativeHistogram histogram(int column, int at) {
    @Nullable NativeHistogram[] present = histograms[column];
    return present == null ? null : present[at];
  }

  public boolean hasSample(int column, int at) {
    return !AbsentValue.is(values[column][at]) || histogram(column, at) != null;
  }

  public void putValue(int column, int at, double value) {
    values[column][at] = value;
  }

  public void putHistogram(int column, int at, NativeHistogram histogram) {
    histogramsOf(column)[at] = histogram;
  }

  public void putStartTimestamp(int column, int at, long millis) {
    startTimestampsOf(column)[at] = millis;
  }

  /// Says for how many samples one stands; others stand for themselves.
  void putWeight(int column, int at, double weight) {
    weightsOf(column)[at] = weight;
  }

  /// Copies a whole column to where the builder has nothing yet.
  ///
  /// @param at place of the column's first timestamp; the others follow it without a gap
  void copy(GroupSamples.Column from, int column, int at) {
    int count = from.values().length;
    System.arraycopy(from.values(), 0, values[column], at, count);
    @Nullable NativeHistogram[] fromHistograms = from.histograms();
    if (fromHistograms != null) {
      System.arraycopy(fromHistograms, 0, histogramsOf(column), at, count);
    }
    long[] fromStarts = from.startTimestampsMillis();
    if (fromStarts != null) {
      System.arraycopy(fromStarts, 0, startTimestampsOf(column), at, count);
    }
    double[] fromWeights = from.weights();
    if (fromWeights != null) {
      System.arraycopy(fromWeights, 0, weightsOf(column), at, count);
    }
  }

  private @Nullable NativeHistogram[] histogramsOf(int column) {
    @Nullable NativeHistogram[] present = histograms[column];
    if (present == null) {
      present = new NativeHistogram[timestamps.length];
      histograms[column] = present;
    }
    return present;
  }

  private long[] startTimestampsOf(int column) {
    long[] present = startTimestamps[column];
    if (present == null) {
      present = new long[timestamps.length];
      startTimestamps[column] = present;
    }
    return present;
  }

  private double[] weightsOf(int column) {
    double[] present = weights[column];
    if (present == null) {
      present = new double[timestamps.length];
      Arrays.fill(present, 1);
      weights[column] = present;
    }
    return present;
  }

  public GroupSamples build() {
    List<GroupSamples.Column> columns = new ArrayList<>(values.length);
    for (int c = 0; c < values.length; c++) {
      columns.add(column(c));
    }
    return new GroupSamples(timestamps, columns);
  }

  /// A column with what it has so far.
  GroupSamples.Column column(int column) {
    return new GroupSamples.Column(
        values[column], histograms[column], startTimestamps[column], weights[column]);
  }
}
