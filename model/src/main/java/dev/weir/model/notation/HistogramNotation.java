package dev.weir.model.notation;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Native histograms in series notation.
///
/// ```
/// Histogram => '{{' (Key ':' Value)* '}}'        separated by spaces, in any order
/// Key       => schema | count | sum | z_bucket | z_bucket_w | custom_values
///            | buckets | offset | n_buckets | n_offset | counter_reset_hint
/// ```
///
/// *schema*, *offset* and *n_offset* are whole numbers; *custom_values*, *buckets* and *n_buckets*
/// are lists like `[5 10 7]`; *counter_reset_hint* is `unknown`, `reset`, `not_reset` or `gauge`;
/// the rest are numbers. Whatever is left out is 0 or empty. *offset* is the index of the first
/// bucket.
///
/// Example: `{{schema:1 sum:3 count:22 buckets:[5 10 7]}}`
public final class HistogramNotation {
  private static final double[] NONE = {};

  /// A histogram, and whether the notation said what its reset hint is.
  record Parsed(NativeHistogram histogram, boolean hintGiven) {}

  private int schema;
  private double count;
  private double sum;
  private double zeroCount;
  private double zeroThreshold;
  private double[] customBounds = NONE;
  private double[] positive = NONE;
  private double[] negative = NONE;
  private int positiveOffset;
  private int negativeOffset;
  private ResetHint hint = ResetHint.UNKNOWN;
  private boolean hintGiven;

  private HistogramNotation() {}

  /// @throws WeirException.BadData if the text is no histogram
  public static NativeHistogram parse(String text) {
    NotationReader reader = new NotationReader(text.strip());
    Parsed parsed = read(reader);
    if (!reader.atEnd()) {
      throw reader.error("expected the end of the histogram");
    }
    return parsed.histogram();
  }

  static Parsed read(NotationReader reader) {
    reader.expect("{{", "before a histogram");
    HistogramNotation notation = new HistogramNotation();
    reader.skipSpace();
    while (!reader.accept("}}")) {
      notation.readEntry(reader);
      reader.skipSpace();
    }
    return new Parsed(notation.build(), notation.hintGiven);
  }

  private void readEntry(NotationReader reader) {
    String key = reader.name();
    if (!reader.accept(':')) {
      throw reader.error("expected a histogram's key, like sum:3 or buckets:[5 10 7]");
    }
    switch (key) {
      case "schema" -> schema = reader.integer();
      case "count" -> count = reader.number();
      case "sum" -> sum = reader.number();
      case "z_bucket" -> zeroCount = reader.number();
      case "z_bucket_w" -> zeroThreshold = reader.number();
      case "custom_values" -> customBounds = list(reader);
      case "buckets" -> positive = list(reader);
      case "offset" -> positiveOffset = reader.integer();
      case "n_buckets" -> negative = list(reader);
      case "n_offset" -> negativeOffset = reader.integer();
      case "counter_reset_hint" -> {
        hint = hintOf(reader.name(), reader);
        hintGiven = true;
      }
      default -> throw reader.error("key \"%s\" of a histogram is not known".formatted(key));
    }
  }

  private static ResetHint hintOf(String text, NotationReader reader) {
    return switch (text) {
      case "unknown" -> ResetHint.UNKNOWN;
      case "reset" -> ResetHint.RESET;
      case "not_reset" -> ResetHint.NOT_RESET;
      case "gauge" -> ResetHint.GAUGE;
      default ->
          throw reader.error(
              "counter_reset_hint \"%s\" is not known; use unknown, reset, not_reset or gauge"
                  .formatted(text));
    };
  }

