package dev.weir.promql.eval.select;

import dev.weir.model.WeirException;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs tasks on an executor, a bounded number at once, and hands their results on in the order in
/// which the tasks came.
///
/// Belongs to one thread. That thread works too: a task whose turn has come and that nobody has
/// begun is run by it, so work goes on when the executor is busy or refuses, and a single task
/// never changes threads. After [#close] no task runs any more.
final class OrderedWork<T> implements AutoCloseable {
  private final Executor executor;
  private final int inFlight;
  private final Consumer<? super T> results;
  private final ArrayDeque<Task<T>> waiting = new ArrayDeque<>();
  private boolean firstIsHeldBack;

  OrderedWork(Executor executor, int inFlight, Consumer<? super T> results) {
    this.executor = executor;
    this.inFlight = inFlight;
    this.results = results;
  }

  void submit(Supplier<? extends T> work) {
    Task<T> task = new Task<>(work);
    if (waiting.isEmpty()) {
      // It may be the only one.
      firstIsHeldBack = true;
    } else {
      if (firstIsHeldBack) {
        firstIsHeldBack = false;
        execute(waiting.getFirst());
      }
      execute(task);
    }
    waiting.add(task);
    if (waiting.size() >= inFlight) {
      handOnFirst();
    }
  }

  private void execute(Task<T> task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException _) {
      // Then this thread runs it, when its turn comes.
      return;
    }
  }

  private void handOnFirst() {
    Task<T> first = waiting.removeFirst();
    firstIsHeldBack = false;
    results.accept(first.result());
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
    waiting.forEach(Task::abandon);
    waiting.forEach(Task::awaitUninterruptibly);
    waiting.clear();
  }

  private static final class Task<T> implements Runnable {
    private final Supplier<? extends T> work;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);
    // Written before the latch opens, read after.
    private @Nullable T result;
    private @Nullable Throwable failure;

    private Task(Supplier<? extends T> work) {
      this.work = work;
    }

    @Override
    public void run() {
      if (!begun.compareAndSet(false, true)) {
        return;
      }
      try {
        result = work.get();
      } catch (RuntimeException | Error e) {
        failure = e;
      } finally {
        done.countDown();
      }
    }

    private T result() {
      run();
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
      if (begun.compareAndSet(false, true)) {
        done.countDown();
      }
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
