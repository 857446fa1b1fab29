package dev.weir.promql.eval.range;

import dev.weir.promql.eval.function.CompensatedSum;

/// `sum_over_time` and `avg_over_time`, with compensated summation.
///
/// Where windows overlap much, they slide by the two-stack method: sums of all suffixes up to a
/// pivot, computed backwards once, and a running sum from the pivot on; a window is one suffix and
/// that running sum. Both halves carry their compensation, so a slid sum is as good as one that was
/// added up anew. Sums that come near overflow are added up anew, because then the order matters.
public final class SumOverTime implements RangeKernel {
  private static final double NEAR_OVERFLOW = 1e300;

  private final boolean average;
  private final boolean slides;

  private SumOverTime(boolean average, boolean slides) {
    this.average = average;
    this.slides = slides;
  }

  public static SumOverTime sum() {
    return new SumOverTime(false, true);
  }

  public static SumOverTime average() {
    return new SumOverTime(true, true);
  }

  /// The same with each window added up anew, however much they overlap.
  public SumOverTime withoutSliding() {
    return new SumOverTime(average, false);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    double[] weights = windows.weights();
    if (!average || weights == null) {
      ofValues(windows, out);
      return;
    }
    // What stands for several samples is their sum.
    new SumOverTime(false, slides).ofValues(windows, out);
    double[] counts = FloatWindows.counts(weights, windows.windows());
    for (int step = 0; step < out.length; step++) {
      if (windows.to(step) > windows.from(step)) {
        out[step] /= counts[step];
      }
    }
  }

  private void ofValues(FloatWindows windows, double[] out) {
    if (slides && windows.overlapMuch()) {
      slide(windows, out);
    } else {
      for (int step = 0; step < out.length; step++) {
        if (windows.to(step) > windows.from(step)) {
          out[step] = anew(windows.values(), windows.from(step), windows.to(step));
        }
      }
    }
  }

  private double anew(double[] values, int from, int to) {
    return average ? average(values, from, to) : sum(values, from, to);
  }

  /// The sum of values, from the first to the last.
  public static double sum(double[] values, int from, int to) {
    double sum = 0;
    double compensation = 0;
    for (int i = from; i < to; i++) {
      double total = sum + values[i];
      compensation = CompensatedSum.compensationAfter(sum, compensation, values[i], total);
      sum = total;
    }
    return Double.isInfinite(sum) ? sum : sum + compensation;
  }

  /// The sum divided by the count; where the sum would overflow, a mean that grows with each value
  /// from there on.
  public static double average(double[] values, int from, int to) {
    double sum = values[from];
    double compensation = 0;
    int i = from + 1;
    for (; i < to; i++) {
      double total = sum + values[i];
      if (Double.isInfinite(total)) {
        break;
      }
      compensation = CompensatedSum.compensationAfter(sum, compensation, values[i], total);
      sum = total;
    }
    double count = i - from;
    if (i == to) {
      return sum / count + compensation / count;
    }
    double mean = sum / count;
    compensation /= count;
    for (; i < to; i++) {
      count++;
      double share = (count - 1) / count;
      double old = share * mean;
      double added = values[i] / count;
      mean = old + added;
      compensation = CompensatedSum.compensationAfter(old, share * compensation, added, mean);
    }
    return mean + compensation;
  }

  private void slide(FloatWindows windows, double[] out) {
    double[] values = windows.values();
    int begin = windows.windows().begin();
    int length = windows.windows().end() - begin;
    double[] suffixSums = new double[length];
    double[] suffixCompensations = new double[length];
    CompensatedSum running = new CompensatedSum();
    int pivot = begin;
    int added = begin;
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from >= to) {
        continue;
      }
      if (from >= pivot) {
        pivot = to;
        added = to;
        running.set(0, 0);
        CompensatedSum suffix = new CompensatedSum();
        for (int i = to - 1; i >= from; i--) {
          suffix.add(values[i]);
          suffixSums[i - begin] = suffix.sum();
          suffixCompensations[i - begin] = suffix.compensation();
        }
      }
      for (; added < to; added++) {
        running.add(values[added]);
      }
      double left = suffixSums[from - begin];
      double total = left + running.sum();
      double compensation =
          CompensatedSum.compensationAfter(
                  left, suffixCompensations[from - begin], running.sum(), total)
              + running.compensation();
      if (Math.abs(total) > NEAR_OVERFLOW) {
        out[step] = anew(values, from, to);
      } else if (average) {
        double count = to - from;
        out[step] = total / count + compensation / count;
      } else {
        out[step] = total + compensation;
      }
    }
  }
}
