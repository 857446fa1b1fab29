package dev.weir.model;

/// The NaN that stands where a series has no sample at a row's timestamp. It is never a sample: who
/// takes values from outside passes them through [#replaceIn], and no query result contains it.
public final class AbsentValue {
  public static final long BITS = 0x7ff0000000000004L;

  public static final double VALUE = Double.longBitsToDouble(BITS);

  /// What Prometheus calls the normal NaN.
  private static final double NORMAL_NAN = Double.longBitsToDouble(0x7ff8000000000001L);

  private AbsentValue() {}

  public static boolean is(double value) {
    return Double.doubleToRawLongBits(value) == BITS;
  }

  /// The value to keep for one that came from outside: itself, or the normal NaN if it happens to
  /// have the bits of absence.
  public static double replaceIn(double value) {
    return is(value) ? NORMAL_NAN : value;
  }
}
