package dev.weir.promql.eval.run;

/// How often, where and by how much the counts of classic histograms had to be raised because they
/// decreased from bucket to bucket.
public final class MonotonicityFix {
  private double lowestBound = Double.POSITIVE_INFINITY;
  private double highestBound = Double.NEGATIVE_INFINITY;
  private double largestRaise;
  private long samples;
  private long firstMillis = Long.MAX_VALUE;
  private long lastMillis = Long.MIN_VALUE;
  private boolean raisedNow;

  /// Counts a bucket that was raised.
  public void raised(double bound, double by) {
    raisedNow = true;
    lowestBound = Math.min(lowestBound, bound);
    highestBound = Math.max(highestBound, bound);
    largestRaise = Math.max(largestRaise, by);
  }

  /// Ends the histogram at one time.
  public void endSample(long timestampMillis) {
    if (raisedNow) {
      samples++;
      firstMillis = Math.min(firstMillis, timestampMillis);
      lastMillis = Math.max(lastMillis, timestampMillis);
      raisedNow = false;
    }
  }

  /// Counts what another one has counted.
  void add(MonotonicityFix other) {
    lowestBound = Math.min(lowestBound, other.lowestBound);
    highestBound = Math.max(highestBound, other.highestBound);
    largestRaise = Math.max(largestRaise, other.largestRaise);
    samples += other.samples;
    firstMillis = Math.min(firstMillis, other.firstMillis);
    lastMillis = Math.max(lastMillis, other.lastMillis);
  }

  public boolean isNeeded() {
    return samples > 0;
  }

  public double lowestBound() {
    return lowestBound;
  }

  public double highestBound() {
    return highestBound;
  }

  public double largestRaise() {
    return largestRaise;
  }

  /// Histograms that were changed, each at one time.
  public long samples() {
    return samples;
  }

  public long firstMillis() {
    return firstMillis;
  }

  public long lastMillis() {
    return lastMillis;
  }
}
