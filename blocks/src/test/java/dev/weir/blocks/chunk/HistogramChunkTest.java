package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HistogramChunkTest extends ChunkContract<@Nullable NativeHistogram[]> {
  @Override
  @Nullable NativeHistogram[] column(int samples, Random random) {
    @Nullable NativeHistogram[] histograms = new @Nullable NativeHistogram[samples];
    boolean sparse = random.nextBoolean();
    NativeHistogram shape = shape(random);
    for (int i = 0; i < samples; i++) {
      if (random.nextInt(20) == 0) {
        shape = shape(random);
      }
      if (!sparse || random.nextInt(3) > 0) {
        histograms[i] = refilled(shape, random);
      }
    }
    return histograms;
  }

  private static NativeHistogram shape(Random random) {
    boolean custom = random.nextInt(3) == 0;
    double[] bounds = custom ? new double[1 + random.nextInt(4)] : new double[0];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = i == 0 ? -0.0 : i * 0.25;
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        custom ? NativeHistogram.CUSTOM_BUCKETS_SCHEMA : random.nextInt(13) - 4,
        custom ? 0 : 1e-128 * random.nextInt(3),
        0,
        0,
        0,
        buckets(random, custom ? bounds.length + 1 : 5),
        custom ? Buckets.NONE : buckets(random, 3),
        bounds);
  }

  private static Buckets buckets(Random random, int most) {
    int spans = random.nextInt(3);
    int[] offsets = new int[spans];
    int[] lengths = new int[spans];
    for (int i = 0; i < spans; i++) {
      offsets[i] = i == 0 ? random.nextInt(200) - 100 : random.nextInt(4);
      lengths[i] = random.nextInt(most);
    }
    return new Buckets(offsets, lengths, new double[Arrays.stream(lengths).sum()]);
  }

  private static NativeHistogram refilled(NativeHistogram shape, Random random) {
    double odd = OddValues.column(1, random)[0];
    return new NativeHistogram(
        ResetHint.ofCode(random.nextInt(4)),
        shape.schema(),
        shape.zeroThreshold(),
        shape.hasCustomBuckets() ? 0 : random.nextInt(10),
        random.nextInt(1000),
        random.nextInt(5) == 0 ? odd : random.nextDouble(),
        refilled(shape.positive(), random),
        refilled(shape.negative(), random),
        shape.customBounds());
  }

  private static Buckets refilled(Buckets shape, Random random) {
    double[] counts = new double[shape.counts().length];
    Arrays.setAll(counts, _ -> random.nextInt(50));
    return new Buckets(shape.offsets(), shape.lengths(), counts);
  }

  @Override
  void write(@Nullable NativeHistogram[] column, ByteWriter out) {
    HistogramChunk.write(column, out);
  }

  @Override
  @Nullable NativeHistogram[] read(ByteReader in, int samples) {
    return HistogramChunk.read(in, samples);
  }

  @Override
  String bits(@Nullable NativeHistogram[] column) {
    StringBuilder text = new StringBuilder();
    for (NativeHistogram histogram : column) {
      text.append(histogram).append(' ');
      if (histogram != null) {
        text.append(Long.toHexString(Double.doubleToRawLongBits(histogram.sum()))).append('\n');
      }
    }
    return text.toString();
  }

  private static final NativeHistogram EXAMPLE =
      new NativeHistogram(
          ResetHint.NOT_RESET,
          3,
          0.5,
          2,
          6,
          18.5,
          new Buckets(new int[] {-2}, new int[] {1}, new double[] {4}),
          Buckets.NONE,
          new double[0]);

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    HistogramChunk.write(new @Nullable NativeHistogram[] {EXAMPLE, EXAMPLE}, out);
    assertEquals(
        "00 02 06 00 00 00 00 00 00 e0 3f 01 03 01 00 00 00 04"
            + " 01 00 00 00 00 00 00 18 40 01 00 00 00 00 00 80 32 40"
            + " 01 00 00 00 00 00 00 00 40 01 00 00 00 00 00 00 10 40",
        HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }

  @Test
  void histogramsOfOneShapeShareIt() {
    @Nullable NativeHistogram[] histograms = new @Nullable NativeHistogram[480];
    for (int i = 0; i < histograms.length; i++) {
      double[] counts = new double[20];
      int at = i;
      Arrays.setAll(counts, bucket -> at * (bucket + 1.0));
      histograms[i] =
          new NativeHistogram(
              ResetHint.UNKNOWN,
              3,
              1e-128,
              0,
              i * 210.0,
              i * 3.5,
              new Buckets(new int[] {-5}, new int[] {20}, counts),
              Buckets.NONE,
              new double[0]);
    }
    ByteWriter out = new ByteWriter();
    HistogramChunk.write(histograms, out);
    assertTrue(out.length() < 300, () -> out.length() + " bytes");
  }
}
