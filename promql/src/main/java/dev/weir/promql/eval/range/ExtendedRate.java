package dev.weir.promql.eval.range;

/// `rate`, `increase` and `delta` of `anchored` and `smoothed` ranges: the difference between the
/// values at the bounds of the range, without extrapolation. Those values are of the samples
/// nearest to the bounds, or interpolated between the samples on both sides of a bound.
///
/// The windows are [dev.weir.promql.eval.select.Windows#anchored] or `smoothed`, so that samples
/// may be outside of the range.
public final class ExtendedRate implements RangeKernel {
  private final boolean smoothed;
  private final boolean counter;
  private final boolean perSecond;

  public ExtendedRate(boolean smoothed, boolean counter, boolean perSecond) {
    this.smoothed = smoothed;
    this.counter = counter;
    this.perSecond = perSecond;
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    for (int step = 0; step < out.length; step++) {
      if (windows.to(step) > windows.from(step)) {
        double difference = difference(windows, step);
        out[step] = perSecond ? difference / (windows.rangeMillis() / 1000.0) : difference;
      }
    }
  }

  private double difference(FloatWindows windows, int step) {
    double[] values = windows.values();
    long[] timestamps = windows.timestampsMillis();
    int first = windows.from(step);
    int last = windows.to(step) - 1;
    long end = windows.ends().timeMillis(step);
    long start = end - windows.rangeMillis();
    double left =
        smoothed && timestamps[first] < start
            ? interpolate(windows, first, start, counter)
            : values[first];
    double right =
        smoothed && timestamps[last] > end
            ? interpolate(windows, last - 1, end, counter)
            : values[last];
    double difference = right - left;
    if (!counter) {
      return difference;
    }
    // Values at the bounds stand for the samples there; resets next to them are in them already.
    int from = timestamps[first] <= start ? first + 1 : first;
    int to = timestamps[last] >= end ? last - 1 : last;
    double previous = left;
    for (int i = from; i <= to; i++) {
      if (values[i] < previous) {
        difference += previous;
      }
      previous = values[i];
    }
    return right < previous ? difference + previous : difference;
  }

  /// The value on the line between a sample and the next. A counter that was reset between them
  /// rises from zero.
  static double interpolate(FloatWindows windows, int before, long time, boolean counter) {
    double[] values = windows.values();
    long[] timestamps = windows.timestampsMillis();
    double from = counter && values[before + 1] < values[before] ? 0 : values[before];
    return from
        + (values[before + 1] - from)
            * (time - timestamps[before])
            / (timestamps[before + 1] - timestamps[before]);
  }
}
