package dev.weir.promql.eval.run;

import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryLimits;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// Counts what a query holds in memory against its limits. Safe for many threads.
public final class Budget {
  private final QueryLimits limits;
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong peakSamples = new AtomicLong();
  private final AtomicLong series = new AtomicLong();
  private final LongAdder samplesRead = new LongAdder();
  private final LongAdder groupsRead = new LongAdder();

  Budget(QueryLimits limits) {
    this.limits = limits;
  }

  /// Something of that size comes into memory.
  ///
  /// @throws WeirException.LimitExceeded if it is too much
  public void reserve(long moreSamples, long moreBytes) {
    long held = samples.addAndGet(moreSamples);
    if (held > peakSamples.get()) {
      peakSamples.accumulateAndGet(held, Math::max);
    }
    if (held > limits.maxSamples()) {
      throw tooManySamples();
    }
    if (bytes.addAndGet(moreBytes) > limits.maxMemoryBytes()) {
      throw new WeirException.LimitExceeded(
          ("query needs more than %d bytes for samples and results, the limit of a query's memory;"
                  + " select fewer series, a shorter range or a longer step")
              .formatted(limits.maxMemoryBytes()));
    }
  }

  /// Prometheus's error for a query that would hold too many samples.
  public static WeirException.LimitExceeded tooManySamples() {
    return new WeirException.LimitExceeded(
        "query processing would load too many samples into memory in query execution");
  }

  /// Something that was reserved is no longer needed.
  public void release(long fewerSamples, long fewerBytes) {
    samples.addAndGet(-fewerSamples);
    bytes.addAndGet(-fewerBytes);
  }

  /// A group was selected.
  ///
  /// @throws WeirException.LimitExceeded if the query selects too many series
  public void countGroup(int groupSeries) {
    groupsRead.increment();
    if (series.addAndGet(groupSeries) > limits.maxSeries()) {
      throw new WeirException.LimitExceeded(
          "query selects more than %d series, the limit of a query; use narrower selectors"
              .formatted(limits.maxSeries()));
    }
  }

  public void countSamplesRead(long read) {
    samplesRead.add(read);
  }

  public long maxSamples() {
    return limits.maxSamples();
  }

  public long samplesRead() {
    return samplesRead.sum();
  }

  public long peakSamples() {
    return peakSamples.get();
  }

  public long seriesRead() {
    return series.get();
  }

  public long groupsRead() {
    return groupsRead.sum();
  }
}
