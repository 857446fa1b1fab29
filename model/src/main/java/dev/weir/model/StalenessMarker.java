package dev.weir.model;

/// The NaN that says a series has ended: Prometheus's bit pattern, told apart from the NaN that an
/// exporter may expose by its bits alone.
public final class StalenessMarker {
  public static final long BITS = 0x7ff0000000000002L;

  public static final double VALUE = Double.longBitsToDouble(BITS);

  private StalenessMarker() {}

  public static boolean is(double value) {
    return Double.doubleToRawLongBits(value) == BITS;
  }
}
