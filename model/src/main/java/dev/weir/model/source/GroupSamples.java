package dev.weir.model.source;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The samples of a group's series in a range, as columns over shared timestamps. Arrays are handed
/// out without copying, and readers do not write to them.
///
/// Column `c` has a sample at `timestampsMillis[i]` where `values[i]` is not [AbsentValue] or
/// `histograms[i]` is not null; never both. Staleness markers are samples here (a native histogram
/// ends with a marker among the values).
public final class GroupSamples {
  /// What an object of a histogram takes beside its buckets.
  private static final long HISTOGRAM_BYTES = 128;

  /// The samples of one series.
  ///
  /// @param values as long as the timestamps
  /// @param histograms as long as the timestamps; null if the series has none
  /// @param startTimestampsMillis as long as the timestamps, 0 where unknown; null if all are
  /// @param weights as long as the timestamps: for how many samples each stands, which is 0 for one
  ///   that is there to show how far a counter came. Null if each stands for itself, as samples do
  ///   that were not put together to longer windows
  public record Column(
      double[] values,
      @Nullable NativeHistogram @Nullable [] histograms,
      long @Nullable [] startTimestampsMillis,
      double @Nullable [] weights) {
    /// Of samples that each stand for themselves.
    public Column(
        double[] values,
        @Nullable NativeHistogram @Nullable [] histograms,
        long @Nullable [] startTimestampsMillis) {
      this(values, histograms, startTimestampsMillis, null);
    }

    public static Column ofValues(double[] values) {
      return new Column(values, null, null);
    }

    /// Estimated size in memory.
    public long memoryBytes() {
      long bytes = (long) Double.BYTES * values.length;
      if (startTimestampsMillis != null) {
        bytes += (long) Long.BYTES * startTimestampsMillis.length;
      }
      if (weights != null) {
        bytes += (long) Double.BYTES * weights.length;
      }
      if (histograms != null) {
        for (NativeHistogram histogram : histograms) {
          if (histogram != null) {
            int buckets =
                histogram.positive().counts().length + histogram.negative().counts().length;
            bytes += HISTOGRAM_BYTES + (long) Double.BYTES * buckets;
          }
        }
      }
      return bytes;
    }

    /// The same samples in arrays of their own.
    public Column copy() {
      return new Column(
          values.clone(),
          histograms == null ? null : histograms.clone(),
          startTimestampsMillis == null ? null : startTimestampsMillis.clone(),
          weights == null ? null : weights.clone());
    }

    public boolean hasSample(int index) {
      return !AbsentValue.is(values[index]) || (histograms != null && histograms[index] != null);
    }
  }

  private final long[] timestampsMillis;
  private final List<Column> columns;

  /// @param timestampsMillis strictly ascending
  public GroupSamples(long[] timestampsMillis, List<Column> columns) {
    for (int i = 1; i < timestampsMillis.length; i++) {
      if (timestampsMillis[i] <= timestampsMillis[i - 1]) {
        throw new IllegalArgumentException(
            "timestamp %d ms stands after %d ms; they strictly ascend"
                .formatted(timestampsMillis[i], timestampsMillis[i - 1]));
      }
    }
    for (Column column : columns) {
      if (column.values().length != timestampsMillis.length
          || (column.histograms() != null && column.histograms().length != timestampsMillis.length)
          || (column.startTimestampsMillis() != null
              && column.startTimestampsMillis().length != timestampsMillis.length)
          || (column.weights() != null && column.weights().length != timestampsMillis.length)) {
        throw new IllegalArgumentException(
            "a column has %d values for %d timestamps"
                .formatted(column.values().length, timestampsMillis.length));
      }
    }
    this.timestampsMillis = timestampsMillis;
    this.columns = List.copyOf(columns);
  }

  public long[] timestampsMillis() {
    return timestampsMillis;
  }

  /// One column for each series of the group, in their order.
  public List<Column> columns() {
    return columns;
  }

  /// Estimated size in memory.
  public long memoryBytes() {
    return columns.stream().mapToLong(Column::memoryBytes).sum();
  }
}
