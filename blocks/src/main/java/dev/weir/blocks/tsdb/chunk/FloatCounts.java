package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;

/// Counts that are floats ([HistogramChunk]).
final class FloatCounts implements HistogramCounts {
  private static final int FIRST_BITS = 64;

  private final XorValue count = new XorValue();
  private final XorValue zeroCount = new XorValue();
  private final XorValue sum = new XorValue();
  private final XorValue[] positive;
  private final XorValue[] negative;

  /// For reading.
  FloatCounts(HistogramLayout layout, BitReader in) {
    this(layout);
    if ((long) FIRST_BITS * (positive.length + negative.length) > in.remainingBits()) {
      throw in.corrupt(
          "spans have %d buckets of %d bits each, and %d bits follow"
              .formatted(positive.length + negative.length, FIRST_BITS, in.remainingBits()));
    }
  }

  /// For writing.
  FloatCounts(HistogramLayout layout) {
    positive = buckets(layout.positiveBuckets());
    negative = buckets(layout.negativeBuckets());
  }

  private static XorValue[] buckets(int size) {
    XorValue[] buckets = new XorValue[size];
    for (int i = 0; i < size; i++) {
      buckets[i] = new XorValue();
    }
    return buckets;
  }

  @Override
  public boolean readFirst(BitReader in) {
    count.readWhole(in);
    zeroCount.readWhole(in);
    sum.readWhole(in);
    for (XorValue bucket : positive) {
      bucket.readWhole(in);
    }
    for (XorValue bucket : negative) {
      bucket.readWhole(in);
    }
    return sum.bits() == StalenessMarker.BITS;
  }

  @Override
  public boolean readLater(BitReader in) {
    count.read(in);
    zeroCount.read(in);
    sum.read(in);
    if (sum.bits() == StalenessMarker.BITS) {
      return true;
    }
    for (XorValue bucket : positive) {
      bucket.read(in);
    }
    for (XorValue bucket : negative) {
      bucket.read(in);
    }
    return false;
  }

  @Override
  public double count() {
    return count.value();
  }

  @Override
  public double zeroCount() {
    return zeroCount.value();
  }

  @Override
  public double sum() {
    return sum.value();
  }

  @Override
  public double[] positive() {
    return values(positive);
  }

  @Override
  public double[] negative() {
    return values(negative);
  }

  private static double[] values(XorValue[] buckets) {
    double[] values = new double[buckets.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = buckets[i].value();
    }
    return values;
  }

  @Override
  public void writeFirst(BitWriter out, NativeHistogram histogram) {
    count.writeWhole(out, histogram.count());
    zeroCount.writeWhole(out, histogram.zeroCount());
    sum.writeWhole(out, histogram.sum());
    for (int i = 0; i < positive.length; i++) {
      positive[i].writeWhole(out, histogram.positive().counts()[i]);
    }
    for (int i = 0; i < negative.length; i++) {
      negative[i].writeWhole(out, histogram.negative().counts()[i]);
    }
  }

  @Override
  public void writeLater(BitWriter out, NativeHistogram histogram) {
    count.write(out, histogram.count());
    zeroCount.write(out, histogram.zeroCount());
    sum.write(out, histogram.sum());
    for (int i = 0; i < positive.length; i++) {
      positive[i].write(out, histogram.positive().counts()[i]);
    }
    for (int i = 0; i < negative.length; i++) {
      negative[i].write(out, histogram.negative().counts()[i]);
    }
  }

  @Override
  public void writeStale(BitWriter out) {
    count.write(out, count.value());
    zeroCount.write(out, zeroCount.value());
    sum.write(out, StalenessMarker.VALUE);
  }
}
