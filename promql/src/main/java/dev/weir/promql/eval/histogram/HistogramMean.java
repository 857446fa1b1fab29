package dev.weir.promql.eval.histogram;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramSum;

/// The mean of histograms: a compensated sum divided by the count; once the sum would overflow, a
/// mean that changes with each that comes. One thread at a time.
public final class HistogramMean {
  /// Numbers up to here can be added without overflow.
  private static final double SAFE = Double.MAX_VALUE / 4;

  /// The sum, or the mean once [#isMean].
  private HistogramSum total;

  private double count = 1;
  private boolean isMean;

  public HistogramMean(NativeHistogram first) {
    this.total = HistogramSum.compensated(first);
  }

  private HistogramMean(HistogramSum total, double count, boolean isMean) {
    this.total = total;
    this.count = count;
    this.isMean = isMean;
  }

  /// One that goes on from where another was: [#total], [#count] and [#isMean].
  public static HistogramMean resume(HistogramSum total, double count, boolean isMean) {
    return new HistogramMean(total, count, isMean);
  }

  /// Histograms taken in.
  public double count() {
    return count;
  }

  /// Whether [#total] is a mean already.
  public boolean isMean() {
    return isMean;
  }

  /// The sum so far, or the mean: for whoever asks what happened while it was computed.
  public HistogramSum total() {
    return total;
  }

  public void add(NativeHistogram histogram) {
    add(HistogramSum.compensated(histogram), 1, false);
  }

  /// Adds all that another has taken in. The other one is of no use afterwards.
  public void add(HistogramMean later) {
    add(later.total, later.count, later.isMean);
  }

  private void add(HistogramSum other, double otherCount, boolean otherIsMean) {
    double before = count;
    count += otherCount;
    if (!isMean && !otherIsMean) {
      if (total.largest() <= SAFE && other.largest() <= SAFE) {
        total.add(other);
        return;
      }
      HistogramSum tried = total.copy();
      tried.add(other.copy());
      if (!tried.overflows()) {
        total = tried;
        return;
      }
    }
    if (!isMean) {
      isMean = true;
      total.divide(before);
    }
    if (!otherIsMean) {
      other.divide(otherCount);
    }
    total.multiply(before / count);
    total.add(other.multiply(otherCount / count));
  }

  public NativeHistogram value() {
    return isMean ? total.toHistogram() : total.copy().divide(count).toHistogram();
  }
}
