package dev.weir.model;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;

/// A native histogram: counts in exponential buckets (schemas -4 to 8) or in buckets with custom
/// bounds (schema -53). Immutable; arrays are taken over and handed out without copying, and nobody
/// writes to them.
///
/// Counts are absolute numbers of observations in doubles (exact up to 2^53), for integer and float
/// histograms alike. A span is a run of neighbouring buckets: offset from the end of the span
/// before (from bucket 0 for the first), and length. A bucket with index `i` of an exponential
/// schema covers `(base^(i-1), base^i]` with `base = 2^(2^-schema)`; of custom buckets,
/// `(bound[i-1], bound[i]]`.
///
/// Source: the native histogram specification of Prometheus.
public final class NativeHistogram {
  /// The schema that says that bucket bounds are given one by one.
  public static final int CUSTOM_BUCKETS_SCHEMA = -53;

  private static final double[] NO_VALUES = {};
  private static final int[] NO_SPANS = {};

  /// What the producer knows of whether the counter was reset before this sample.
  public enum ResetHint {
    UNKNOWN(0),
    RESET(1),
    NOT_RESET(2),
    GAUGE(3);

    private static final ResetHint[] BY_CODE = values();

    private final int code;

    ResetHint(int code) {
      this.code = code;
    }

    /// The number in stored formats: never changes.
    public int code() {
      return code;
    }

    public static ResetHint ofCode(int code) {
      if (code < 0 || code >= BY_CODE.length) {
        throw new WeirException.Corrupt(
            "reset hint code %d is not known; codes are 0 to %d"
                .formatted(code, BY_CODE.length - 1));
      }
      return BY_CODE[code];
    }
  }

  /// One side's buckets.
  ///
  /// Span `s` starts `offsets[s]` buckets after the end of span `s-1` and has `lengths[s]` buckets;
  /// `counts` holds the counts of all spans' buckets one after another.
  public record Buckets(int[] offsets, int[] lengths, double[] counts) {
    public static final Buckets NONE = new Buckets(NO_SPANS, NO_SPANS, NO_VALUES);

    public Buckets {
      if (offsets.length != lengths.length) {
        throw new WeirException.BadData(
            "native histogram has %d span offsets and %d span lengths; there is one each a span"
                .formatted(offsets.length, lengths.length));
      }
      long covered = 0;
      for (int span = 0; span < lengths.length; span++) {
        if (lengths[span] < 0) {
          throw new WeirException.BadData(
              "native histogram span %d has length %d; lengths are not negative"
                  .formatted(span, lengths[span]));
        }
        if (span > 0 && offsets[span] < 0) {
          throw new WeirException.BadData(
              "native histogram span %d has offset %d; only the first may be negative"
                  .formatted(span, offsets[span]));
        }
        covered += lengths[span];
      }
      if (covered != counts.length) {
        throw new WeirException.BadData(
            "native histogram spans cover %d buckets, but there are %d counts"
                .formatted(covered, counts.length));
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Buckets buckets
          && Arrays.equals(offsets, buckets.offsets)
          && Arrays.equals(lengths, buckets.lengths)
          && Arrays.equals(counts, buckets.counts);
    }

    @Override
    public int hashCode() {
      return (Arrays.hashCode(offsets) * 31 + Arrays.hashCode(lengths)) * 31
          + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
      return "offsets=%s lengths=%s counts=%s"
          .formatted(Arrays.toString(offsets), Arrays.toString(lengths), Arrays.toString(counts));
    }
  }

  private final ResetHint resetHint;
  private final int schema;
  private final double zeroThreshold;
  private final double zeroCount;
  private final double count;
  private final double sum;
  private final Buckets positive;
  private final Buckets negative;
  private final double[] customBounds;

