package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.eval.histogram.HistogramMean;
import org.jspecify.annotations.Nullable;

/// `sum_over_time` and `avg_over_time` of native histograms, compensated.
public enum HistogramsOverTime implements SampleKernel {
  SUM {
    @Override
    @Nullable NativeHistogram value(SampleWindows windows, int from, int to, RangeRemarks remarks) {
      HistogramSum sum = HistogramSum.compensated(windows.histogram(from));
      for (int i = from + 1; i < to; i++) {
        sum.add(windows.histogram(i));
      }
      remarks.aggregated(sum);
      return sum.toHistogram();
    }
  },
  AVERAGE {
    @Override
    @Nullable NativeHistogram value(SampleWindows windows, int from, int to, RangeRemarks remarks) {
      HistogramMean mean = new HistogramMean(windows.histogram(from));
      for (int i = from + 1; i < to; i++) {
        mean.add(windows.histogram(i));
      }
      remarks.aggregated(mean.total());
      return mean.value();
    }
  };

  @Override
  public void evaluate(
      SampleWindows windows,
      RangeRemarks remarks,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from >= to) {
        continue;
      }
      if (fit(windows, from, to)) {
        outHistograms[step] = value(windows, from, to, remarks);
      } else {
        remarks.mixedExponentialAndCustomBuckets();
      }
    }
  }

  private static boolean fit(SampleWindows windows, int from, int to) {
    boolean custom = windows.histogram(from).hasCustomBuckets();
    for (int i = from + 1; i < to; i++) {
      if (windows.histogram(i).hasCustomBuckets() != custom) {
        return false;
      }
    }
    return true;
  }

  abstract @Nullable NativeHistogram value(
      SampleWindows windows, int from, int to, RangeRemarks remarks);
}
