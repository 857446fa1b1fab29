package dev.weir.promql.eval.range;

import java.util.Arrays;

/// `rate`, `increase` and `delta`: the difference between the last and the first sample, extended
/// to the bounds of the window.
///
/// A counter reset is counted as growth from zero: the counter restarted, the events happened.
/// Where a sample is close to a bound (within 1.1 of the average distance between samples), the
/// series is taken to go on to it; else by half that distance, and a counter not below zero.
public final class ExtrapolatedRate implements RangeKernel {
  private static final double CLOSE = 1.1;

  private final boolean counter;
  private final boolean perSecond;

  private ExtrapolatedRate(boolean counter, boolean perSecond) {
    this.counter = counter;
    this.perSecond = perSecond;
  }

  public static ExtrapolatedRate rate() {
    return new ExtrapolatedRate(true, true);
  }

  public static ExtrapolatedRate increase() {
    return new ExtrapolatedRate(true, false);
  }

  public static ExtrapolatedRate delta() {
    return new ExtrapolatedRate(false, false);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    double[] values = windows.values();
    CounterResets resets = counter ? CounterResets.find(windows) : CounterResets.NONE;
    int nextReset = 0;
    for (int step = 0; step < out.length; step++) {
      int first = windows.from(step);
      int last = windows.to(step) - 1;
      boolean startsInside = counter && last >= first && startsInWindow(windows, step, first);
      if (last < first || (last == first && !startsInside)) {
        continue;
      }
      double difference = values[last] - values[first];
      nextReset = resets.after(first, nextReset);
      for (int i = nextReset; i < resets.count() && resets.at(i) <= last; i++) {
        difference += values[resets.at(i) - 1];
      }
      if (startsInside) {
        difference += values[first];
      }
      out[step] = difference * factor(windows, step, first, last, difference, startsInside);
    }
  }

  /// Whether the first sample says that its series started in the window: then there was a zero.
  private static boolean startsInWindow(FloatWindows windows, int step, int first) {
    long[] starts = windows.startTimestampsMillis();
    return starts != null
        && starts[first] != 0
        && starts[first] > windows.ends().timeMillis(step) - windows.rangeMillis()
        && starts[first] < windows.timestampsMillis()[first];
  }

  private double factor(
      FloatWindows windows,
      int step,
      int first,
      int last,
      double difference,
      boolean startsInside) {
    long[] timestamps = windows.timestampsMillis();
    long end = windows.ends().timeMillis(step);
    double sampled = (timestamps[last] - timestamps[first]) / 1000.0;
    double average = last > first ? sampled / (last - first) : 0;
    double threshold = average * CLOSE;
    double toStart = (timestamps[first] - (end - windows.rangeMillis())) / 1000.0;
    long[] starts = windows.startTimestampsMillis();
    if (startsInside && starts != null) {
      toStart = 0;
      sampled = (timestamps[last] - starts[first]) / 1000.0;
    } else {
      if (toStart >= threshold) {
        toStart = average / 2;
      }
      double value = windows.values()[first];
      if (counter && difference > 0 && value >= 0) {
        toStart = Math.min(toStart, sampled * (value / difference));
      }
    }
    double toEnd = (end - timestamps[last]) / 1000.0;
    if (toEnd >= threshold) {
      toEnd = average / 2;
    }
    double factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    return perSecond ? factor / (windows.rangeMillis() / 1000.0) : factor;
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

    int at(int place) {
      return indices[place];
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
    long[] starts = windows.startTimestampsMillis();
    if (starts == null) {
      return false;
    }
    long[] timestamps = windows.timestampsMillis();
    long start = starts[index + 1];
    long previous = timestamps[index];
    if (start == 0 || start >= timestamps[index + 1] || start < previous) {
      return false;
    }
    return start > previous || (starts[index] != 0 && starts[index] < previous);
  }
}
