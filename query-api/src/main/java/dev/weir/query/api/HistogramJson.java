package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.FloatText;
import dev.weir.model.NativeHistogram;
import java.io.IOException;

/// Native histograms as Prometheus's API writes them: count, sum, and every bucket that holds
/// something, from the lowest to the highest.
///
/// ```
/// {"count":"3","sum":"4.5","buckets":[[Rule,"lower","upper","count"],…]}
/// ```
///
/// *Rule* says which bounds belong to the bucket: 0 the upper, 1 the lower, 2 neither, 3 both.
final class HistogramJson {
  private static final int UPPER_INCLUSIVE = 0;
  private static final int LOWER_INCLUSIVE = 1;
  private static final int BOTH_INCLUSIVE = 3;

  private HistogramJson() {}

  static void write(JsonGenerator json, NativeHistogram histogram) throws IOException {
    json.writeStartObject();
    json.writeStringField("count", FloatText.json(histogram.count()));
    json.writeStringField("sum", FloatText.json(histogram.sum()));
    boolean any = writeNegative(json, histogram, false);
    if (histogram.zeroCount() != 0) {
      double threshold = histogram.zeroThreshold();
      writeBucket(json, any, BOTH_INCLUSIVE, -threshold, threshold, histogram.zeroCount());
      any = true;
    }
    any = writePositive(json, histogram, any);
    if (any) {
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static boolean writePositive(
      JsonGenerator json, NativeHistogram histogram, boolean started) throws IOException {
    NativeHistogram.Buckets buckets = histogram.positive();
    boolean any = started;
    int index = 0;
    int place = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++, index++, place++) {
        double count = buckets.counts()[place];
        if (count != 0) {
          // The lowest custom bucket starts at -Inf and includes it.
          int rule = histogram.hasCustomBuckets() && index == 0 ? BOTH_INCLUSIVE : UPPER_INCLUSIVE;
          double lower = histogram.upperBound(index - 1);
          writeBucket(json, any, rule, lower, histogram.upperBound(index), count);
          any = true;
        }
      }
    }
    return any;
  }

  /// The negative side runs from the bucket with the largest absolute values towards zero.
  private static boolean writeNegative(
      JsonGenerator json, NativeHistogram histogram, boolean started) throws IOException {
    NativeHistogram.Buckets buckets = histogram.negative();
    int index = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span] + buckets.lengths()[span];
    }
    boolean any = started;
    int place = buckets.counts().length;
    for (int span = buckets.offsets().length - 1; span >= 0; span--) {
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        index--;
        place--;
        double count = buckets.counts()[place];
        if (count != 0) {
          writeBucket(
              json,
              any,
              LOWER_INCLUSIVE,
              -histogram.upperBound(index),
              -histogram.upperBound(index - 1),
              count);
          any = true;
        }
      }
      index -= buckets.offsets()[span];
    }
    return any;
  }

  private static void writeBucket(
      JsonGenerator json, boolean started, int rule, double lower, double upper, double count)
      throws IOException {
    if (!started) {
      json.writeFieldName("buckets");
      json.writeStartArray();
    }
    json.writeStartArray();
    json.writeNumber(rule);
    json.writeString(FloatText.json(lower));
    json.writeString(FloatText.json(upper));
    json.writeString(FloatText.json(count));
    json.writeEndArray();
  }
}
