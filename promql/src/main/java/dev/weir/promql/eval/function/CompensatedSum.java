package dev.weir.promql.eval.function;

/// A sum that carries what rounding lost, by Neumaier's variant of Kahan summation, step by step as
/// Prometheus computes it. Add to it, then ask for [#value].
///
/// Source: A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen",
/// ZAMM 54 (1974).
public final class CompensatedSum {
  private double sum;
  private double compensation;

  public CompensatedSum() {}

  public CompensatedSum(double first) {
    this.sum = first;
  }

  public void set(double newSum, double newCompensation) {
    sum = newSum;
    compensation = newCompensation;
  }

  public void add(double value) {
    double total = sum + value;
    compensation = compensationAfter(sum, compensation, value, total);
    sum = total;
  }

  /// What is lost so far when `value` has been added to `sum` and `total` came out.
  public static double compensationAfter(
      double sum, double compensation, double value, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(value)
        ? compensation + ((sum - total) + value)
        : compensation + ((value - total) + sum);
  }

  public double sum() {
    return sum;
  }

  public double compensation() {
    return compensation;
  }

  /// The sum with what was lost.
  public double value() {
    return Double.isInfinite(sum) ? sum : sum + compensation;
  }
}
