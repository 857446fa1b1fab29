package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FloatTextTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0",
    "-0.0, -0, -0, -0",
    "1, 1, 1, 1",
    "-12.5, -12.5, -12.5, -12.5",
    "0.1, 0.1, 0.1, 0.1",
    "1e21, 1000000000000000000000, 1e+21, 1e+21",
    "2.5e20, 250000000000000000000, 250000000000000000000, 2.5e+20",
    "1e-6, 0.000001, 0.000001, 1e-06",
    "1.5e-7, 0.00000015, 1.5e-07, 1.5e-07",
    "0.00005, 0.00005, 0.00005, 5e-05",
    "0.0001, 0.0001, 0.0001, 0.0001",
    "123456, 123456, 123456, 123456",
    "-1234567, -1234567, -1234567, -1.234567e+06",
    "1000000, 1000000, 1000000, 1e+06",
    "1e-7, 0.0000001, 1e-07, 1e-07",
    "4.9e-324, 0.{323}5, 5e-324, 5e-324",
    "2e-323, 0.{322}2, 2e-323, 2e-323",
    "NaN, NaN, NaN, NaN",
    "Infinity, +Inf, +Inf, +Inf",
    "-Infinity, -Inf, -Inf, -Inf",
    "9007199254740993, 9007199254740992, 9007199254740992, 9.007199254740992e+15",
    "1.7976931348623157e-300, 0.{299}17976931348623157, 1.7976931348623157e-300,"
        + " 1.7976931348623157e-300",
  })
  void isWrittenAsGoWritesIt(double value, String plain, String json, String shortest) {
    assertEquals(zeros(plain), FloatText.plain(value));
    assertEquals(json, FloatText.json(value));
    assertEquals(shortest, FloatText.shortest(value));
  }

  /// So many zeros for a number in braces.
  private static String zeros(String text) {
    int open = text.indexOf('{');
    if (open < 0) {
      return text;
    }
    int close = text.indexOf('}');
    int count = Integer.parseInt(text.substring(open + 1, close));
    return text.substring(0, open) + "0".repeat(count) + text.substring(close + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0e+00",
    "-0.0, -0e+00",
    "1, 1e+00",
    "-100, -1e+02",
    "0.0025, 2.5e-03",
    "123456, 1.23456e+05",
    "4.9e-324, 5e-324",
    "1e100, 1e+100",
    "NaN, NaN",
    "-Infinity, -Inf",
  })
  void hasAnExponentWhereItIsAskedFor(double value, String exponential) {
    assertEquals(exponential, FloatText.exponential(value));
  }

  @ParameterizedTest
  @CsvSource({
    "0.254, 0.25",
    "0.255, 0.26",
    "99, 99",
    "123, 1.2e+02",
    "0.00001234, 1.2e-05",
    "-1, -1",
    "0, 0",
    "Infinity, +Inf"
  })
  void isRoundedToTwoDigits(double value, String text) {
    assertEquals(text, FloatText.twoDigits(value));
  }

  @Property
  void readsBackAsTheSameFloat(@ForAll double value) {
    assertEquals(value, Double.parseDouble(FloatText.plain(value)));
    assertEquals(value, Double.parseDouble(FloatText.json(value)));
    assertEquals(value, Double.parseDouble(FloatText.shortest(value)));
  }

  /// JSON is written by moving a point within text; the slow way goes through exact decimals.
  @Property(tries = 20_000)
  void jsonIsPlainWithinItsBounds(
      @ForAll long digits, @ForAll @IntRange(min = -9, max = 24) int e) {
    for (double value :
        new double[] {digits * Math.pow(10, e - 18), digits % 1000 * Math.pow(10, e)}) {
      double absolute = Math.abs(value);
      if (absolute == 0 || (absolute >= 1e-6 && absolute < 1e21)) {
        assertEquals(FloatText.plain(value), FloatText.json(value));
      }
    }
  }
}
