package dev.weir.schemas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import java.util.HexFormat;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class NumbersTest {

  @Provide
  Arbitrary<double[]> values() {
    return SampleRecordArbitraries.values();
  }

  @Property(tries = 5000)
  void keepsEveryBit(@ForAll("values") double[] values) {
    assertBitsEqual(values, read(write(values)));
  }

  @Property(tries = 5000)
  void keepsEveryBitOfADecimal(@ForAll long digits, @ForAll short scale) {
    double value = Double.parseDouble(digits + "e" + (scale % 30));
    assertBitsEqual(new double[] {value, -value}, read(write(new double[] {value, -value})));
  }

  @Test
  void writesTheExampleOfItsFormat() {
    assertEquals(
        "0600026504543200" + "00",
        HexFormat.of().formatHex(write(new double[] {42, 0.25, AbsentValue.VALUE})));
  }

  @Test
  void writesShortDecimalsAsDecimals() {
    // One byte of length, one scale, one block count, digits, and two ends.
    assertEquals(5 + 1, write(new double[] {0.1}).length);
    assertEquals(5 + 3, write(new double[] {123.45}).length);
    assertEquals(5 + 6, write(new double[] {1_700_000_000.123}).length);
    assertEquals(5 + 8, write(new double[] {Math.PI}).length);
    assertEquals(4, write(new double[] {StalenessMarker.VALUE}).length);
  }

  @Test
  void refusesScalesThatMeanNothing() {
    AvroWriter out = new AvroWriter(16);
    out.writeBytes(new byte[] {23});
    out.writeBlockEnd();
    out.writeBlockEnd();
    WeirException.Corrupt refused =
        assertThrows(WeirException.Corrupt.class, () -> read(out.toBytes()));
    assertEquals(
        "Avro record, byte 4: scale 23; it is 0 to 22, 100, 101 or 102", refused.getMessage());
  }

  @Test
  void refusesTooFewAndTooManyDigits() {
    for (int digits : new int[] {1, 3}) {
      AvroWriter out = new AvroWriter(16);
      out.writeBytes(new byte[] {0, Numbers.ABSENT, 2});
      out.writeInts(new int[digits]);
      out.writeBlockEnd();
      assertThrows(WeirException.Corrupt.class, () -> read(out.toBytes()));
    }
  }

  private static byte[] write(double[] values) {
    AvroWriter out = new AvroWriter(16);
    Numbers.write(values, out);
    return out.toBytes();
  }

  private static double[] read(byte[] bytes) {
    AvroReader in = new AvroReader(bytes, 0, bytes.length);
    double[] values = Numbers.read(in);
    in.expectEnd();
    return values;
  }

  private static void assertBitsEqual(double[] expected, double[] actual) {
    long[] expectedBits = new long[expected.length];
    long[] actualBits = new long[actual.length];
    for (int i = 0; i < expected.length; i++) {
      expectedBits[i] = Double.doubleToRawLongBits(expected[i]);
    }
    for (int i = 0; i < actual.length; i++) {
      actualBits[i] = Double.doubleToRawLongBits(actual[i]);
    }
    assertArrayEquals(expectedBits, actualBits);
  }
}
