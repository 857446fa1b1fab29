package dev.weir.alerting;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notifications under way, one at a time for each record of `weir.notifications`, and bounded in
/// number. Used by one thread; the jobs themselves have threads of their own.
final class Jobs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  private record Running(int partition, Future<?> job) {}

  private final int max;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("notify-", 0).factory());
  private final Map<ByteBuffer, Running> running = new HashMap<>();

  /// @param max jobs at once
  Jobs(int max) {
    this.max = max;
  }

  /// Whether a job for a record can begin.
  boolean isFree(ByteBuffer key) {
    return running.size() < max && !running.containsKey(key);
  }

  /// Begins a job.
  ///
  /// @param finished called on the job's thread with whether all was told; arranges for [#end]
  void begin(
      ByteBuffer key,
      GroupNotifier notifier,
      NotificationJob job,
      BiConsumer<NotificationJob, Boolean> finished) {
    Future<?> future =
        threads.submit(() -> {
          boolean told = false;
          try {
            told = notifier.notify(job);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            LOG.error("notifying {} of {} failed", job.receiver(), job.groupKey(), e);
          } finally {
            finished.accept(job, told);
          }
        });
    running.put(key, new Running(job.partition(), future));
  }

  void end(ByteBuffer key) {
    running.remove(key);
  }

  int count() {
    return running.size();
  }

  /// Waits until the jobs of partitions are done, or gives them up.
  void await(Set<Integer> partitions, Duration timeout) {
    long endNanos = System.nanoTime() + timeout.toNanos();
    for (Running each : running.values()) {
      if (partitions.contains(each.partition)) {
        try {
          each.job.get(Math.max(0, endNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          each.job.cancel(true);
        } catch (ExecutionException e) {
          LOG.error("a notification failed", e.getCause());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /// Ends all jobs at once.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
