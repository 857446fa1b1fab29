package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.WeirException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The native histograms of one series, one for each timestamp of its group, or none.
///
/// ```
/// Histograms => Form:u8 Presence Run*
/// Run        => Length:uvarint Shape Hints:Longs Columns
/// Shape      => Schema:varint ZeroThreshold:u64 Spans Spans Bounds
/// Spans      => Count:uvarint (Offset:varint Length:uvarint)*     positive, then negative
/// Bounds     => Count:uvarint u64*
/// Columns    => Count Sum ZeroCount Bucket*                       each a value chunk
/// ```
///
/// *Form* is the form of [Presence]. A run is a row of histograms of one shape: the same schema,
/// zero threshold, spans and custom bounds, to the bit. Its columns are chunks as of [ValueChunk],
/// of *Length* values each: the number of observations, their sum, the zero bucket, then bucket by
/// bucket, the positive first. *Hints* are codes of reset hints, in the form of [LongColumn].
///
/// Version 1 of the block format is the first version.
public final class HistogramChunk {
  /// Buckets of one histogram, so that a damaged span cannot ask for all memory.
  static final int MAX_BUCKETS = 1 << 20;

  /// Buckets times histograms of one run, for the same reason; the writer begins another run.
  static final int MAX_RUN_COUNTS = 1 << 24;

  private HistogramChunk() {}

  /// Writes a column: an element for each timestamp, null where there is no histogram.
  public static void write(@Nullable NativeHistogram[] histograms, ByteWriter out) {
    Presence presence = Presence.of(histograms.length, i -> histograms[i] != null);
    out.writeByte(presence.form());
    presence.write(out);
    NativeHistogram[] present = new NativeHistogram[presence.present()];
    int count = 0;
    for (NativeHistogram histogram : histograms) {
      if (histogram != null) {
        present[count++] = histogram;
      }
    }
    for (int from = 0; from < count; ) {
      int to = from + 1;
      int end = (int) Math.min(count, (long) from + maxRunLength(present[from]));
      while (to < end && sameShape(present[from], present[to])) {
        to++;
      }
      writeRun(Arrays.copyOfRange(present, from, to), out);
      from = to;
    }
  }

  private static int maxRunLength(NativeHistogram shape) {
    int buckets = shape.positive().counts().length + shape.negative().counts().length;
    return Math.max(1, MAX_RUN_COUNTS / Math.max(1, buckets));
  }

  private static boolean sameShape(NativeHistogram a, NativeHistogram b) {
    return a.schema() == b.schema()
        && Double.doubleToRawLongBits(a.zeroThreshold())
            == Double.doubleToRawLongBits(b.zeroThreshold())
        && sameSpans(a.positive(), b.positive())
        && sameSpans(a.negative(), b.negative())
        && sameBits(a.customBounds(), b.customBounds());
  }

  private static boolean sameSpans(Buckets a, Buckets b) {
    return Arrays.equals(a.offsets(), b.offsets()) && Arrays.equals(a.lengths(), b.lengths());
  }

