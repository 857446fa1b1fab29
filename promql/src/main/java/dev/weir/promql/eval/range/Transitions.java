package dev.weir.promql.eval.range;

/// `changes` and `resets`: how often neighbouring samples of the window differ, or the later is the
/// smaller. Counted once for the series; a window's count is a difference of two of those.
public final class Transitions implements RangeKernel {
  private enum Kind {
    CHANGE,
    RESET
  }

  private final Kind kind;

  private Transitions(Kind kind) {
    this.kind = kind;
  }

  public static Transitions changes() {
    return new Transitions(Kind.CHANGE);
  }

  public static Transitions resets() {
    return new Transitions(Kind.RESET);
  }

  @Override
  public void evaluate(FloatWindows windows, double[] out) {
    int begin = windows.windows().begin();
    int[] upTo = new int[Math.max(1, windows.windows().end() - begin)];
    for (int i = 1; i < upTo.length; i++) {
      upTo[i] = upTo[i - 1] + (isTransition(windows, begin + i) ? 1 : 0);
    }
    for (int step = 0; step < out.length; step++) {
      int first = windows.from(step);
      int last = windows.to(step) - 1;
      if (last >= first) {
        out[step] = upTo[last - begin] - upTo[first - begin];
      }
    }
  }

  private boolean isTransition(FloatWindows windows, int index) {
    double before = windows.values()[index - 1];
    double value = windows.values()[index];
    return switch (kind) {
      case CHANGE -> value != before && !(Double.isNaN(value) && Double.isNaN(before));
      case RESET -> value < before || ExtrapolatedRate.restartedAfter(windows, index - 1);
    };
  }
}
