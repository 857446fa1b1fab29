package dev.weir.promql.eval.range;

/// Functions that look at one sample of the window, or at none: its first, its last, their times,
/// and how many there are.
public enum SampleOverTime implements RangeKernel {
  FIRST {
    @Override
    double value(FloatWindows windows, int from, int to) {
      return windows.values()[from];
    }
  },
  LAST {
    @Override
    double value(FloatWindows windows, int from, int to) {
      return windows.values()[to - 1];
    }
  },
  TIME_OF_FIRST {
    @Override
    double value(FloatWindows windows, int from, int to) {
      return windows.timestampsMillis()[from] / 1000.0;
    }
  },
  TIME_OF_LAST {
    @Override
    double value(FloatWindows windows, int from, int to) {
      return windows.timestampsMillis()[to - 1] / 1000.0;
    }
  },
  COUNT {
    @Override
    public void evaluate(FloatWindows windows, double[] out) {
      double[] weights = windows.weights();
      if (weights == null) {
        super.evaluate(windows, out);
        return;
      }
      double[] counts = FloatWindows.counts(weights, windows.windows());
      for (int step = 0; step < out.length; step++) {
        if (counts[step] > 0) {
          out[step] = counts[step];
        }
      }
    }

    @Override
    double value(FloatWindows windows, int from, int to) {
      return to - from;
    }
  },
  PRESENT {
    @Override
    double value(FloatWindows windows, int from, int to) {
      return 1;
    }
  };

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from < to) {
        out[step] = value(windows, from, to);
      }
    }
  }

  /// @param from index of the first sample in the window
  /// @param to index behind the last
  abstract double value(FloatWindows windows, int from, int to);
}
