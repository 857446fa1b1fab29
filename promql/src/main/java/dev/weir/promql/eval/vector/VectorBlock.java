package dev.weir.promql.eval.vector;

import dev.weir.promql.eval.run.Budget;
import java.util.List;

/// Some series of an instant vector, and what the query's budget was told of them.
public record VectorBlock(List<VectorSeries> series, long samples, long bytes) {
  public static final VectorBlock EMPTY = new VectorBlock(List.of(), 0, 0);

  /// What a series takes beside its columns.
  private static final int SERIES_BYTES = 64;

  private static final int HISTOGRAM_BYTES = 512;

  /// A block of new series, which the budget has to have room for.
  public static VectorBlock reserve(Budget budget, List<VectorSeries> series) {
    long samples = 0;
    long bytes = 0;
    for (VectorSeries one : series) {
      int count = one.sampleCount();
      samples += count;
      bytes += SERIES_BYTES + (long) Double.BYTES * one.values().length;
      if (one.histograms() != null) {
        bytes += (long) HISTOGRAM_BYTES * count;
      }
    }
    budget.reserve(samples, bytes);
    return new VectorBlock(series, samples, bytes);
  }

  /// Other series that take this one's place in memory.
  public VectorBlock with(List<VectorSeries> changed) {
    return new VectorBlock(changed, samples, bytes);
  }

  /// The block is not needed any more.
  public void release(Budget budget) {
    budget.release(samples, bytes);
  }
}
