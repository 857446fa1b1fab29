package dev.weir.promql.eval.run;

import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryLimits;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Counts what a query holds in memory against its limits. Safe for many threads.
public final class Budget {
  private final QueryLimits limits;
  private final SharedMemory shared;
  private volatile @Nullable QueryLimit exceeded;
  private final AtomicBoolean entered = new AtomicBoolean(true);
  private boolean handedOver;
  private final AtomicLong samples = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong peakSamples = new AtomicLong();
  private final AtomicLong series = new AtomicLong();
  private final LongAdder samplesRead = new LongAdder();
  private final LongAdder groupsRead = new LongAdder();

  /// @param shared with the other queries
  Budget(QueryLimits limits, SharedMemory shared) {
    this.limits = limits;
    this.shared = shared;
    shared.enter();
  }

  /// Something of that size comes into memory.
  ///
  /// @throws WeirException.LimitExceeded if it is too much
  public void reserve(long moreSamples, long moreBytes) {
    long held = samples.addAndGet(moreSamples);
    if (held > peakSamples.get()) {
      peakSamples.accumulateAndGet(held, Math::max);
    }
    long heldBytes = bytes.addAndGet(moreBytes);
    boolean hasRoom = shared.change(moreBytes, heldBytes);
    if (held > limits.maxSamples()) {
      throw tooManySamples();
    }
    if (heldBytes > limits.maxMemoryBytes()) {
      throw exceeded(
          QueryLimit.MEMORY,
          ("query needs more than %d bytes for samples and results, the limit of a query's memory;"
                  + " select fewer series, a shorter range or a longer step")
              .formatted(limits.maxMemoryBytes()));
    }
    if (!hasRoom) {
      throw exceeded(
          QueryLimit.TOTAL_MEMORY,
          ("queries need more than %d bytes for samples and results, the limit of their memory"
                  + " together, of which this one holds %d; try again, or select fewer series, a"
                  + " shorter range or a longer step")
              .formatted(shared.maxBytes(), heldBytes - moreBytes));
    }
  }

  /// Takes room for something that the query can do without, if there is room now. It counts
  /// against the limits, but not as what the query needed at its peak.
  boolean tryReserve(long moreSamples, long moreBytes) {
    long held = samples.addAndGet(moreSamples);
    long heldBytes = bytes.addAndGet(moreBytes);
    boolean hasRoom = shared.change(moreBytes, heldBytes);
    if (hasRoom && held <= limits.maxSamples() && heldBytes <= limits.maxMemoryBytes()) {
      return true;
    }
    release(moreSamples, moreBytes);
    return false;
  }

  /// Prometheus's error for a query that would hold too many samples.
  public WeirException.LimitExceeded tooManySamples() {
    return exceeded(
        QueryLimit.SAMPLES,
        "query processing would load too many samples into memory in query execution");
  }

  private WeirException.LimitExceeded exceeded(QueryLimit limit, String message) {
    exceeded = limit;
    return new WeirException.LimitExceeded(message);
  }

  /// The limit that was reached, if one was.
  public Optional<QueryLimit> exceeded() {
    return Optional.ofNullable(exceeded);
  }

  /// The query has ended. What it still holds is given back, unless it was handed over.
  public void close() {
    if (!handedOver) {
      giveBack();
    }
  }

  /// What the query still holds, which is its result, counts beyond its end.
  ///
  /// @return gives it back
  Runnable handOver() {
    handedOver = true;
    return this::giveBack;
  }

  private void giveBack() {
    if (entered.compareAndSet(true, false)) {
      shared.leave(bytes.getAndSet(0));
    }
  }

  /// Something that was reserved is no longer needed.
  public void release(long fewerSamples, long fewerBytes) {
    samples.addAndGet(-fewerSamples);
    shared.change(-fewerBytes, bytes.addAndGet(-fewerBytes));
  }

  /// A group was selected.
  ///
  /// @throws WeirException.LimitExceeded if the query selects too many series
  public void countGroup(int groupSeries) {
    groupsRead.increment();
    if (series.addAndGet(groupSeries) > limits.maxSeries()) {
      throw exceeded(
          QueryLimit.SERIES,
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

  long maxMemoryBytes() {
    return limits.maxMemoryBytes();
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
