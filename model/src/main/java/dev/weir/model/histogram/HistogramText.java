package dev.weir.model.histogram;

import dev.weir.model.FloatText;
import dev.weir.model.NativeHistogram;

/// A native histogram as Prometheus writes it for people, and as `count_values` makes a label of
/// it.
///
/// ```
/// Histogram => '{count:' Float ', sum:' Float (', ' Bucket)* '}'
/// Bucket    => ('(' | '[') Float ',' Float (')' | ']') ':' Float
/// ```
///
/// Buckets that hold anything are listed, from the lowest to the highest. Example: `{count:3,
/// sum:2.5, [-0.001,0.001]:1, (0.5,1]:2}`.
public final class HistogramText {
  private final NativeHistogram histogram;
  private final StringBuilder out = new StringBuilder();

  private HistogramText(NativeHistogram histogram) {
    this.histogram = histogram;
  }

  public static String format(NativeHistogram histogram) {
    return new HistogramText(histogram).format();
  }

  private String format() {
    out.append("{count:")
        .append(FloatText.shortest(histogram.count()))
        .append(", sum:")
        .append(FloatText.shortest(histogram.sum()));
    BucketRun negative = BucketRun.of(histogram.negative(), false);
    for (int i = negative.size() - 1; i >= 0; i--) {
      append(
          -histogram.upperBound(negative.index(i)),
          -histogram.upperBound(negative.index(i) - 1),
          negative.count(i),
          false);
    }
    append(-histogram.zeroThreshold(), histogram.zeroThreshold(), histogram.zeroCount(), true);
    BucketRun positive = BucketRun.of(histogram.positive(), false);
    for (int i = 0; i < positive.size(); i++) {
      append(
          histogram.upperBound(positive.index(i) - 1),
          histogram.upperBound(positive.index(i)),
          positive.count(i),
          false);
    }
    return out.append('}').toString();
  }

  private void append(double lower, double upper, double count, boolean isZeroBucket) {
    if (count != 0) {
      out.append(isZeroBucket || lower < 0 ? ", [" : ", (")
          .append(FloatText.shortest(lower))
          .append(',')
          .append(FloatText.shortest(upper))
          .append(isZeroBucket || upper > 0 ? "]:" : "):")
          .append(FloatText.shortest(count));
    }
  }
}
