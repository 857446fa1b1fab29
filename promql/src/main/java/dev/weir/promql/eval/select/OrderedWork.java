package dev.weir.promql.eval.select;

import dev.weir.model.WeirException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs tasks by several threads, and hands their results on in the order in which the tasks came.
///
/// Belongs to one thread, which does most of the work where tasks are short: it runs whatever
/// nobody has begun, and waits only if all are. Helpers are woken when there is a second task, and
/// stay until none is left; so work goes on when the executor is busy or refuses, and a single task
/// never changes threads. After [#close] no task runs any more.
final class OrderedWork<T> implements AutoCloseable {
  private final Executor executor;
  private final int helpers;
  private final int inFlight;
  private final Consumer<? super T> results;

  /// All whose results have not been handed on, in order.
  private final ArrayDeque<Task<T>> waiting = new ArrayDeque<>();

  /// Those of them that nobody has begun, in order. Whoever takes one runs it.
  private final Queue<Task<T>> unbegun = new ConcurrentLinkedQueue<>();

  private final AtomicInteger helping = new AtomicInteger();

  /// @param helpers that work at once beside the thread that this belongs to
  /// @param inFlight tasks whose results have not been handed on
  OrderedWork(Executor executor, int helpers, int inFlight, Consumer<? super T> results) {
    this.executor = executor;
    this.helpers = helpers;
    this.inFlight = inFlight;
    this.results = results;
  }

  void submit(Supplier<? extends T> work) {
    Task<T> task = new Task<>(work);
    unbegun.add(task);
    waiting.add(task);
    if (waiting.size() > 1) {
      wakeHelper();
    }
    if (waiting.size() >= inFlight) {
      handOnFirst();
    }
  }

  private void wakeHelper() {
    if (helping.get() >= helpers) {
      return;
    }
    helping.incrementAndGet();
    try {
      executor.execute(new Helper<>(unbegun, helping));
    } catch (RejectedExecutionException _) {
      // Then this thread does all the work.
      helping.decrementAndGet();
    }
  }

  /// Holds nothing but the queue: it may stand in line at the executor long after the query ended.
  private record Helper<T>(Queue<Task<T>> unbegun, AtomicInteger helping) implements Runnable {
    @Override
    public void run() {
      for (Task<T> task = unbegun.poll(); task != null; task = unbegun.poll()) {
        task.run();
      }
      helping.decrementAndGet();
    }
  }

  private void handOnFirst() {
    // It stays in line until it is done: closing waits for all that have begun.
    Task<T> first = waiting.getFirst();
    while (!first.isDone()) {
      Task<T> next = unbegun.poll();
      if (next == null) {
        break;
      }
      next.run();
    }
    T result = first.result();
    waiting.removeFirst();
    results.accept(result);
  }

  /// Hands on all results that are left.
  void finish() {
    while (!waiting.isEmpty()) {
      handOnFirst();
    }
  }

  @Override
  public void close() {
    // First none begins any more, then those that have begun come to their end.
    for (Task<T> task = unbegun.poll(); task != null; task = unbegun.poll()) {
      task.abandon();
    }
    waiting.forEach(Task::awaitUninterruptibly);
    waiting.clear();
  }

  private static final class Task<T> {
    private final Supplier<? extends T> work;
    private final CountDownLatch done = new CountDownLatch(1);
    // Written before the latch opens, read after.
    private @Nullable T result;
    private @Nullable Throwable failure;

    private Task(Supplier<? extends T> work) {
      this.work = work;
    }

    private void run() {
      try {
        result = work.get();
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        done.countDown();
      }
    }

    private boolean isDone() {
      return done.getCount() == 0;
    }

    private T result() {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new WeirException.Canceled("query was canceled in expression evaluation");
      }
      if (failure instanceof RuntimeException e) {
        throw e;
      }
      if (failure instanceof Error e) {
        throw e;
      }
      if (result == null) {
        throw new WeirException.Internal("a task of a query came to nothing");
      }
      return result;
    }

    private void abandon() {
      done.countDown();
    }

    private void awaitUninterruptibly() {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
