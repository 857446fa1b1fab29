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

  /// Bytes that bytes take which come as often as `counts` says.
  ///
  /// @param total sum of the counts
  static double cost(int[] counts, int total) {
    double bits = nLogN(total);
    for (int count : counts) {
      bits -= nLogN(count);
    }
    return cost(bits);
  }

  /// Bytes that one byte of each of `values[from]` to `values[to - 1]` takes.
  ///
  /// @param shift bits below that byte
  /// @param counts 256 zeros, and zeros again afterwards
  static double cost(long[] values, int from, int to, int shift, int[] counts) {
    for (int i = from; i < to; i++) {
      counts[(int) (values[i] >>> shift) & 0xff]++;
    }
    double bits = nLogN(to - from);
    if (to - from < counts.length) {
      // A short column has few of the 256 bytes, and columns of small blocks are short.
      for (int i = from; i < to; i++) {
        int own = (int) (values[i] >>> shift) & 0xff;
        bits -= nLogN(counts[own]);
        counts[own] = 0;
      }
    } else {
      for (int i = 0; i < counts.length; i++) {
        bits -= nLogN(counts[i]);
        counts[i] = 0;
      }
    }
    return cost(bits);
  }

  private static double cost(double bits) {
    return START + MISFIT * bits / 8;
  }
}
