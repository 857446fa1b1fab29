package dev.weir.blocks.chunk;

/// Estimates what an entropy coder leaves of bytes, from their order-0 entropy (Shannon 1948).
final class ByteEntropy {
  private static final double LN_2 = Math.log(2);

  /// A frame's columns share one table of codes, which fits none of them exactly. Measured on
  /// recordings of real scrapes; anything from 1.1 to 1.5 does nearly as well.
  private static final double MISFIT = 1.2;

  /// What a change from one kind of bytes to another costs.
  private static final double START = 8;

  /// `n * log2(n)` for the counts that columns mostly have.
  private static final double[] N_LOG_N = new double[1 << 12];

  static {
    for (int n = 1; n < N_LOG_N.length; n++) {
      N_LOG_N[n] = n * Math.log(n) / LN_2;
    }
  }

  private ByteEntropy() {}

  private static double nLogN(int n) {
    return n < N_LOG_N.length ? N_LOG_N[n] : n * Math.log(n) / LN_2;
  }

  /// Bytes that `total` bytes take, which come as often as `counts` says.
  static double cost(int[] counts, int total) {
    double bits = nLogN(total);
    for (int count : counts) {
      bits -= nLogN(count);
    }
    return START + MISFIT * bits / 8;
  }
}
