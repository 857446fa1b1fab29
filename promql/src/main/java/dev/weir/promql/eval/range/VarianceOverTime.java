package dev.weir.promql.eval.range;

import dev.weir.promql.eval.function.CompensatedSum;

/// `stdvar_over_time` and `stddev_over_time`, of the population, by Welford's method with
/// compensated sums.
public final class VarianceOverTime implements RangeKernel {
  private final boolean deviation;

  private VarianceOverTime(boolean deviation) {
    this.deviation = deviation;
  }

  public static VarianceOverTime variance() {
    return new VarianceOverTime(false);
  }

  public static VarianceOverTime deviation() {
    return new VarianceOverTime(true);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from < to) {
        double variance = variance(windows.values(), from, to);
        out[step] = deviation ? Math.sqrt(variance) : variance;
      }
    }
  }

  private static double variance(double[] values, int from, int to) {
    CompensatedSum mean = new CompensatedSum();
    CompensatedSum squares = new CompensatedSum();
    double count = 0;
    for (int i = from; i < to; i++) {
      count++;
      double delta = values[i] - (mean.sum() + mean.compensation());
      mean.add(delta / count);
      squares.add(delta * (values[i] - (mean.sum() + mean.compensation())));
    }
    return (squares.sum() + squares.compensation()) / count;
  }
}
