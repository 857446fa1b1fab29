package dev.weir.collectors.exposition;

import dev.weir.model.Exemplar;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What the samples of a body have beside their series, in the order of the body. Used for one body
/// after another by one thread.
public final class ScrapedValues {
  private double[] values = {};
  private long[] timestamps = {};
  private @Nullable Exemplar[] exemplars = {};
  private int count;
  private boolean timestamped;
  private boolean exemplified;

  void start(int expected) {
    if (exemplified) {
      Arrays.fill(exemplars, null);
    }
    count = 0;
    timestamped = false;
    exemplified = false;
    reserve(expected);
  }

  private void reserve(int capacity) {
    if (capacity > values.length) {
      int larger = Math.max(capacity, 2 * values.length);
      values = Arrays.copyOf(values, larger);
      timestamps = Arrays.copyOf(timestamps, larger);
      exemplars = Arrays.copyOf(exemplars, larger);
    }
  }

  void add(double value, long timestampMillis, @Nullable Exemplar exemplar) {
    reserve(count + 1);
    values[count] = value;
    timestamps[count] = timestampMillis;
    timestamped |= timestampMillis != ExpositionReader.NO_TIMESTAMP;
    if (exemplar != null) {
      exemplars[count] = exemplar;
      exemplified = true;
    }
    count++;
  }

  /// Number of samples.
  public int count() {
    return count;
  }

  public double value(int index) {
    return values[index];
  }

  /// Whether any sample has a timestamp of its own.
  public boolean hasTimestamps() {
    return timestamped;
  }

  /// The sample's own timestamp, or [ExpositionReader#NO_TIMESTAMP].
  public long timestampMillis(int index) {
    return timestamps[index];
  }

  /// Whether any sample has an exemplar.
  public boolean hasExemplars() {
    return exemplified;
  }

  public @Nullable Exemplar exemplar(int index) {
    return exemplars[index];
  }
}
