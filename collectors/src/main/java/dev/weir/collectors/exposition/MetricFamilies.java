package dev.weir.collectors.exposition;

import dev.weir.model.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Which series belong to a metric family, by name.
final class MetricFamilies {
  private static final byte[] TOTAL = ascii("_total");
  private static final byte[] INFO = ascii("_info");
  private static final byte[][] NONE = {};
  private static final byte[][] COUNTER_SUFFIXES = {TOTAL};
  private static final byte[][] HISTOGRAM_SUFFIXES = {
    ascii("_bucket"), ascii("_sum"), ascii("_count")
  };
  private static final byte[][] GAUGE_HISTOGRAM_SUFFIXES = {
    ascii("_bucket"), ascii("_gsum"), ascii("_gcount")
  };
  private static final byte[][] SUMMARY_SUFFIXES = {ascii("_sum"), ascii("_count")};
  private static final byte[][] INFO_SUFFIXES = {INFO};

  private MetricFamilies() {}

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Whether a series with the name in `bytes[start..end)` belongs to a family. A counter's family
  /// may be named with `_total` (as Prometheus's text format does) or without (OpenMetrics), an
  /// info's with `_info` or without.
  static boolean hold(byte[] family, MetricType type, byte[] bytes, int start, int end) {
    int familyEnd = family.length;
    byte[][] suffixes =
        switch (type) {
          case COUNTER -> {
            familyEnd -= suffixLength(TOTAL, family, 0, family.length);
            yield COUNTER_SUFFIXES;
          }
          case INFO -> {
            familyEnd -= suffixLength(INFO, family, 0, family.length);
            yield INFO_SUFFIXES;
          }
          case HISTOGRAM -> HISTOGRAM_SUFFIXES;
          case GAUGE_HISTOGRAM -> GAUGE_HISTOGRAM_SUFFIXES;
          case SUMMARY -> SUMMARY_SUFFIXES;
          case GAUGE, STATESET, UNKNOWN -> NONE;
        };
    int cut = 0;
    for (byte[] suffix : suffixes) {
      if (cut == 0) {
        cut = suffixLength(suffix, bytes, start, end);
      }
    }
    return Arrays.equals(family, 0, familyEnd, bytes, start, end - cut);
  }

  /// The length of a suffix if a span ends with it and is longer, else 0.
  private static int suffixLength(byte[] suffix, byte[] bytes, int start, int end) {
    int from = end - suffix.length;
    return from > start && Arrays.equals(suffix, 0, suffix.length, bytes, from, end)
        ? suffix.length
        : 0;
  }
}
