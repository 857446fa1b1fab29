package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DecimalEncodingTest {
  /// Decimals of every exponent, of which at most one in eight is something else.
  private static double[] column(int samples, Random random, double ulps) {
    double[] values = new double[samples];
    int exponent = random.nextInt(10);
    double power = Math.pow(10, exponent);
    long level = random.nextInt(1_000_000);
    for (int i = 0; i < samples; i++) {
      level += random.nextInt(2000) - 200;
      double value = level / power;
      values[i] = value + ulps * random.nextInt(3) * Math.ulp(value);
    }
    double[] odd = OddValues.column(samples, random);
    for (int i = random.nextInt(9); i < samples; i += 9 + random.nextInt(20)) {
      values[i] = odd[i];
    }
    return values;
  }

  private static String hex(DecimalEncoding encoding) {
    ByteWriter out = new ByteWriter();
    encoding.write(out);
    return HexFormat.ofDelimiter(" ").formatHex(out.toByteArray());
  }

  @Test
  void onePreciseValueDoesNotMakeTheLargerOnesExceptions() {
    double[] values = new double[100];
    for (int i = 0; i < values.length; i++) {
      values[i] = (860_000 + 7 * i) / 10_000.0;
    }
    // Sixteen places, as many as 86.07 has no room for.
    values[0] = 0.6624860940255161;
    DecimalEncoding decimal = DecimalEncoding.of(values);
    assertNotNull(decimal);
    assertEquals(4, decimal.exponent());
  }

  @Nested
  class Exact extends EncodingContract {
    @Override
    double[] column(int samples, Random random) {
      return DecimalEncodingTest.column(samples, random, 0);
    }

    @Override
    @Nullable DecimalEncoding encode(double[] column) {
      return DecimalEncoding.of(column);
    }

    @Override
    double[] read(ByteReader in, int samples) {
      double[] values = new double[samples];
      if (samples > 0) {
        DecimalEncoding.read(in, samples, new long[samples], values, 0);
      }
      return values;
    }
  }

  @Nested
  class Near extends EncodingContract {
    @Override
    double[] column(int samples, Random random) {
      return DecimalEncodingTest.column(samples, random, 1);
    }

    @Override
    @Nullable DecimalEncoding encode(double[] column) {
      return DecimalEncoding.near(column);
    }

    @Override
    double[] read(ByteReader in, int samples) {
      double[] values = new double[samples];
      if (samples > 0) {
        DecimalEncoding.readNear(in, samples, new long[samples], values, 0);
      }
      return values;
    }

    @Test
    void theExampleOfTheFormatIsWrittenSo() {
      DecimalEncoding near = DecimalEncoding.near(new double[] {15.761, 15.761000000000001});
      assertNotNull(near);
      assertEquals("03 00 00 a2 f6 01 01 00 02", hex(near));
    }

    @Test
    void randomBitsAreNoDecimals() {
      double[] values = new double[100];
      Random random = new Random(5);
      for (int i = 0; i < values.length; i++) {
        values[i] = Double.longBitsToDouble(random.nextLong());
      }
      assertNull(DecimalEncoding.near(values));
      assertNull(DecimalEncoding.of(values));
    }

    @Test
    void measurementsThatArePlainDoublesAreNoDecimals() {
      double[] values = new double[100];
      Random random = new Random(5);
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextGaussian();
      }
      assertNull(DecimalEncoding.near(values));
    }
  }

  abstract static class EncodingContract extends ChunkContract<double[]> {
    abstract @Nullable DecimalEncoding encode(double[] column);

    @Override
    void write(double[] column, ByteWriter out) {
      if (column.length > 0) {
        DecimalEncoding encoding = encode(column);
        assertNotNull(encoding, () -> "decimals: " + java.util.Arrays.toString(column));
        encoding.write(out);
      }
    }

    @Override
    String bits(double[] column) {
      return OddValues.bits(column);
    }
  }
}
