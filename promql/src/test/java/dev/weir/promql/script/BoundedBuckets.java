package dev.weir.promql.script;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// The buckets of a native histogram that hold anything, with their bounds: all that Prometheus's
/// API tells of its layout.
public final class BoundedBuckets {
  /// @param count of the observations above `lower`, up to `upper`
  public record Bucket(double lower, double upper, double count) {}

  private BoundedBuckets() {}

  /// A histogram of which nothing but bounds is known: bounds become custom ones.
  ///
  /// @param buckets from the lowest to the highest
  public static NativeHistogram histogram(double count, double sum, List<Bucket> buckets) {
    TreeSet<Double> bounds = new TreeSet<>();
    for (Bucket bucket : buckets) {
      bounds.add(lower(bucket));
      bounds.add(bucket.upper + 0.0);
    }
    bounds.remove(Double.NEGATIVE_INFINITY);
    bounds.remove(Double.POSITIVE_INFINITY);
    List<Double> ascending = new ArrayList<>(bounds);
    double[] counts = new double[ascending.size() + 1];
    for (Bucket bucket : buckets) {
      int index = ascending.indexOf(bucket.upper + 0.0);
      counts[index < 0 ? ascending.size() : index] = bucket.count;
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
        0,
        0,
        count,
        sum,
        new Buckets(new int[] {0}, new int[] {counts.length}, counts),
        Buckets.NONE,
        ascending.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /// A zero bucket without width gets a little.
  private static double lower(Bucket bucket) {
    return bucket.lower == bucket.upper ? -Double.MIN_VALUE : bucket.lower + 0.0;
  }

  /// Whether two histograms have the same totals and buckets, whatever their layouts.
  static boolean almostEqual(NativeHistogram expected, NativeHistogram actual) {
    Map<List<Double>, Double> wanted = byBounds(expected);
    Map<List<Double>, Double> found = byBounds(actual);
    return ResultComparison.almostEqual(expected.count(), actual.count())
        && ResultComparison.almostEqual(expected.sum(), actual.sum())
        && wanted.keySet().equals(found.keySet())
        && wanted.entrySet().stream()
            .allMatch(bucket ->
                ResultComparison.almostEqual(
                    bucket.getValue(), found.getOrDefault(bucket.getKey(), 0.0)));
  }

  private static Map<List<Double>, Double> byBounds(NativeHistogram histogram) {
    Map<List<Double>, Double> counts =
        new TreeMap<>((a, b) -> a.equals(b) ? 0 : Double.compare(a.getFirst(), b.getFirst()));
    collect(histogram, histogram.positive(), 1, counts);
    collect(histogram, histogram.negative(), -1, counts);
    if (histogram.zeroCount() != 0) {
      double threshold = histogram.zeroThreshold();
      Bucket zero = new Bucket(-threshold, threshold, histogram.zeroCount());
      counts.put(List.of(lower(zero), threshold), zero.count);
    }
    return counts;
  }

  private static void collect(
      NativeHistogram histogram, Buckets buckets, int sign, Map<List<Double>, Double> counts) {
    ResultComparison.nonEmpty(buckets)
        .forEach((index, count) -> {
          double inner = sign * histogram.upperBound(index - 1) + 0.0;
          double outer = sign * histogram.upperBound(index) + 0.0;
          counts.put(sign > 0 ? List.of(inner, outer) : List.of(outer, inner), count);
        });
  }
}
