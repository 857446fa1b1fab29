package dev.weir.history.range;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What something came to at each of some steps: a value for each series that it had then, or why
/// it has none. Written to by who makes it, and not afterwards.
public final class StepValues {
  /// The values of one series, one for each step: [AbsentValue] where there is none, or a
  /// histogram.
  public static final class Column {
    private final double[] values;
    private @Nullable NativeHistogram @Nullable [] histograms;

    private Column(int steps) {
      values = new double[steps];
      Arrays.fill(values, AbsentValue.VALUE);
    }

    public double[] values() {
      return values;
    }

    /// As long as the values; null if there is none.
    public @Nullable NativeHistogram @Nullable [] histograms() {
      return histograms;
    }

    public boolean isThere(int step) {
      return !AbsentValue.is(values[step]) || histogram(step) != null;
    }

    public @Nullable NativeHistogram histogram(int step) {
      return histograms == null ? null : histograms[step];
    }

    void set(int step, double value, @Nullable NativeHistogram histogram) {
      if (histogram == null) {
        values[step] = value;
        if (histograms != null) {
          histograms[step] = null;
        }
      } else {
        if (histograms == null) {
          histograms = new @Nullable NativeHistogram[values.length];
        }
        histograms[step] = histogram;
        values[step] = AbsentValue.VALUE;
      }
    }

    void remove(int step) {
      set(step, AbsentValue.VALUE, null);
    }
  }

  private final Steps steps;
  private final TreeMap<Labels, Column> series = new TreeMap<>();
  private final TreeMap<Integer, String> failed = new TreeMap<>();

  public StepValues(Steps steps) {
    this.steps = requireNonNull(steps, "steps");
  }

  public Steps steps() {
    return steps;
  }

  /// By labels; some may have no value at any step.
  public SortedMap<Labels, Column> series() {
    return series;
  }

  /// The steps that failed, and why.
  public NavigableMap<Integer, String> failed() {
    return failed;
  }

  /// The values at one step, by labels.
  public List<QueryValue.Sample> at(int step) {
    List<QueryValue.Sample> samples = new ArrayList<>();
    series.forEach((labels, column) -> {
      if (column.isThere(step)) {
        samples.add(new QueryValue.Sample(labels, column.values()[step], column.histogram(step)));
      }
    });
    return samples;
  }

  /// Values that are there, over all steps.
  public long count() {
    long count = 0;
    for (Column column : series.values()) {
      for (int step = 0; step < steps.count(); step++) {
        count += column.isThere(step) ? 1 : 0;
      }
    }
    return count;
  }

  public Column column(Labels labels) {
    return series.computeIfAbsent(labels, _ -> new Column(steps.count()));
  }

  public void set(Labels labels, int step, double value, @Nullable NativeHistogram histogram) {
    column(labels).set(step, value, histogram);
  }

  /// The same from a step on.
  public StepValues from(int first) {
    if (first == 0) {
      return this;
    }
    Steps rest = new Steps(steps.timeMillis(first), steps.intervalMillis(), steps.count() - first);
    StepValues values = new StepValues(rest);
    series.forEach((labels, column) -> {
      Column moved = values.column(labels);
      for (int step = first; step < steps.count(); step++) {
        if (column.isThere(step)) {
          moved.set(step - first, column.values[step], column.histogram(step));
        }
      }
    });
    failed.tailMap(first).forEach((step, reason) -> values.failed.put(step - first, reason));
    return values;
  }

  /// The step has no value: neither did it come to nothing.
  public void fail(int step, String reason) {
    failed.put(step, reason);
    series.values().forEach(column -> column.remove(step));
  }
}
