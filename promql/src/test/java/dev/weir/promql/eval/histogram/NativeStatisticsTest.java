package dev.weir.promql.eval.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.notation.HistogramNotation;
import dev.weir.promql.eval.histogram.NativeStatistics.NanEffect;
import dev.weir.promql.eval.histogram.NativeStatistics.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeStatisticsTest {
  private static NativeStatistics of(String notation) {
    return new NativeStatistics(HistogramNotation.parse(notation));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:4 sum:10 buckets:[0 4]}}                                | 0.5  | 1.4142135623730951
          {{count:4 sum:10 buckets:[0 4]}}                                | 0    | 1
          {{count:4 sum:10 buckets:[0 4]}}                                | 1    | 2
          {{count:4 sum:-10 n_buckets:[0 4]}}                             | 0.5  | -1.4142135623730951
          {{schema:1 count:8 sum:1 buckets:[0 4 4]}}                      | 0.5  | 1.4142135623730951
          {{count:4 sum:0 z_bucket:4 z_bucket_w:0.5}}                     | 0.25 | -0.25
          {{count:8 sum:9 z_bucket:4 z_bucket_w:0.5 buckets:[4]}}         | 0.25 | 0.25
          {{count:8 sum:-9 z_bucket:4 z_bucket_w:0.5 n_buckets:[4]}}      | 0.75 | -0.25
          {{schema:-53 count:8 sum:9 custom_values:[1 3] buckets:[2 4 2]}} | 0.5 | 2
          {{schema:-53 count:8 sum:9 custom_values:[1 3] buckets:[2 4 2]}} | 0.9 | 3
          {{schema:-53 count:8 sum:9 custom_values:[-1 3] buckets:[4 4]}} | 0.25 | -1
          {{count:4 sum:10 buckets:[4]}}                                  | 2    | Infinity
          {{count:4 sum:10 buckets:[4]}}                                  | -2   | -Infinity
          {{count:4 sum:10 buckets:[4]}}                                  | NaN  | NaN
          {{}}                                                            | 0.5  | NaN
          """)
  void findsQuantiles(String notation, double q, double value) {
    assertEquals(value, of(notation).quantile(q).value(), 1e-12);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{count:4 sum:10 buckets:[0 4]}}                                | 1 | 2                  | 1
          {{count:4 sum:10 buckets:[0 4]}}                                | 1 | 1.4142135623730951 | 0.5
          {{count:4 sum:10 buckets:[0 4]}}                                | 2 | 1                  | 0
          {{count:8 sum:0 buckets:[0 4] n_buckets:[0 4]}}                 | -2 | 0                 | 0.5
          {{count:4 sum:0 z_bucket:4 z_bucket_w:0.5}}                     | -0.25 | 0.25           | 0.5
          {{schema:-53 count:8 sum:9 custom_values:[1 3] buckets:[2 4 2]}} | 0 | 2                 | 0.5
          {{count:4 sum:10 buckets:[0 4]}}                                | NaN | 2                | NaN
          {{}}                                                            | 0 | 1                  | NaN
          """)
  void findsFractions(String notation, double from, double to, double fraction) {
    assertEquals(fraction, of(notation).fraction(from, to).value(), 1e-12);
  }

  @Test
  void tellsWhatNanAmongTheObservationsDoes() {
    // Ten observations, two of them NaN: they count, but are in no bucket.
    NativeStatistics statistics = of("{{count:10 sum:NaN buckets:[4 4]}}");
    assertEquals(new Result(Double.NaN, NanEffect.RESULT_IS_NAN), statistics.quantile(0.9));
    assertEquals(NanEffect.RESULT_IS_HIGHER, statistics.quantile(0.5).effect());
    assertEquals(new Result(0.8, NanEffect.EXCLUDED), statistics.fraction(0, 4));
    assertEquals(NanEffect.NONE, of("{{count:8 sum:8 buckets:[4 4]}}").quantile(0.5).effect());
    // Both infinities make the sum NaN as well, but they are in buckets.
    assertEquals(NanEffect.NONE, of("{{count:8 sum:NaN buckets:[4 4]}}").quantile(0.5).effect());
  }

  @Test
  void findsTheVarianceFromTheMiddlesOfBuckets() {
    // Two observations at 1 and two at 3, with a mean of 2.
    assertEquals(
        1,
        of("{{schema:-53 count:4 sum:8 custom_values:[0 2 4] buckets:[0 2 2]}}").variance(),
        1e-12);
    // All at the geometric middle of 1 and 4.
    assertEquals(0, of("{{schema:-1 count:4 sum:8 buckets:[0 4]}}").variance(), 1e-12);
    assertEquals(0, of("{{count:4 sum:0 z_bucket:4 z_bucket_w:1}}").variance());
  }

  @Test
  void theHighestFiniteBucketEndsAtTheLargestFloat() {
    NativeBuckets buckets =
        NativeBuckets.of(HistogramNotation.parse("{{count:3 sum:1 offset:1023 buckets:[1 1 1]}}"));
    assertEquals(0x1p1023, buckets.upper(0));
    assertEquals(Double.MAX_VALUE, buckets.upper(1));
    assertEquals(Double.MAX_VALUE, buckets.lower(2));
    assertEquals(Double.POSITIVE_INFINITY, buckets.upper(2));
  }
}
