package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.WeirException;
import java.util.Arrays;

/// What all histograms of a chunk share: everything but the counts.
///
/// ```
/// Layout => ZeroThreshold Schema:signed Spans Spans Bounds?
/// Spans  => Count:unsigned (Length:unsigned Offset:signed)*
/// Bounds => Count:unsigned Bound*
/// Bound  => Thousandths:unsigned | 0 Value:64
/// ZeroThreshold => 0:8 | Exponent:8 | 255:8 Value:64
/// ```
///
/// Signed and unsigned are those of [VarBits]. *Spans* are first the positive, then the negative.
/// *Bounds* are there for custom buckets alone; a bound that is a number of thousandths up to
/// 33,554,430 is stored as that number plus one. *Exponent* `e` stands for a threshold of `2^(e -
/// 244)`.
record HistogramLayout(
    double zeroThreshold,
    int schema,
    int[] positiveOffsets,
    int[] positiveLengths,
    int[] negativeOffsets,
    int[] negativeLengths,
    double[] customBounds) {
  private static final int MAX_SPANS = 1 << 20;
  private static final int MAX_THOUSANDTHS = 33_554_430;
  private static final int WHOLE_THRESHOLD = 255;
  private static final int EXPONENT_OFFSET = 244;
  private static final int[] NONE = {};

  /// Of a chunk that begins with a staleness marker.
  static final HistogramLayout EMPTY =
      new HistogramLayout(0, 0, NONE, NONE, NONE, NONE, new double[0]);

  static HistogramLayout of(NativeHistogram histogram) {
    return new HistogramLayout(
        histogram.zeroThreshold(),
        histogram.schema(),
        histogram.positive().offsets(),
        histogram.positive().lengths(),
        histogram.negative().offsets(),
        histogram.negative().lengths(),
        histogram.customBounds());
  }

  boolean isOf(NativeHistogram histogram) {
    return same(zeroThreshold, histogram.zeroThreshold())
        && schema == histogram.schema()
        && Arrays.equals(positiveOffsets, histogram.positive().offsets())
        && Arrays.equals(positiveLengths, histogram.positive().lengths())
        && Arrays.equals(negativeOffsets, histogram.negative().offsets())
        && Arrays.equals(negativeLengths, histogram.negative().lengths())
        && Arrays.equals(customBounds, histogram.customBounds());
  }

  private static boolean same(double a, double b) {
    return Double.doubleToRawLongBits(a) == Double.doubleToRawLongBits(b);
  }

  int positiveBuckets() {
    return Arrays.stream(positiveLengths).sum();
  }

  int negativeBuckets() {
    return Arrays.stream(negativeLengths).sum();
  }

  NativeHistogram with(
      NativeHistogram.ResetHint hint,
      double count,
      double zeroCount,
      double sum,
      double[] positive,
      double[] negative) {
    return new NativeHistogram(
        hint,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        new Buckets(positiveOffsets, positiveLengths, positive),
        new Buckets(negativeOffsets, negativeLengths, negative),
        customBounds);
  }

  void write(BitWriter out) {
    writeZeroThreshold(out);
    VarBits.writeSigned(out, schema);
    writeSpans(out, positiveOffsets, positiveLengths);
    writeSpans(out, negativeOffsets, negativeLengths);
    if (schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA) {
      VarBits.writeUnsigned(out, customBounds.length);
      for (double bound : customBounds) {
        writeBound(out, bound);
      }
    }
  }

  private void writeZeroThreshold(BitWriter out) {
    int exponent = Math.getExponent(zeroThreshold) + EXPONENT_OFFSET;
    if (same(zeroThreshold, 0)) {
      out.writeBits(0, 8);
    } else if (exponent > 0
        && exponent < WHOLE_THRESHOLD
        && same(zeroThreshold, Math.scalb(1.0, exponent - EXPONENT_OFFSET))) {
      out.writeBits(exponent, 8);
    } else {
      out.writeBits(WHOLE_THRESHOLD, 8);
      out.writeDouble(zeroThreshold);
    }
  }

  private static void writeSpans(BitWriter out, int[] offsets, int[] lengths) {
    VarBits.writeUnsigned(out, offsets.length);
    for (int i = 0; i < offsets.length; i++) {
      VarBits.writeUnsigned(out, lengths[i]);
      VarBits.writeSigned(out, offsets[i]);
    }
  }

  private static void writeBound(BitWriter out, double bound) {
    double thousandths = Math.rint(bound * 1000);
    if (thousandths >= 0 && thousandths <= MAX_THOUSANDTHS && same(thousandths / 1000, bound)) {
      VarBits.writeUnsigned(out, (long) thousandths + 1);
    } else {
      out.writeBit(false);
      out.writeDouble(bound);
    }
  }

  static HistogramLayout read(BitReader in) {
    double zeroThreshold = readZeroThreshold(in);
    long schema = VarBits.readSigned(in);
    boolean custom = schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
    if (!custom && (schema < -9 || schema > 52)) {
      throw in.corrupt(
          "histogram schema %d is not known; use -4 to 8, or %d for custom buckets"
              .formatted(schema, NativeHistogram.CUSTOM_BUCKETS_SCHEMA));
    }
    Spans positive = readSpans(in);
    Spans negative = readSpans(in);
    double[] bounds = new double[custom ? readCount(in, "custom bounds") : 0];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = readBound(in);
    }
    return new HistogramLayout(
        zeroThreshold,
        (int) schema,
        positive.offsets,
        positive.lengths,
        negative.offsets,
        negative.lengths,
        bounds);
  }

  private static double readZeroThreshold(BitReader in) {
    int exponent = (int) in.readBits(8);
    return switch (exponent) {
      case 0 -> 0;
      case WHOLE_THRESHOLD -> in.readDouble();
      default -> Math.scalb(1.0, exponent - EXPONENT_OFFSET);
    };
  }

  private record Spans(int[] offsets, int[] lengths) {}

  private static Spans readSpans(BitReader in) {
    int count = readCount(in, "spans");
    int[] offsets = new int[count];
    int[] lengths = new int[count];
    long buckets = 0;
    for (int i = 0; i < count; i++) {
      lengths[i] = readCount(in, "buckets of a span");
      long offset = VarBits.readSigned(in);
      if (offset != (int) offset) {
        throw in.corrupt("a span has offset %d, which no histogram has".formatted(offset));
      }
      offsets[i] = (int) offset;
      buckets += lengths[i];
    }
    // Each bucket takes a bit a sample, so this is known to be too much before it takes memory.
    if (buckets > in.remainingBits()) {
      throw in.corrupt(
          "spans have %d buckets, and %d bits follow".formatted(buckets, in.remainingBits()));
    }
    return new Spans(offsets, lengths);
  }

  private static int readCount(BitReader in, String what) {
    long count = VarBits.readUnsigned(in);
    if (count < 0 || count > Math.min(MAX_SPANS, in.remainingBits())) {
      throw in.corrupt(
          "the number of %s is %s, and %d bits follow"
              .formatted(what, Long.toUnsignedString(count), in.remainingBits()));
    }
    return (int) count;
  }

  private static double readBound(BitReader in) {
    long thousandths = VarBits.readUnsigned(in);
    return thousandths == 0 ? in.readDouble() : (thousandths - 1) / 1000.0;
  }

  /// What a constructor of the model refuses is damage here.
  static WeirException.Corrupt impossible(BitReader in, WeirException.BadData e) {
    return in.corrupt(e.getMessage(), e);
  }
}
