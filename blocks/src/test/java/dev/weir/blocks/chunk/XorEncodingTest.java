package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class XorEncodingTest extends ChunkContract<double[]> {
  @Override
  double[] column(int samples, Random random) {
    return OddValues.column(samples, random);
  }

  @Override
  void write(double[] column, ByteWriter out) {
    if (column.length > 0) {
      XorEncoding.of(column).write(out);
    }
  }

  @Override
  double[] read(ByteReader in, int samples) {
    double[] values = new double[samples];
    if (samples > 0) {
      XorEncoding.read(in, samples, new long[samples], values, 0);
    }
    return values;
  }

  @Override
  String bits(double[] column) {
    return OddValues.bits(column);
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    write(new double[] {1.0, 1.5}, out);
    assertEquals(
        "00 00 00 00 00 00 f0 3f 40 08", HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }
}
