package dev.weir.promql.eval.vector;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A series of an instant vector: one value, or none, at each step. The arrays belong to whoever
/// holds the series, who may write to them.
///
/// Step `i` has a sample where `values[i]` is not [AbsentValue] or `histograms[i]` is not null;
/// never both.
///
/// @param dropName whether the metric's name (and type and unit) is to go when the query is done,
///   under delayed name removal
/// @param histograms as long as the values; null if the series has none
public record VectorSeries(
    Labels labels,
    boolean dropName,
    double[] values,
    @Nullable NativeHistogram @Nullable [] histograms) {
  public static VectorSeries ofValues(Labels labels, double[] values) {
    return new VectorSeries(labels, false, values, null);
  }

  /// A column without a sample.
  public static double[] absent(int steps) {
    double[] values = new double[steps];
    Arrays.fill(values, AbsentValue.VALUE);
    return values;
  }

  public VectorSeries withLabels(Labels changed) {
    return changed.equals(labels) ? this : new VectorSeries(changed, dropName, values, histograms);
  }

  public VectorSeries withDropName(boolean changed) {
    return changed == dropName ? this : new VectorSeries(labels, changed, values, histograms);
  }

  public VectorSeries withoutHistograms() {
    return histograms == null ? this : new VectorSeries(labels, dropName, values, null);
  }

  public boolean hasSample(int step) {
    return !AbsentValue.is(values[step]) || (histograms != null && histograms[step] != null);
  }

  public boolean hasFloat(int step) {
    return !AbsentValue.is(values[step]);
  }

  public @Nullable NativeHistogram histogram(int step) {
    return histograms == null ? null : histograms[step];
  }

  public int sampleCount() {
    int count = 0;
    for (double value : values) {
      if (!AbsentValue.is(value)) {
        count++;
      }
    }
    if (histograms != null) {
      for (NativeHistogram histogram : histograms) {
        if (histogram != null) {
          count++;
        }
      }
    }
    return count;
  }

  public boolean isEmpty() {
    for (int i = 0; i < values.length; i++) {
      if (hasSample(i)) {
        return false;
      }
    }
    return true;
  }

  /// Takes the sample of a step away.
  public void remove(int step) {
    values[step] = AbsentValue.VALUE;
    if (histograms != null) {
      histograms[step] = null;
    }
  }

  /// The metric's name as annotations call it; empty if it is gone.
  public String metricName() {
    return labels.metricName();
  }
}
