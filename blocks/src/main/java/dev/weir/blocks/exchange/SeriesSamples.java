package dev.weir.blocks.exchange;

import dev.weir.blocks.tsdb.chunk.SampleSink;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The samples of one series in memory. Not for sharing between threads.
final class SeriesSamples implements SampleSink {
  private long[] timestamps = new long[128];
  private double[] values = new double[128];
  private @Nullable NativeHistogram @Nullable [] histograms;
  private long @Nullable [] starts;
  private int count;
  private boolean ascending = true;

  int count() {
    return count;
  }

  long timestampMillis(int index) {
    return timestamps[index];
  }

  /// As many as [#count], maybe followed by others.
  long[] timestamps() {
    return timestamps;
  }

  double value(int index) {
    return values[index];
  }

  @Nullable NativeHistogram histogram(int index) {
    return histograms == null ? null : histograms[index];
  }

  boolean hasHistograms() {
    return histograms != null;
  }

  long startMillis(int index) {
    return starts == null ? 0 : starts[index];
  }

  boolean hasStarts() {
    return starts != null;
  }

  @Override
  public void value(long timestampMillis, long startMillis, double value) {
    add(timestampMillis, startMillis);
    values[count++] = value;
  }

  @Override
  public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
    add(timestampMillis, startMillis);
    if (histograms == null) {
      histograms = new @Nullable NativeHistogram[timestamps.length];
    }
    values[count] = 0;
    histograms[count++] = histogram;
  }

  private void add(long timestampMillis, long startMillis) {
    if (count == timestamps.length) {
      int larger = count * 2;
      timestamps = Arrays.copyOf(timestamps, larger);
      values = Arrays.copyOf(values, larger);
      histograms = histograms == null ? null : Arrays.copyOf(histograms, larger);
      starts = starts == null ? null : Arrays.copyOf(starts, larger);
    }
    ascending &= count == 0 || timestamps[count - 1] < timestampMillis;
    timestamps[count] = timestampMillis;
    if (startMillis != 0 && starts == null) {
      starts = new long[timestamps.length];
    }
    if (starts != null) {
      starts[count] = startMillis;
    }
  }

  /// Brings samples that were stored in another order, or twice, into order of time, each time
  /// once: the first that was stored stays.
  ///
  /// @return how many went that differ from the one that stays
  long sort() {
    if (ascending) {
      return 0;
    }
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> timestamps[i]));
    SeriesSamples sorted = new SeriesSamples();
    long conflicts = 0;
    for (int at = 0; at < order.length; at++) {
      int index = order[at];
      int before = at == 0 ? -1 : order[at - 1];
      if (sorted.count > 0 && sorted.timestamps[sorted.count - 1] == timestamps[index]) {
        conflicts += sorted.endsWith(this, index) ? 0 : 1;
      } else {
        sorted.copy(this, index, before + 1 == index);
      }
    }
    timestamps = sorted.timestamps;
    values = sorted.values;
    histograms = sorted.histograms;
    starts = sorted.starts;
    count = sorted.count;
    ascending = true;
    return conflicts;
  }

  private boolean endsWith(SeriesSamples other, int index) {
    NativeHistogram own = histogram(count - 1);
    NativeHistogram others = other.histogram(index);
    if (own != null && others != null) {
      return own.equals(others.withResetHint(own.resetHint()));
    }
    return own == null
        && others == null
        && Double.doubleToRawLongBits(values[count - 1])
            == Double.doubleToRawLongBits(other.values[index]);
  }

  /// @param follows whether the sample follows the last one where it was stored, too: what is known
  ///   of resets is known of these two
  private void copy(SeriesSamples from, int index, boolean follows) {
    NativeHistogram histogram = from.histogram(index);
    if (histogram == null) {
      value(from.timestamps[index], from.startMillis(index), from.values[index]);
    } else {
      boolean unsure = !follows && histogram.resetHint() != ResetHint.GAUGE;
      histogram(
          from.timestamps[index],
          from.startMillis(index),
          unsure ? histogram.withResetHint(ResetHint.UNKNOWN) : histogram);
    }
  }
}
