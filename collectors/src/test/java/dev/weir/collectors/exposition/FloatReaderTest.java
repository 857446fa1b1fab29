package dev.weir.collectors.exposition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.FloatText;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatReaderTest {
  private static double read(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    return FloatReader.read(bytes, 1, bytes.length - 1);
  }

  private static void assertReadsAs(double expected, String text) {
    assertEquals(
        Double.doubleToRawLongBits(expected), Double.doubleToRawLongBits(read(text)), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "1",
        "007",
        "1.",
        ".5",
        "-.5e-3",
        "+3.25",
        "1e5",
        "1E+5",
        "1e-05",
        "9007199254740993",
        "9007199254740993.5",
        "123456789012345678901234567890",
        "4.9e-324",
        "2.2250738585072014e-308",
        "1.7976931348623157e308",
        "1e-400",
        "0e999999999999",
        "0.000000000000000000000000000000000001",
        "100000000000000000000000e-22",
        "8.5e22",
        "1e23"
      })
  void readsWhatJavaReads(String text) {
    assertReadsAs(Double.parseDouble(text), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Inf", "+inf", "INFINITY", "+Infinity"})
  void readsInfinity(String text) {
    assertReadsAs(Double.POSITIVE_INFINITY, text);
    assertReadsAs(Double.NEGATIVE_INFINITY, "-" + text.replace("+", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NaN", "nan", "NAN"})
  void readsEveryNanAsTheNormalOne(String text) {
    assertReadsAs(Double.longBitsToDouble(0x7ff8000000000001L), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "1_000", "0x10", "0x1p4", "1f", "1d",
        " 1", "1 ", "+NaN", "-nan", "infin", "--1", "1e5.5", "1e999", "-1e999", "١"
      })
  void refusesWhatPrometheusRefuses(String text) {
    assertThrows(NumberFormatException.class, () -> read(text), text);
  }

  @Property
  void readsBackEveryDouble(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isFinite(value)) {
      assertReadsAs(value, Double.toString(value));
      assertReadsAs(value, FloatText.plain(value));
      assertReadsAs(value, FloatText.shortest(value));
    }
  }

  @Property
  void roundsShortDecimalsAsJavaDoes(
      @ForAll long digits, @ForAll @IntRange(min = -40, max = 40) int exponent) {
    for (long part : new long[] {digits, digits >> 11, digits >> 32, digits >> 48}) {
      String text = part + "e" + exponent;
      assertReadsAs(Double.parseDouble(text), text);
    }
  }
}
