package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampChunkTest extends ChunkContract<long[]> {
  @Override
  long[] column(int samples, Random random) {
    long[] timestamps = new long[samples];
    int kind = random.nextInt(4);
    long at = kind == 0 ? -5_000_000 : 1_700_000_000_000L;
    for (int i = 0; i < samples; i++) {
      timestamps[i] = at;
      at +=
          switch (kind) {
            case 0 -> 15_000;
            case 1 -> 14_995 + random.nextInt(10);
            case 2 -> random.nextInt(50) == 0 ? 3_600_000 : 15_000;
            default -> 1 + (random.nextLong() >>> (1 + random.nextInt(60))) / (samples + 1);
          };
    }
    if (kind == 3 && samples > 1 && random.nextBoolean()) {
      timestamps[0] = Long.MIN_VALUE;
      timestamps[samples - 1] = Long.MAX_VALUE;
    }
    return timestamps;
  }

  @Override
  void write(long[] column, ByteWriter out) {
    TimestampChunk.write(column, out);
  }

  @Override
  long[] read(ByteReader in, int samples) {
    return TimestampChunk.read(in);
  }

  @Override
  String bits(long[] column) {
    return Arrays.toString(column);
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    TimestampChunk.write(new long[] {1000, 1015, 1030, 1045}, out);
    assertEquals("04 01 d0 0f 1e", HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }

  @Test
  void aSteadyIntervalTakesAFewBytes() {
    long[] timestamps = new long[5760];
    Arrays.setAll(timestamps, i -> 1_700_000_000_000L + 15_000L * i);
    ByteWriter out = new ByteWriter();
    TimestampChunk.write(timestamps, out);
    assertTrue(out.length() <= 12, () -> out.length() + " bytes");
  }

  @Test
  void timestampsThatDoNotAscendAreRefused() {
    ByteWriter out = new ByteWriter();
    out.writeUvarint(3);
    LongColumn.of(new long[] {1, 5, 5}, 3).write(out);
    WeirException.Corrupt e =
        assertThrows(
            WeirException.Corrupt.class,
            () -> TimestampChunk.read(new ByteReader(out.toByteArray(), "a chunk")));
    assertTrue(
        e.getMessage().endsWith("timestamp 2 is 5, after 5; timestamps ascend"), e.getMessage());
  }

  @Test
  void moreTimestampsThanAChunkHoldsAreRefused() {
    assertThrows(
        WeirException.LimitExceeded.class,
        () -> TimestampChunk.write(new long[ChunkLimits.MAX_SAMPLES + 1], new ByteWriter()));
    ByteWriter out = new ByteWriter().writeUvarint(ChunkLimits.MAX_SAMPLES + 1L);
    assertThrows(
        WeirException.Corrupt.class,
        () -> TimestampChunk.read(new ByteReader(out.toByteArray(), "a chunk")));
  }
}
