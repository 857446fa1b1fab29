package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
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
    int kind = random.nextInt(5);
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
  void quadraticGrowthIsEqualInItsSecondDifferences() {
    long[] squares = new long[1000];
    Arrays.setAll(squares, i -> (long) i * i);
    ByteWriter out = new ByteWriter();
    write(squares, out);
    assertTrue(out.length() <= 4, () -> out.length() + " bytes");
  }
}
