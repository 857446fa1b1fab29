package dev.weir.promql.query;

/// A caller's wish that a query stops. Any thread may make it; the query notices within one group
/// of series, or one series of steps.
public final class Cancellation {
  private volatile boolean canceled;

  public void cancel() {
    canceled = true;
  }

  public boolean isCanceled() {
    return canceled;
  }
}
