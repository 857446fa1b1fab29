package dev.weir.promql.eval.range;

import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// `quantile_over_time` and `mad_over_time`. Overlapping windows keep their sorted values: the few
/// that leave and enter are moved, the others stay.
public final class QuantileOverTime implements RangeKernel {
  /// Of each step; null for the median deviation.
  private final double @Nullable [] quantiles;

  private final DoubleConsumer outOfRange;

  private QuantileOverTime(double @Nullable [] quantiles, DoubleConsumer outOfRange) {
    this.quantiles = quantiles;
    this.outOfRange = outOfRange;
  }

  /// @param quantiles the quantile of each step
  /// @param outOfRange told of quantiles that are not in 0 to 1 and had something to be applied to
  public static QuantileOverTime quantile(double[] quantiles, DoubleConsumer outOfRange) {
    return new QuantileOverTime(quantiles, outOfRange);
  }

  /// The median of the distances from the median.
  public static QuantileOverTime medianAbsoluteDeviation() {
    return new QuantileOverTime(null, _ -> {});
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    Quantiles sorted = new Quantiles(16);
    int heldFrom = 0;
    int heldTo = 0;
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from >= to) {
        continue;
      }
      int moved = from - heldFrom + to - heldTo;
      if (from >= heldTo || moved > (to - from) / 4) {
        sorted.set(windows.values(), from, to);
      } else {
        for (int i = heldFrom; i < from; i++) {
          sorted.remove(windows.values()[i]);
        }
        for (int i = heldTo; i < to; i++) {
          sorted.insert(windows.values()[i]);
        }
      }
      heldFrom = from;
      heldTo = to;
      if (quantiles == null) {
        out[step] = deviation(sorted);
      } else {
        out[step] = sorted.quantile(quantiles[step]);
        if (!(quantiles[step] >= 0 && quantiles[step] <= 1)) {
          outOfRange.accept(quantiles[step]);
        }
      }
    }
  }

  private static double deviation(Quantiles sorted) {
    if (Double.isNaN(sorted.at(0))) {
      return Double.NaN;
    }
    double median = sorted.quantile(0.5);
    Quantiles distances = new Quantiles(sorted.size());
    double[] values = new double[sorted.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(sorted.at(i) - median);
    }
    distances.set(values, 0, values.length);
    return distances.quantile(0.5);
  }
}
