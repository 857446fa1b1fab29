package dev.weir.blocks.chunk;

/// Estimates what an entropy coder leaves of bytes: their order-0 entropy (Shannon 1948).
final class ByteEntropy {
  private static final double LN_2 = Math.log(2);

  private ByteEntropy() {}

  /// Bytes that `total` bytes take, which come as often as `counts` says.
  static double cost(int[] counts, int total) {
    double bits = 0;
    for (int count : counts) {
      if (count > 0 && count < total) {
        bits -= count * Math.log((double) count / total);
      }
    }
    return bits / LN_2 / 8;
  }
}
