package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.ast.ValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The value of a query.
public sealed interface QueryValue {
  /// What the API calls `resultType`.
  ValueType type();

  /// A number at a time.
  record Scalar(long timestampMillis, double value) implements QueryValue {
    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }
  }

  /// A text at a time.
  record Text(long timestampMillis, String value) implements QueryValue {
    public Text {
      requireNonNull(value, "value");
    }

    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /// One sample of each of some series, all at one time. Sorted by labels, unless the query itself
  /// ordered them.
  record Vector(long timestampMillis, List<Sample> samples) implements QueryValue {
    public Vector {
      samples = List.copyOf(samples);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /// A sample of a vector.
  ///
  /// @param value meaningless if there is a histogram
  record Sample(Labels labels, double value, @Nullable NativeHistogram histogram) {
    public Sample {
      requireNonNull(labels, "labels");
    }
  }

  /// The samples of some series at several times, sorted by labels.
  record Matrix(List<Series> series) implements QueryValue {
    public Matrix {
      series = List.copyOf(series);
    }

    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }
  }

  /// A series of a matrix, as columns. Arrays are handed out without copying, and readers do not
  /// write to them; series share the array of timestamps where they can.
  ///
  /// Sample `i` is there where `values[i]` is not [AbsentValue] or `histograms[i]` is not null.
  ///
  /// @param values as long as the timestamps
  /// @param histograms as long as the timestamps; null if the series has none
  record Series(
      Labels labels,
      long[] timestampsMillis,
      double[] values,
      @Nullable NativeHistogram @Nullable [] histograms) {
    public Series {
      requireNonNull(labels, "labels");
      if (values.length != timestampsMillis.length
          || (histograms != null && histograms.length != timestampsMillis.length)) {
        throw new IllegalArgumentException(
            "series %s has %d values for %d timestamps"
                .formatted(labels, values.length, timestampsMillis.length));
      }
    }

    /// As the constructor; of other modules, who do not see that its histograms may be null.
    public static Series of(
        Labels labels,
        long[] timestampsMillis,
        double[] values,
        @Nullable NativeHistogram @Nullable [] histograms) {
      return new Series(labels, timestampsMillis, values, histograms);
    }

    public boolean hasSample(int index) {
      return !AbsentValue.is(values[index]) || histogram(index) != null;
    }

    public @Nullable NativeHistogram histogram(int index) {
      return histograms == null ? null : histograms[index];
    }

    public int sampleCount() {
      int count = 0;
      for (int i = 0; i < values.length; i++) {
        if (hasSample(i)) {
          count++;
        }
      }
      return count;
    }
  }
}
