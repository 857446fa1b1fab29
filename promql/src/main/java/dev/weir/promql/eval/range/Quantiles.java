package dev.weir.promql.eval.range;

import java.util.Arrays;

/// Quantiles of floats, with NaN as the smallest value of all. Values are kept as sorted 64-bit
/// keys, which compare as the floats do.
public final class Quantiles {
  private static final long NAN_KEY = Long.MIN_VALUE;

  private long[] keys;
  private int size;

  public Quantiles(int capacity) {
    this.keys = new long[Math.max(4, capacity)];
  }

  public void clear() {
    size = 0;
  }

  /// Takes these values and no others.
  public void set(double[] values, int from, int to) {
    size = 0;
    reserve(to - from);
    for (int i = from; i < to; i++) {
      keys[size++] = key(values[i]);
    }
    Arrays.sort(keys, 0, size);
  }

  public void insert(double value) {
    reserve(1);
    long key = key(value);
    int found = Arrays.binarySearch(keys, 0, size, key);
    int at = found < 0 ? -found - 1 : found;
    System.arraycopy(keys, at, keys, at + 1, size - at);
    keys[at] = key;
    size++;
  }

  /// Takes out a value that is there.
  public void remove(double value) {
    int at = Arrays.binarySearch(keys, 0, size, key(value));
    System.arraycopy(keys, at + 1, keys, at, size - at - 1);
    size--;
  }

  private void reserve(int more) {
    if (size + more > keys.length) {
      keys = Arrays.copyOf(keys, Math.max(size + more, keys.length * 2));
    }
  }

  public int size() {
    return size;
  }

  double at(int rank) {
    return value(keys[rank]);
  }

  /// The quantile, interpolated between the two nearest values; infinite outside of 0 to 1.
  public double quantile(double q) {
    if (size == 0 || Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    double rank = q * (size - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(size - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    return at(lower) * (1 - weight) + at(upper) * weight;
  }

  private static long key(double value) {
    if (Double.isNaN(value)) {
      return NAN_KEY;
    }
    long bits = Double.doubleToRawLongBits(value);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  private static double value(long key) {
    return key == NAN_KEY
        ? Double.NaN
        : Double.longBitsToDouble(key ^ ((key >> 63) & Long.MAX_VALUE));
  }
}