  /// @param customBounds upper bounds, ascending, without +Inf; empty unless the schema is
  ///   [#CUSTOM_BUCKETS_SCHEMA]
  public NativeHistogram(
      ResetHint resetHint,
      int schema,
      double zeroThreshold,
      double zeroCount,
      double count,
      double sum,
      Buckets positive,
      Buckets negative,
      double[] customBounds) {
    this.resetHint = requireNonNull(resetHint, "resetHint");
    this.schema = schema;
    if (!(zeroThreshold >= 0)) {
      throw new WeirException.BadData(
          "native histogram has zero threshold %s; it is a number not below 0"
              .formatted(zeroThreshold));
    }
    this.zeroThreshold = zeroThreshold;
    this.zeroCount = zeroCount;
    this.count = count;
    this.sum = sum;
    this.positive = requireNonNull(positive, "positive");
    this.negative = requireNonNull(negative, "negative");
    this.customBounds = requireNonNull(customBounds, "customBounds");
    if (schema != CUSTOM_BUCKETS_SCHEMA) {
      if (schema < -9 || schema > 52) {
        throw new WeirException.BadData(
            "native histogram schema %d is not known; use -4 to 8, or %d for custom buckets"
                .formatted(schema, CUSTOM_BUCKETS_SCHEMA));
      }
      if (customBounds.length > 0) {
        throw new WeirException.BadData(
            "native histogram of schema %d has %d custom bounds; only schema %d has them"
                .formatted(schema, customBounds.length, CUSTOM_BUCKETS_SCHEMA));
      }
    } else if (zeroCount != 0 || negative.counts().length > 0) {
      throw new WeirException.BadData(
          "native histogram with custom buckets has a zero bucket or negative buckets; it has only"
              + " positive ones");
    }
    for (int i = 1; i < customBounds.length; i++) {
      if (!(customBounds[i] > customBounds[i - 1])) {
        throw new WeirException.BadData(
            "native histogram bound %s stands after %s; bounds ascend"
                .formatted(customBounds[i], customBounds[i - 1]));
      }
    }
  }

  public ResetHint resetHint() {
    return resetHint;
  }

  /// The same histogram, of which something else is known.
  public NativeHistogram withResetHint(ResetHint changed) {
    return changed == resetHint
        ? this
        : new NativeHistogram(
            changed,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            positive,
            negative,
            customBounds);
  }

  public int schema() {
    return schema;
  }

  /// Whether bounds are given one by one ([#customBounds]) rather than by the schema.
  public boolean hasCustomBuckets() {
    return schema == CUSTOM_BUCKETS_SCHEMA;
  }

  /// Observations with an absolute value up to this are in the zero bucket.
  public double zeroThreshold() {
    return zeroThreshold;
  }

  public double zeroCount() {
    return zeroCount;
  }

  /// Number of observations in all buckets, and of NaN.
  public double count() {
    return count;
  }

  /// Sum of all observations. A staleness marker here makes the whole sample one.
  public double sum() {
    return sum;
  }

  public boolean isStale() {
    return StalenessMarker.is(sum);
  }

  public Buckets positive() {
    return positive;
  }

  public Buckets negative() {
    return negative;
  }

  public double[] customBounds() {
    return customBounds;
  }

  /// The upper bound of a positive bucket: `base^index`, or the custom bound. Custom bounds end in
  /// +Inf and start at -Inf (index -1).
  public double upperBound(int index) {
    if (hasCustomBuckets()) {
      if (index < 0) {
        return Double.NEGATIVE_INFINITY;
      }
      return index < customBounds.length ? customBounds[index] : Double.POSITIVE_INFINITY;
    }
    return ExponentialBounds.upperBound(schema, index);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NativeHistogram h
        && resetHint == h.resetHint
        && schema == h.schema
        && Double.doubleToRawLongBits(zeroThreshold) == Double.doubleToRawLongBits(h.zeroThreshold)
        && Double.doubleToRawLongBits(zeroCount) == Double.doubleToRawLongBits(h.zeroCount)
        && Double.doubleToRawLongBits(count) == Double.doubleToRawLongBits(h.count)
        && Double.doubleToRawLongBits(sum) == Double.doubleToRawLongBits(h.sum)
        && positive.equals(h.positive)
        && negative.equals(h.negative)
        && Arrays.equals(customBounds, h.customBounds);
  }

  @Override
  public int hashCode() {
    int hash = schema;
    hash = hash * 31 + Double.hashCode(count);
    hash = hash * 31 + Double.hashCode(sum);
    hash = hash * 31 + positive.hashCode();
    hash = hash * 31 + negative.hashCode();
    return hash * 31 + Arrays.hashCode(customBounds);
  }

  @Override
  public String toString() {
    return "NativeHistogram[%s schema=%d count=%s sum=%s zero=%s@%s positive=(%s) negative=(%s) bounds=%s]"
        .formatted(
            resetHint,
            schema,
            count,
            sum,
            zeroCount,
            zeroThreshold,
            positive,
            negative,
            Arrays.toString(customBounds));
  }
}
