package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.NativeHistogram;

/// Takes the samples of a series in the order in which they are stored.
public interface SampleSink {
  /// A float or a staleness marker; also the marker that ends a series of histograms.
  ///
  /// @param startMillis since when the value counts; 0 where unknown
  void value(long timestampMillis, long startMillis, double value);

  /// @param startMillis since when the histogram counts; 0 where unknown
  void histogram(long timestampMillis, long startMillis, NativeHistogram histogram);
}