  private static boolean sameBits(double[] a, double[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (Double.doubleToRawLongBits(a[i]) != Double.doubleToRawLongBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  private static void writeRun(NativeHistogram[] run, ByteWriter out) {
    NativeHistogram shape = run[0];
    out.writeUvarint(run.length).writeVarint(shape.schema());
    out.writeU64(Double.doubleToRawLongBits(shape.zeroThreshold()));
    writeSpans(shape.positive(), out);
    writeSpans(shape.negative(), out);
    out.writeUvarint(shape.customBounds().length);
    for (double bound : shape.customBounds()) {
      out.writeU64(Double.doubleToRawLongBits(bound));
    }
    long[] hints = new long[run.length];
    for (int i = 0; i < run.length; i++) {
      hints[i] = run[i].resetHint().code();
    }
    LongColumn.of(hints, run.length).write(out);
    double[] column = new double[run.length];
    for (int i = 0; i < run.length; i++) {
      column[i] = run[i].count();
    }
    ValueChunk.write(column, out);
    for (int i = 0; i < run.length; i++) {
      column[i] = run[i].sum();
    }
    ValueChunk.write(column, out);
    for (int i = 0; i < run.length; i++) {
      column[i] = run[i].zeroCount();
    }
    ValueChunk.write(column, out);
    for (int bucket = 0; bucket < shape.positive().counts().length; bucket++) {
      for (int i = 0; i < run.length; i++) {
        column[i] = run[i].positive().counts()[bucket];
      }
      ValueChunk.write(column, out);
    }
    for (int bucket = 0; bucket < shape.negative().counts().length; bucket++) {
      for (int i = 0; i < run.length; i++) {
        column[i] = run[i].negative().counts()[bucket];
      }
      ValueChunk.write(column, out);
    }
  }

  private static void writeSpans(Buckets buckets, ByteWriter out) {
    out.writeUvarint(buckets.offsets().length);
    for (int span = 0; span < buckets.offsets().length; span++) {
      out.writeVarint(buckets.offsets()[span]).writeUvarint(buckets.lengths()[span]);
    }
  }

  public static @Nullable NativeHistogram[] read(ByteReader in, int samples) {
    Presence presence = Presence.read(in, in.readByte(), samples);
    NativeHistogram[] present = new NativeHistogram[presence.present()];
    for (int from = 0; from < present.length; ) {
      int length = in.readCount("length of a run of histograms", present.length - from);
      if (length == 0) {
        throw in.corrupt("a run of histograms is empty");
      }
      readRun(in, present, from, length);
      from += length;
    }
    @Nullable NativeHistogram[] histograms = new @Nullable NativeHistogram[samples];
    presence.forEachPresentRun(
        (from, length, rank) -> System.arraycopy(present, rank, histograms, from, length));
    return histograms;
  }

  private static void readRun(ByteReader in, NativeHistogram[] out, int from, int length) {
    long schema = in.readVarint();
    if (schema != (int) schema) {
      throw in.corrupt("histogram schema %d is no 32-bit number".formatted(schema));
    }
    double zeroThreshold = Double.longBitsToDouble(in.readU64());
    int[][] positive = readSpans(in);
    int[][] negative = readSpans(in);
    double[] bounds = new double[in.readCountOfRemaining("number of bounds", Long.BYTES)];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = Double.longBitsToDouble(in.readU64());
    }
    long[] hints = new long[length];
    LongColumn.read(in, length, hints);
    double[] counts = ValueChunk.read(in, length);
    double[] sums = ValueChunk.read(in, length);
    double[] zeroCounts = ValueChunk.read(in, length);
    double[][] positiveCounts = readBuckets(in, positive, length);
    double[][] negativeCounts = readBuckets(in, negative, length);
    for (int i = 0; i < length; i++) {
      try {
        out[from + i] =
            new NativeHistogram(
                ResetHint.ofCode(Math.toIntExact(hints[i])),
                (int) schema,
                zeroThreshold,
                zeroCounts[i],
                counts[i],
                sums[i],
                new Buckets(positive[0], positive[1], positiveCounts[i]),
                new Buckets(negative[0], negative[1], negativeCounts[i]),
                bounds);
      } catch (WeirException.BadData | ArithmeticException e) {
        throw new WeirException.Corrupt(in.corrupt("a histogram is not possible").getMessage(), e);
      }
    }
  }

  /// Offsets and lengths.
  private static int[][] readSpans(ByteReader in) {
    int count = in.readCountOfRemaining("number of spans", 2);
    int[][] spans = new int[2][count];
    int buckets = 0;
    for (int span = 0; span < count; span++) {
      long offset = in.readVarint();
      if (offset != (int) offset) {
        throw in.corrupt("span offset %d is no 32-bit number".formatted(offset));
      }
      spans[0][span] = (int) offset;
      spans[1][span] = in.readCount("length of a span", MAX_BUCKETS - buckets);
      buckets += spans[1][span];
    }
    return spans;
  }

  /// Counts by histogram, then bucket.
  private static double[][] readBuckets(ByteReader in, int[][] spans, int length) {
    int buckets = Arrays.stream(spans[1]).sum();
    if (buckets > in.remaining()) {
      throw in.corrupt(
          "%d buckets need as many bytes, %d are left".formatted(buckets, in.remaining()));
    }
    if (length > 1 && (long) length * buckets > MAX_RUN_COUNTS) {
      throw in.corrupt(
          "a run of %d histograms has %d buckets; together at most %d are right"
              .formatted(length, buckets, MAX_RUN_COUNTS));
    }
    double[][] counts = new double[length][buckets];
    for (int bucket = 0; bucket < buckets; bucket++) {
      double[] column = ValueChunk.read(in, length);
      for (int i = 0; i < length; i++) {
        counts[i][bucket] = column[i];
      }
    }
    return counts;
  }
}
