package dev.weir.promql.eval.range;

import dev.weir.model.WeirException;

/// `double_exponential_smoothing`: the last value of the window, smoothed along with its trend
/// (Holt's linear method).
public final class Smoothing implements RangeKernel {
  private final double[] smoothingFactors;
  private final double[] trendFactors;

  /// @param smoothingFactors weight of the newest value, for each step
  /// @param trendFactors weight of the newest trend, for each step
  public Smoothing(double[] smoothingFactors, double[] trendFactors) {
    this.smoothingFactors = smoothingFactors;
    this.trendFactors = trendFactors;
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from >= to) {
        continue;
      }
      check("smoothing factor. Expected: 0 < sf < 1", smoothingFactors[step]);
      check("trend factor. Expected: 0 < tf < 1", trendFactors[step]);
      if (to - from >= 2) {
        out[step] = smooth(windows.values(), from, to, smoothingFactors[step], trendFactors[step]);
      }
    }
  }

  private static void check(String what, double factor) {
    if (factor <= 0 || factor >= 1) {
      throw new WeirException.Unprocessable("invalid %s, got: %f".formatted(what, factor));
    }
  }

  private static double smooth(double[] values, int from, int to, double factor, double trending) {
    double previous = 0;
    double smoothed = values[from];
    double trend = values[from + 1] - values[from];
    for (int i = from + 1; i < to; i++) {
      if (i > from + 1) {
        trend = trending * (smoothed - previous) + (1 - trending) * trend;
      }
      double next = factor * values[i] + (1 - factor) * (smoothed + trend);
      previous = smoothed;
      smoothed = next;
    }
    return smoothed;
  }
}
