package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LongColumnTest extends ChunkContract<long[]> {
  @Override
  long[] column(int samples, Random random) {
    long[] values = new long[samples];
    int bits = random.nextInt(64);
    int kind = random.nextInt(8);
    long level = random.nextLong();
    long slope = random.nextInt(1000);
    for (int i = 0; i < samples; i++) {
      long noise = random.nextLong() >>> bits;
      values[i] =
          switch (kind) {
            case 0 -> noise;
            case 1 -> level + noise;
            case 2 -> level += noise;
            case 3 -> level += slope += noise;
            case 4 -> slope * 4096 * random.nextInt(300);
            case 5 -> level + slope * random.nextInt(70_000);
            case 6 -> level += 512L * (random.nextInt(100) - 50);
            default -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE;
          };
    }
    return values;
  }

  @Override
  void write(long[] column, ByteWriter out) {
    LongColumn.of(column, column.length).write(out);
  }

  @Override
  long[] read(ByteReader in, int samples) {
    long[] values = new long[samples];
    LongColumn.read(in, samples, values);
    return values;
  }

  @Override
  String bits(long[] column) {
    return Arrays.toString(column);
  }

  @Property
  void anyIntegersComeBack(@ForAll long[] values) {
    ByteWriter out = new ByteWriter();
    write(values, out);
    assertArrayEquals(values, read(new ByteReader(out.toByteArray(), "longs"), values.length));
  }

  @Property
  void writingDoesNotChangeTheInput(@ForAll long[] values) {
    long[] copy = values.clone();
    write(values, new ByteWriter());
    assertArrayEquals(copy, values);
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    write(new long[] {1000, 1015, 1030, 1045}, out);
    assertEquals("01 d0 0f 1e", HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }

  @Test
  void theExampleOfStepsIsReadSo() {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex("40 00 80 20 01 00 01 00 03");
    assertArrayEquals(new long[] {0, 4096, 0, 12288}, read(new ByteReader(bytes, "longs"), 4));
  }

  @Test
  void thePackingsAreTaken() {
    Random random = new Random(3);
    long[] pages = new long[500];
    long[] level = new long[500];
    long[] steady = new long[500];
    for (int i = 0; i < 500; i++) {
      pages[i] = i == 0 ? 0 : pages[i - 1] + 4096L * (random.nextInt(200) - 100);
      level[i] = 1_000_000 + (long) (-20 * Math.log(random.nextDouble()));
      steady[i] = (long) (30 * random.nextGaussian());
    }
    assertEquals(3, packing(pages));
    assertEquals(4, packing(level));
    assertEquals(2, packing(steady));
    assertEquals(0, packing(new long[] {1, 2, 3}));
    assertEquals(1, packing(new long[] {1, 5, 3, 2, 2, 4, 1, 1, 3, 5, 5, 2}));
  }

  private int packing(long[] values) {
    ByteWriter out = new ByteWriter();
    write(values, out);
    return out.array()[0] >>> 4;
  }

  @Test
  void anUnknownPackingIsRefused() {
    ByteReader in = new ByteReader(new byte[] {0x50, 0, 0}, "longs");
    assertEquals(
        "longs, byte 1 of 3: packing 5 is not known; packings are 0 to 4",
        assertThrows(WeirException.Corrupt.class, () -> read(in, 2)).getMessage());
  }

  @Test
  void quadraticGrowthIsEqualInItsSecondDifferences() {
    long[] squares = new long[1000];
    Arrays.setAll(squares, i -> (long) i * i);
    ByteWriter out = new ByteWriter();
    write(squares, out);
    assertTrue(out.length() <= 4, () -> out.length() + " bytes");
  }
}
