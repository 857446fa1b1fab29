package dev.weir.promql.eval.function;

/// Mathematical functions where Go, whose results Prometheus has, differs from Java or has what
/// Java has not.
///
/// Source: the formulas are those of FreeBSD's msun library, which Go's `math` package follows.
public final class GoMath {
  private static final double LN2 = 0.6931471805599453;
  private static final double LN10 = 2.302585092994046;
  private static final double LARGE = 1 << 28;
  private static final double SMALL = 1.0 / (1 << 28);

  private GoMath() {}

  /// The larger one; NaN if one is NaN, unless the other is +Inf.
  public static double max(double a, double b) {
    return a == Double.POSITIVE_INFINITY || b == Double.POSITIVE_INFINITY
        ? Double.POSITIVE_INFINITY
        : Math.max(a, b);
  }

  /// The smaller one; NaN if one is NaN, unless the other is -Inf.
  public static double min(double a, double b) {
    return a == Double.NEGATIVE_INFINITY || b == Double.NEGATIVE_INFINITY
        ? Double.NEGATIVE_INFINITY
        : Math.min(a, b);
  }

  /// Powers; 1 to any power is 1, and so is -1 to an infinite one.
  public static double pow(double base, double exponent) {
    if (base == 1 || (base == -1 && Double.isInfinite(exponent))) {
      return 1;
    }
    return Math.pow(base, exponent);
  }

  public static double log2(double value) {
    if (!(value > 0) || Double.isInfinite(value)) {
      return Math.log(value);
    }
    int exponent = Math.getExponent(value);
    double fraction = value;
    if (exponent < Double.MIN_EXPONENT) {
      fraction = value * 0x1p54;
      exponent = Math.getExponent(fraction) - 54;
      fraction = Math.scalb(fraction, -(exponent + 54));
    } else {
      fraction = Math.scalb(value, -exponent);
    }
    // The fraction of Go is in [0.5, 1): half of this one, with an exponent one higher.
    if (fraction == 1) {
      return exponent;
    }
    return Math.log(fraction / 2) * (1 / LN2) + (exponent + 1);
  }

  public static double log10(double value) {
    return log2(value) * (LN2 / LN10);
  }

  public static double asinh(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return value;
    }
    double x = Math.abs(value);
    double result;
    if (x > LARGE) {
      result = Math.log(x) + LN2;
    } else if (x > 2) {
      result = Math.log(2 * x + 1 / (Math.sqrt(x * x + 1) + x));
    } else if (x < SMALL) {
      result = x;
    } else {
      result = Math.log1p(x + x * x / (1 + Math.sqrt(1 + x * x)));
    }
    return Math.copySign(result, value);
  }

  public static double acosh(double value) {
    if (value < 1 || Double.isNaN(value)) {
      return Double.NaN;
    }
    if (value == 1) {
      return 0;
    }
    if (value >= LARGE) {
      return Math.log(value) + LN2;
    }
    if (value > 2) {
      return Math.log(2 * value - 1 / (value + Math.sqrt(value * value - 1)));
    }
    double t = value - 1;
    return Math.log1p(t + Math.sqrt(2 * t + t * t));
  }

  public static double atanh(double value) {
    if (value < -1 || value > 1 || Double.isNaN(value)) {
      return Double.NaN;
    }
    if (value == 1 || value == -1) {
      return Math.copySign(Double.POSITIVE_INFINITY, value);
    }
    double x = Math.abs(value);
    double result;
    if (x < SMALL) {
      result = x;
    } else if (x < 0.5) {
      double t = x + x;
      result = 0.5 * Math.log1p(t + t * x / (1 - x));
    } else {
      result = 0.5 * Math.log1p((x + x) / (1 - x));
    }
    return Math.copySign(result, value);
  }

  /// The whole number that a float stands for, cut towards zero; the least number for one that has
  /// no place in 64 bits.
  public static long toLong(double value) {
    return value >= -0x1p63 && value < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }
}
