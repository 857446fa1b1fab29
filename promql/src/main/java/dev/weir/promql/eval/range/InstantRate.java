package dev.weir.promql.eval.range;

/// `irate` and `idelta`: between the last two samples of the window.
public final class InstantRate implements RangeKernel {
  private final boolean counter;

  private InstantRate(boolean counter) {
    this.counter = counter;
  }

  public static InstantRate irate() {
    return new InstantRate(true);
  }

  public static InstantRate idelta() {
    return new InstantRate(false);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    double[] values = windows.values();
    long[] timestamps = windows.timestampsMillis();
    for (int step = 0; step < out.length; step++) {
      int last = windows.to(step) - 1;
      int before = last - 1;
      if (before < windows.from(step)) {
        continue;
      }
      boolean reset =
          counter
              && (values[last] < values[before]
                  || ExtrapolatedRate.restartedAfter(windows, before));
      double difference = reset ? values[last] : values[last] - values[before];
      out[step] =
          counter ? difference / ((timestamps[last] - timestamps[before]) / 1000.0) : difference;
    }
  }
}
