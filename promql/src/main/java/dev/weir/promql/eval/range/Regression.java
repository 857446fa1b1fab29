package dev.weir.promql.eval.range;

import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.vector.Steps;
import org.jspecify.annotations.Nullable;

/// `deriv` and `predict_linear`: a least-squares line through the samples of the window, with
/// compensated sums.
public final class Regression implements RangeKernel {
  /// Of each step; null for the slope.
  private final double @Nullable [] predictedSeconds;

  private final Steps steps;

  private Regression(double @Nullable [] predictedSeconds, Steps steps) {
    this.predictedSeconds = predictedSeconds;
    this.steps = steps;
  }

  /// The slope, per second.
  public static Regression slope(Steps steps) {
    return new Regression(null, steps);
  }

  /// The value that the line reaches.
  ///
  /// @param seconds how long after the step, for each step
  public static Regression prediction(Steps steps, double[] seconds) {
    return new Regression(seconds, steps);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    double[] seconds = predictedSeconds;
    Line line = new Line();
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (to - from < 2) {
        continue;
      }
      // Times near those in use keep the sums small.
      line.fit(
          windows,
          from,
          to,
          seconds != null ? steps.timeMillis(step) : windows.timestampsMillis()[from]);
      out[step] = seconds == null ? line.slope : line.slope * seconds[step] + line.intercept;
    }
  }

  private static final class Line {
    private final CompensatedSum sumX = new CompensatedSum();
    private final CompensatedSum sumY = new CompensatedSum();
    private final CompensatedSum sumXy = new CompensatedSum();
    private final CompensatedSum sumXx = new CompensatedSum();
    private double slope;
    private double intercept;

    /// @param originMillis the time at which the intercept is taken
    private void fit(FloatWindows windows, int from, int to, long originMillis) {
      sumX.set(0, 0);
      sumY.set(0, 0);
      sumXy.set(0, 0);
      sumXx.set(0, 0);
      double[] values = windows.values();
      boolean constant = true;
      for (int i = from; i < to; i++) {
        double x = (windows.timestampsMillis()[i] - originMillis) / 1e3;
        double y = values[i];
        constant &= i == from || y == values[from];
        sumX.add(x);
        sumY.add(y);
        sumXy.add(x * y);
        sumXx.add(x * x);
      }
      if (constant) {
        boolean infinite = Double.isInfinite(values[from]);
        slope = infinite ? Double.NaN : 0;
        intercept = infinite ? Double.NaN : values[from];
        return;
      }
      double n = to - from;
      double x = sumX.sum() + sumX.compensation();
      double y = sumY.sum() + sumY.compensation();
      double covariance = sumXy.sum() + sumXy.compensation() - x * y / n;
      double variance = sumXx.sum() + sumXx.compensation() - x * x / n;
      slope = covariance / variance;
      intercept = y / n - slope * x / n;
    }
  }
}
