package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.NativeHistogram;

/// The counts of a chunk's histograms, one sample after another. Not for sharing between threads.
interface HistogramCounts {
  /// Reads those of the first sample.
  ///
  /// @return whether it is a staleness marker
  boolean readFirst(BitReader in);

  /// Reads those of a later sample.
  ///
  /// @return whether it is a staleness marker
  boolean readLater(BitReader in);

  double count();

  double zeroCount();

  double sum();

  /// Counts of the positive buckets of the sample that was read last; the caller's.
  double[] positive();

  double[] negative();

  void writeFirst(BitWriter out, NativeHistogram histogram);

  void writeLater(BitWriter out, NativeHistogram histogram);

  /// Writes a staleness marker; nothing but another can follow.
  void writeStale(BitWriter out);
}
