package dev.weir.objects;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What was asked of an object store since the process began. Safe for use by many threads.
public final class RequestCounts {
  private static final class OfOperation {
    private final LongAdder attempts = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder nanos = new LongAdder();
  }

  private final Map<Operation, OfOperation> byOperation = new EnumMap<>(Operation.class);
  private final LongAdder bytesRead = new LongAdder();
  private final LongAdder bytesWritten = new LongAdder();

  RequestCounts() {
    for (Operation operation : Operation.values()) {
      byOperation.put(operation, new OfOperation());
    }
  }

  private OfOperation of(Operation operation) {
    return byOperation.computeIfAbsent(operation, _ -> new OfOperation());
  }

  void attempted(Operation operation, long nanos) {
    of(operation).attempts.increment();
    of(operation).nanos.add(nanos);
  }

  void failed(Operation operation) {
    of(operation).failures.increment();
  }

  void read(long bytes) {
    bytesRead.add(bytes);
  }

  void written(long bytes) {
    bytesWritten.add(bytes);
  }

  /// Requests, those that failed among them.
  public long attempts(Operation operation) {
    return of(operation).attempts.sum();
  }

  /// Requests that the store could not answer. That an object is there already, or is not there, is
  /// an answer.
  public long failures(Operation operation) {
    return of(operation).failures.sum();
  }

  /// What all requests took together.
  public double seconds(Operation operation) {
    return of(operation).nanos.sum() / 1e9;
  }

  public long bytesRead() {
    return bytesRead.sum();
  }

  public long bytesWritten() {
    return bytesWritten.sum();
  }
}
