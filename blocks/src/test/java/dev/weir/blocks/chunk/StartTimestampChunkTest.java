package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StartTimestampChunkTest extends ChunkContract<long[]> {
  @Override
  long[] column(int samples, Random random) {
    long[] starts = new long[samples];
    long start = random.nextBoolean() ? 0 : 1_700_000_000_000L;
    for (int i = 0; i < samples; i++) {
      if (random.nextInt(40) == 0) {
        start = random.nextBoolean() ? random.nextLong() : start + random.nextInt(100_000);
      }
      starts[i] = start;
    }
    return starts;
  }

  @Override
  void write(long[] column, ByteWriter out) {
    StartTimestampChunk.write(column, out);
  }

  @Override
  long[] read(ByteReader in, int samples) {
    return StartTimestampChunk.read(in, samples);
  }

  @Override
  String bits(long[] column) {
    return Arrays.toString(column);
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    long[] starts = new long[4];
    Arrays.fill(starts, 1_700_000_000_000L);
    ByteWriter out = new ByteWriter();
    StartTimestampChunk.write(starts, out);
    assertEquals("00 80 a0 ab fe f9 62", HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }
}
