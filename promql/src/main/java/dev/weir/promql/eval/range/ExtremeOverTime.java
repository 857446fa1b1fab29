package dev.weir.promql.eval.range;

/// `max_over_time`, `min_over_time` and the times of those. NaN counts only where there is nothing
/// else.
///
/// Slides with a monotonic queue of the indices that can still become the extreme: each sample
/// enters and leaves once.
public final class ExtremeOverTime implements RangeKernel {
  private final boolean maximum;
  private final boolean time;

  private ExtremeOverTime(boolean maximum, boolean time) {
    this.maximum = maximum;
    this.time = time;
  }

  public static ExtremeOverTime max() {
    return new ExtremeOverTime(true, false);
  }

  public static ExtremeOverTime min() {
    return new ExtremeOverTime(false, false);
  }

  /// Of several samples with the greatest value, the time of the last.
  public static ExtremeOverTime timeOfMax() {
    return new ExtremeOverTime(true, true);
  }

  public static ExtremeOverTime timeOfMin() {
    return new ExtremeOverTime(false, true);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    double[] values = windows.values();
    long[] timestamps = windows.timestampsMillis();
    int[] queue = new int[Math.max(0, windows.windows().end() - windows.windows().begin())];
    int head = 0;
    int tail = 0;
    int added = windows.windows().begin();
    for (int step = 0; step < out.length; step++) {
      int from = windows.from(step);
      int to = windows.to(step);
      if (from >= to) {
        continue;
      }
      for (added = Math.max(added, from); added < to; added++) {
        double value = values[added];
        if (!Double.isNaN(value)) {
          while (tail > head && yields(values[queue[tail - 1]], value)) {
            tail--;
          }
          queue[tail++] = added;
        }
      }
      while (head < tail && queue[head] < from) {
        head++;
      }
      int extreme = head < tail ? queue[head] : to - 1;
      out[step] = time ? timestamps[extreme] / 1000.0 : values[extreme];
    }
  }

  /// Whether a value can no longer be the extreme once a later one has come.
  private boolean yields(double earlier, double later) {
    if (time && earlier == later) {
      return true;
    }
    return maximum ? earlier < later : earlier > later;
  }
}
