package dev.weir.blocks.chunk;

/// Estimates what an entropy coder leaves of bytes, from their order-0 entropy (Shannon 1948).
final class ByteEntropy {
  private static final double LN_2 = Math.log(2);

  /// A frame's columns share one table of codes, which fits none of them exactly. Measured on
  /// recordings of real scrapes; anything from 1.1 to 1.5 does nearly as well.
  private static final double MISFIT = 1.2;

  /// What a change from one kind of bytes to another costs.
  private static final double START = 8;

  private ByteEntropy() {}

  /// Bytes that `total` bytes take, which come as often as `counts` says.
  static double cost(int[] counts, int total) {
    double bits = 0;
    for (int count : counts) {
      if (count > 0 && count < total) {
        bits -= count * Math.log((double) count / total);
      }
    }
    return START + MISFIT * bits / LN_2 / 8;
  }
}
