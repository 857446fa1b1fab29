package dev.weir.promql.eval.range;

import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;

/// The extrapolation of windows that several series share: what depends on timestamps alone is
/// computed once for all of them, and comes out as [Extrapolation] computes it for each.
///
/// @param sampled of each window, the time from its first to its last sample, in seconds
/// @param toStart how far the series are taken to go on before the first
/// @param toEnd how far after the last
/// @param factors what differences are multiplied by where no counter's zero is in between
record GroupExtrapolation(
    Extrapolation extrapolation,
    double[] sampled,
    double[] toStart,
    double[] toEnd,
    double[] factors) {
  /// Above what rounding can do to two products.
  private static final double SURELY = 1 + 1e-9;

  static GroupExtrapolation of(
      Extrapolation extrapolation, long[] timestampsMillis, Windows windows, Steps ends) {
    int steps = windows.count();
    GroupExtrapolation shared =
        new GroupExtrapolation(
            extrapolation,
            new double[steps],
            new double[steps],
            new double[steps],
            new double[steps]);
    for (int step = 0; step < steps; step++) {
      int first = windows.from()[step];
      int last = windows.to()[step] - 1;
      if (last > first) {
        shared.set(
            step,
            timestampsMillis[first],
            timestampsMillis[last],
            last - first,
            ends.timeMillis(step));
      }
    }
    return shared;
  }

  private void set(int step, long firstMillis, long lastMillis, int intervals, long end) {
    sampled[step] = Extrapolation.seconds(lastMillis - firstMillis);
    double average = Extrapolation.average(sampled[step], intervals);
    toEnd[step] = Extrapolation.reached(Extrapolation.seconds(end - lastMillis), average);
    toStart[step] =
        Extrapolation.reached(
            Extrapolation.seconds(firstMillis - (end - extrapolation.rangeMillis())), average);
    factors[step] = extrapolation.factor(sampled[step], toStart[step], toEnd[step]);
  }

  /// What the difference between a window's first and last sample is multiplied by.
  ///
  /// @param value of the first sample
  /// @param difference with resets
  double factor(int step, double value, double difference) {
    if (!extrapolation.counter() || difference <= 0 || value < 0) {
      return factors[step];
    }
    // Products that round to a few bits tell nothing.
    double bound = toStart[step] * difference;
    if (bound >= Double.MIN_NORMAL && value * sampled[step] > bound * SURELY) {
      return factors[step];
    }
    return extrapolation.factor(
        sampled[step],
        extrapolation.toZero(toStart[step], sampled[step], value, difference),
        toEnd[step]);
  }
}
