package dev.weir.query.watch;

import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// The queries that run or wait now. Safe for many threads.
public final class ActiveQueries {
  /// One of them.
  ///
  /// @param begunNanos when it came, on the clock of [System#nanoTime]
  private record Entry(Question question, long begunNanos) {}

  /// What can be said of one.
  ///
  /// @param number in the order in which they came
  /// @param runningNanos since it came, waiting included
  public record Active(long number, Question question, long runningNanos) {}

  /// Ends what [#add] began.
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private final ConcurrentMap<Long, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final LongSupplier nanoClock;

  public ActiveQueries(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  Registration add(Question question) {
    long number = numbers.incrementAndGet();
    entries.put(number, new Entry(question, nanoClock.getAsLong()));
    return () -> entries.remove(number);
  }

  /// The longest running first.
  public List<Active> list() {
    long now = nanoClock.getAsLong();
    return entries.entrySet().stream()
        .map(entry ->
            new Active(
                entry.getKey(), entry.getValue().question(), now - entry.getValue().begunNanos()))
        .sorted(Comparator.comparingLong(Active::number))
        .toList();
  }
}