  private static double[] list(NotationReader reader) {
    reader.expect("[", "before a list");
    double[] values = new double[16];
    int size = 0;
    reader.skipSpace();
    while (!reader.accept(']')) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = reader.number();
      reader.skipSpace();
    }
    return Arrays.copyOf(values, size);
  }

  private NativeHistogram build() {
    return new NativeHistogram(
        hint,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        run(positiveOffset, positive),
        run(negativeOffset, negative),
        customBounds);
  }

  private static Buckets run(int offset, double[] counts) {
    return counts.length == 0
        ? Buckets.NONE
        : new Buckets(new int[] {offset}, new int[] {counts.length}, counts);
  }

  /// The sum of two histograms, `right` counted `sign` times (1 or -1), in the schema of the left.
  ///
  /// @throws WeirException.BadData if the buckets of one do not fit into those of the other
  static NativeHistogram add(NativeHistogram left, NativeHistogram right, int sign) {
    if (left.schema() > right.schema()
        || left.hasCustomBuckets() != right.hasCustomBuckets()
        || !Arrays.equals(left.customBounds(), right.customBounds())) {
      throw new WeirException.BadData(
          "cannot combine histograms %s and %s: their buckets do not fit"
              .formatted(format(left), format(right)));
    }
    double threshold = Math.max(left.zeroThreshold(), right.zeroThreshold());
    checkOutsideZeroBucket(left, threshold);
    checkOutsideZeroBucket(right, threshold);
    int coarser = left.hasCustomBuckets() ? 0 : right.schema() - left.schema();
    return new NativeHistogram(
        addHints(left.resetHint(), right.resetHint()),
        left.schema(),
        threshold,
        left.zeroCount() + sign * right.zeroCount(),
        left.count() + sign * right.count(),
        left.sum() + sign * right.sum(),
        addBuckets(left.positive(), right.positive(), coarser, sign),
        addBuckets(left.negative(), right.negative(), coarser, sign),
        left.customBounds());
  }

  private static void checkOutsideZeroBucket(NativeHistogram histogram, double threshold) {
    if (histogram.zeroThreshold() == threshold || histogram.hasCustomBuckets()) {
      return;
    }
    double base = Math.pow(2, Math.pow(2, -histogram.schema()));
    for (Buckets buckets : new Buckets[] {histogram.positive(), histogram.negative()}) {
      TreeMap<Integer, Double> counts = new TreeMap<>();
      collect(buckets, 0, 1, counts);
      for (Map.Entry<Integer, Double> bucket : counts.entrySet()) {
        if (bucket.getValue() != 0 && Math.pow(base, bucket.getKey() - 1) < threshold) {
          throw new WeirException.BadData(
              "histogram %s has observations inside a zero bucket of width %s; widen its own"
                  .formatted(format(histogram), threshold));
        }
      }
    }
  }

  private static ResetHint addHints(ResetHint left, ResetHint right) {
    if (left == right) {
      return left;
    }
    return left == ResetHint.GAUGE || right == ResetHint.GAUGE
        ? ResetHint.GAUGE
        : ResetHint.UNKNOWN;
  }

  private static Buckets addBuckets(Buckets left, Buckets right, int coarser, int sign) {
    TreeMap<Integer, Double> counts = new TreeMap<>();
    collect(left, 0, 1, counts);
    collect(right, coarser, sign, counts);
    if (counts.isEmpty()) {
      return Buckets.NONE;
    }
    int first = counts.firstKey();
    double[] run = new double[counts.lastKey() - first + 1];
    counts.forEach((index, value) -> run[index - first] = value);
    return run(first, run);
  }

  private static void collect(Buckets buckets, int coarser, int sign, Map<Integer, Double> counts) {
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        int merged = coarser == 0 ? index : ((index - 1) >> coarser) + 1;
        counts.merge(merged, sign * buckets.counts()[bucket], Double::sum);
        index++;
        bucket++;
      }
    }
  }

  /// Writes a histogram as [#parse] reads it.
  public static String format(NativeHistogram histogram) {
    StringBuilder out = new StringBuilder("{{schema:").append(histogram.schema());
    appendUnlessZero(out, "count", histogram.count());
    appendUnlessZero(out, "sum", histogram.sum());
    appendUnlessZero(out, "z_bucket", histogram.zeroCount());
    appendUnlessZero(out, "z_bucket_w", histogram.zeroThreshold());
    if (histogram.customBounds().length > 0) {
      appendList(out, "custom_values", histogram.customBounds());
    }
    appendBuckets(out, "buckets", "offset", histogram.positive());
    appendBuckets(out, "n_buckets", "n_offset", histogram.negative());
    if (histogram.resetHint() != ResetHint.UNKNOWN) {
      out.append(" counter_reset_hint:")
          .append(histogram.resetHint().name().toLowerCase(Locale.ROOT));
    }
    return out.append("}}").toString();
  }

  private static void appendUnlessZero(StringBuilder out, String key, double value) {
    if (value != 0) {
      out.append(' ').append(key).append(':').append(formatNumber(value));
    }
  }

  private static void appendBuckets(
      StringBuilder out, String key, String offsetKey, Buckets buckets) {
    TreeMap<Integer, Double> counts = new TreeMap<>();
    collect(buckets, 0, 1, counts);
    if (counts.isEmpty()) {
      return;
    }
    int first = counts.firstKey();
    double[] run = new double[counts.lastKey() - first + 1];
    counts.forEach((index, value) -> run[index - first] = value);
    if (first != 0) {
      out.append(' ').append(offsetKey).append(':').append(first);
    }
    appendList(out, key, run);
  }

  private static void appendList(StringBuilder out, String key, double[] values) {
    out.append(' ')
        .append(key)
        .append(
            Arrays.stream(values)
                .mapToObj(HistogramNotation::formatNumber)
                .collect(Collectors.joining(" ", ":[", "]")));
  }

  static String formatNumber(double value) {
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    String text = Double.toString(value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
