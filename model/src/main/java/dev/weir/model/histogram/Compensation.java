package dev.weir.model.histogram;

/// What rounding loses of sums, by Neumaier's variant of Kahan summation.
final class Compensation {
  private Compensation() {}

  /// What is lost so far when `value` has been added to `sum` and `total` came out.
  static double after(double sum, double lost, double value, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(value)
        ? lost + ((sum - total) + value)
        : lost + ((value - total) + sum);
  }
}
