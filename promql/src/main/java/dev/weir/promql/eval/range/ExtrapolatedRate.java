package dev.weir.promql.eval.range;

import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// `rate`, `increase` and `delta`: the difference between the last and the first sample, extended
/// to the bounds of the window ([Extrapolation]).
///
/// A counter reset is counted as growth from zero: the counter restarted, the events happened.
public final class ExtrapolatedRate implements RangeKernel {
  private final boolean counter;
  private final boolean perSecond;

  public ExtrapolatedRate(boolean counter, boolean perSecond) {
    this.counter = counter;
    this.perSecond = perSecond;
  }

  @Override
  public RangeKernel forTimestamps(
      long[] timestampsMillis, Windows windows, Steps ends, long rangeMillis) {
    GroupExtrapolation shared =
        GroupExtrapolation.of(
            new Extrapolation(counter, perSecond, rangeMillis), timestampsMillis, windows, ends);
    return (column, out) -> {
      if (column.startTimestampsMillis() == null && column.weights() == null) {
        evaluate(shared, column, out);
      } else {
        evaluate(column, out);
      }
    };
  }

  private CounterResets resets(FloatWindows windows) {
    return counter ? CounterResets.find(windows) : CounterResets.NONE;
  }

  /// A column with the windows that the extrapolation was made for.
  private void evaluate(GroupExtrapolation shared, FloatWindows windows, double[] out) {
    double[] values = windows.values();
    int[] from = windows.windows().from();
    int[] to = windows.windows().to();
    CounterResets resets = resets(windows);
    int nextReset = 0;
    for (int step = 0; step < out.length; step++) {
      int first = from[step];
      int last = to[step] - 1;
      if (last > first) {
        double difference = values[last] - values[first];
        if (resets.count() > 0) {
          nextReset = resets.after(first, nextReset);
          difference = resets.added(difference, values, nextReset, last);
        }
        out[step] = difference * shared.factor(step, values[first], difference);
      }
    }
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    double[] values = windows.values();
    long[] timestamps = windows.timestampsMillis();
    CounterResets resets = resets(windows);
    Extrapolation extrapolation = new Extrapolation(counter, perSecond, windows.rangeMillis());
    double[] weights = windows.weights();
    double[] counts = weights == null ? null : FloatWindows.counts(weights, windows.windows());
    int nextReset = 0;
    for (int step = 0; step < out.length; step++) {
      int first = windows.from(step);
      int last = windows.to(step) - 1;
      long end = windows.ends().timeMillis(step);
      long start =
          last < first
              ? 0
              : extrapolation.startInside(
                  windows.startTimestampsMillis(), first, timestamps[first], end);
      if (last < first || (last == first && start == 0)) {
        continue;
      }
      nextReset = resets.after(first, nextReset);
      double difference = resets.added(values[last] - values[first], values, nextReset, last);
      if (start != 0) {
        difference += values[first];
      }
      out[step] =
          difference
              * extrapolation.factor(
                  timestamps[first],
                  timestamps[last],
                  counts == null ? last - first : (int) counts[step] - 1,
                  end,
                  start,
                  values[first],
                  difference);
    }
  }

  /// Where a counter has been reset: indices of the first samples after resets, ascending.
  record CounterResets(int[] indices, int count) {
    static final CounterResets NONE = new CounterResets(new int[0], 0);

    static CounterResets find(FloatWindows windows) {
      double[] values = windows.values();
      int[] found = new int[4];
      int count = 0;
      int end = windows.windows().end();
      for (int i = windows.windows().begin() + 1; i < end; i++) {
        if (values[i] < values[i - 1] || restartedAfter(windows, i - 1)) {
          if (count == found.length) {
            found = Arrays.copyOf(found, count * 2);
          }
          found[count++] = i;
        }
      }
      return count == 0 ? NONE : new CounterResets(found, count);
    }

    /// A difference with what the counter had come to at each reset from `place` on up to a sample.
    double added(double difference, double[] values, int place, int last) {
      double added = difference;
      for (int i = place; i < count && indices[i] <= last; i++) {
        added += values[indices[i] - 1];
      }
      return added;
    }

    /// The place of the first reset after the sample at `index`, looked for from `place` on.
    int after(int index, int place) {
      int next = place;
      while (next < count && indices[next] <= index) {
        next++;
      }
      return next;
    }
  }

  /// Whether start timestamps say that the series restarted between a sample and the next. One of 0
  /// says nothing, nor does one at or after its own sample (which is what OpenTelemetry writes for
  /// an unknown start). One that equals the previous sample's time is that of a delta series,
  /// unless the previous start is unknown: then it belongs to a cumulative series whose start
  /// nobody knows.
  static boolean restartedAfter(FloatWindows windows, int index) {
    return restartedAfter(windows.startTimestampsMillis(), windows.timestampsMillis(), index);
  }

  /// @param starts start timestamps, null if none is known
  static boolean restartedAfter(long @Nullable [] starts, long[] timestamps, int index) {
    if (starts == null) {
      return false;
    }
    long start = starts[index + 1];
    long previous = timestamps[index];
    if (start == 0 || start >= timestamps[index + 1] || start < previous) {
      return false;
    }
    return start > previous || (starts[index] != 0 && starts[index] < previous);
  }
}
