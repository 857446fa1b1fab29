package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;

/// Integer counts ([HistogramChunk]). Arithmetic is that of 64-bit numbers which overflow, in both
/// directions alike.
final class IntegerCounts implements HistogramCounts {
  /// Larger ones may not be exact in a double.
  private static final long MAX_EXACT = 1L << 53;

  /// A number that is stored as the difference of its differences.
  private static final class Twice {
    private long value;
    private long delta;

    void read(BitReader in) {
      delta += VarBits.readSigned(in);
      value += delta;
    }

    void write(BitWriter out, long next) {
      long newDelta = next - value;
      VarBits.writeSigned(out, newDelta - delta);
      value = next;
      delta = newDelta;
    }
  }

  private final Twice count = new Twice();
  private final Twice zeroCount = new Twice();
  private final XorValue sum = new XorValue();
  private final Twice[] positive;
  private final Twice[] negative;

  /// For reading.
  IntegerCounts(HistogramLayout layout, BitReader in) {
    this(layout);
    if ((long) positive.length + negative.length > in.remainingBits()) {
      throw in.corrupt(
          "spans have %d buckets, and %d bits follow"
              .formatted(positive.length + negative.length, in.remainingBits()));
    }
  }

  /// For writing.
  IntegerCounts(HistogramLayout layout) {
    positive = buckets(layout.positiveBuckets());
    negative = buckets(layout.negativeBuckets());
  }

  private static Twice[] buckets(int size) {
    Twice[] buckets = new Twice[size];
    for (int i = 0; i < size; i++) {
      buckets[i] = new Twice();
    }
    return buckets;
  }

  /// Whether all counts of a histogram are such integers.
  static boolean canHold(NativeHistogram histogram) {
    return isInteger(histogram.count())
        && isInteger(histogram.zeroCount())
        && areIntegers(histogram.positive().counts())
        && areIntegers(histogram.negative().counts());
  }

  private static boolean areIntegers(double[] counts) {
    for (double count : counts) {
      if (!isInteger(count)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isInteger(double count) {
    long integer = (long) count;
    return integer >= 0
        && integer <= MAX_EXACT
        && Double.doubleToRawLongBits((double) integer) == Double.doubleToRawLongBits(count);
  }

  @Override
  public boolean readFirst(BitReader in) {
    count.value = VarBits.readUnsigned(in);
    zeroCount.value = VarBits.readUnsigned(in);
    sum.readWhole(in);
    for (Twice bucket : positive) {
      bucket.value = VarBits.readSigned(in);
    }
    for (Twice bucket : negative) {
      bucket.value = VarBits.readSigned(in);
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
    for (Twice bucket : positive) {
      bucket.read(in);
    }
    for (Twice bucket : negative) {
      bucket.read(in);
    }
    return false;
  }

  @Override
  public double count() {
    return unsigned(count.value);
  }

  @Override
  public double zeroCount() {
    return unsigned(zeroCount.value);
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }

  @Override
  public double sum() {
    return sum.value();
  }

  @Override
  public double[] positive() {
    return absolute(positive);
  }

  @Override
  public double[] negative() {
    return absolute(negative);
  }

  private static double[] absolute(Twice[] buckets) {
    double[] counts = new double[buckets.length];
    long current = 0;
    for (int i = 0; i < counts.length; i++) {
      current += buckets[i].value;
      counts[i] = current;
    }
    return counts;
  }

  @Override
  public void writeFirst(BitWriter out, NativeHistogram histogram) {
    count.value = (long) histogram.count();
    zeroCount.value = (long) histogram.zeroCount();
    VarBits.writeUnsigned(out, count.value);
    VarBits.writeUnsigned(out, zeroCount.value);
    sum.writeWhole(out, histogram.sum());
    writeFirst(out, positive, histogram.positive().counts());
    writeFirst(out, negative, histogram.negative().counts());
  }

  private static void writeFirst(BitWriter out, Twice[] buckets, double[] counts) {
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      long count = (long) counts[i];
      buckets[i].value = count - before;
      VarBits.writeSigned(out, buckets[i].value);
      before = count;
    }
  }

  @Override
  public void writeLater(BitWriter out, NativeHistogram histogram) {
    count.write(out, (long) histogram.count());
    zeroCount.write(out, (long) histogram.zeroCount());
    sum.write(out, histogram.sum());
    writeLater(out, positive, histogram.positive().counts());
    writeLater(out, negative, histogram.negative().counts());
  }

  private static void writeLater(BitWriter out, Twice[] buckets, double[] counts) {
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      long count = (long) counts[i];
      buckets[i].write(out, count - before);
      before = count;
    }
  }

  @Override
  public void writeStale(BitWriter out) {
    VarBits.writeSigned(out, 0);
    VarBits.writeSigned(out, 0);
    sum.write(out, StalenessMarker.VALUE);
  }
}
