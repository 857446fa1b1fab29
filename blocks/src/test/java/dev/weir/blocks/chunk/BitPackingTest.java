package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitPackingTest {
  @Test
  void everyWidthComesBackAtTheEndOfAnArrayAndInItsMiddle() {
    Random random = new Random(3);
    for (int width = 0; width <= 64; width++) {
      for (int count = 0; count < 40; count++) {
        long minimum = random.nextLong();
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
          values[i] = minimum + (width == 0 ? 0 : random.nextLong() >>> (64 - width));
        }
        ByteWriter out = new ByteWriter();
        BitPacking.pack(values, 0, count, minimum, width, out);
        assertEquals(BitPacking.packedLength(count, width), out.length());
        int end = out.length();
        assertArrayEquals(values, unpacked(out.toByteArray(), end, count, width, minimum));
        out.writeU64(-1).writeU64(-1);
        assertArrayEquals(values, unpacked(out.toByteArray(), end, count, width, minimum));
      }
    }
  }

  private static long[] unpacked(byte[] bytes, int end, int count, int width, long minimum) {
    ByteReader in = new ByteReader(bytes, 0, end, "bits");
    long[] values = new long[count];
    BitPacking.unpack(in, count, width, minimum, values, 0);
    in.expectEnd();
    return values;
  }
}
