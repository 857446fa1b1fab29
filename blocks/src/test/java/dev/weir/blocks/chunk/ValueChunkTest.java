package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueChunkTest extends ChunkContract<double[]> {
  @Override
  double[] column(int samples, Random random) {
    return OddValues.column(samples, random);
  }

  @Override
  void write(double[] column, ByteWriter out) {
    ValueChunk.write(column, out);
  }

  @Override
  double[] read(ByteReader in, int samples) {
    return ValueChunk.read(in, samples);
  }

  @Override
  String bits(double[] column) {
    return OddValues.bits(column);
  }

  private static String written(double... values) {
    ByteWriter out = new ByteWriter();
    ValueChunk.write(values, out);
    return HexFormat.ofDelimiter(" ").formatHex(out.toByteArray());
  }

  private static int length(double... values) {
    ByteWriter out = new ByteWriter();
    ValueChunk.write(values, out);
    return out.length();
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    assertEquals("21 05 00 00 00 00 00 00 f8 3f", written(1.5, AbsentValue.VALUE, 1.5));
  }

  @Test
  void theExampleOfDecimalsIsWrittenSo() {
    assertEquals("02 01 00 01 02 02", written(0.1, 0.2, 0.3));
  }

  @Test
  void aConstantTakesNineBytesWhateverItsLength() {
    double[] zeros = new double[5760];
    assertEquals(9, length(zeros));
    Arrays.fill(zeros, Double.NaN);
    assertEquals(9, length(zeros));
  }

  @Test
  void aColumnWithoutSamplesTakesTwoBytes() {
    double[] absent = new double[100];
    Arrays.fill(absent, AbsentValue.VALUE);
    assertTrue(length(absent) <= 3, () -> length(absent) + " bytes");
  }

  @Test
  void aSteadyCounterTakesAFewBytes() {
    double[] counter = new double[480];
    Arrays.setAll(counter, i -> 1_000_000 + 15.0 * i);
    assertTrue(length(counter) < 12, () -> length(counter) + " bytes");
  }

  @Test
  void aStalenessMarkerAtTheEndCostsTenBytes() {
    double[] counter = new double[480];
    Arrays.setAll(counter, i -> 1_000_000 + 15.0 * i);
    int without = length(counter);
    counter[479] = StalenessMarker.VALUE;
    int with = length(counter);
    assertTrue(with - without <= 11, () -> "%d and %d bytes".formatted(without, with));
  }

  @Test
  void decimalsTakeTheBitsOfTheirDifferences() {
    Random random = new Random(7);
    double[] seconds = new double[512];
    long hundredths = 123_456;
    for (int i = 0; i < seconds.length; i++) {
      hundredths += random.nextInt(16);
      seconds[i] = hundredths / 100.0;
    }
    // Four bits each, and three bytes a block.
    assertTrue(length(seconds) < 512 * 5 / 8, () -> length(seconds) + " bytes");
  }

  @Test
  void sumsOfDurationsTakeTheirNanosecondsAndLittleMore() {
    Random random = new Random(7);
    double[] sums = new double[480];
    double sum = 0.06;
    for (int i = 0; i < sums.length; i++) {
      sum += random.nextInt(1 << 20) / 1e9;
      sums[i] = sum;
    }
    int length = length(sums);
    // 20 bits of nanoseconds and a few of rounding, in whole bytes.
    assertTrue(length < 480 * 4 + 40, () -> length + " bytes");
  }

  @Test
  void gaugesOfMemoryTakeTheirPages() {
    Random random = new Random(7);
    double[] memory = new double[480];
    Arrays.setAll(memory, i -> 4096.0 * (1_000_000 + random.nextInt(256)));
    assertTrue(length(memory) < 480 + 20, () -> length(memory) + " bytes");
  }

  @Test
  void anUnknownEncodingIsRefused() {
    WeirException.Corrupt e =
        assertThrows(
            WeirException.Corrupt.class,
            () -> ValueChunk.read(new ByteReader(new byte[] {0x0e}, "block, frame"), 3));
    assertEquals(
        "block, frame, byte 1 of 1: value encoding 14 is not known; encodings are 0 to 4",
        e.getMessage());
  }
}
