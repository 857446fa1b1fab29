package dev.weir.blocks.merge;

import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One question to many sources.
///
/// Most sources have what they need in memory and answer sooner than a thread wakes up. So the
/// thread that asks goes through those itself, and wakes a helper only for each source behind a
/// network, and one if it takes longer than it should. A helper that still finds a source to ask
/// wakes two more, so that many slow sources are all asked soon.
final class Asking<T> {
  /// Helpers that a helper wakes.
  private static final int WOKEN = 2;

  /// How long the thread that asks goes on alone, about as long as waking another takes.
  private static final long ALONE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final Function<SeriesSource, T> question;
  private final List<Ask> asks;
  private final Queue<Ask> near = new ConcurrentLinkedQueue<>();
  private final Queue<Ask> remote = new ConcurrentLinkedQueue<>();
  private final Executor executor;
  private final AtomicInteger helpersLeft;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /// @param executor runs helpers
  /// @param atOnce sources that are asked side by side
  Asking(
      List<SeriesSource> sources,
      Function<SeriesSource, T> question,
      Executor executor,
      int atOnce) {
    this.question = question;
    this.asks = new ArrayList<>(sources.size());
    for (SeriesSource source : sources) {
      Ask ask = new Ask(source);
      asks.add(ask);
      (source.isRemote() ? remote : near).add(ask);
    }
    this.executor = executor;
    this.helpersLeft = new AtomicInteger(Math.min(atOnce, sources.size()) - 1);
  }

  /// The answers in order of the sources.
  ///
  /// @throws RuntimeException the first failure; who is asked then is interrupted
  /// @throws WeirException.Canceled if the thread was interrupted
  List<T> answers() {
    boolean complete = false;
    long begun = System.nanoTime();
    boolean alone = remote.isEmpty();
    try {
      wake(remote.size());
      for (Ask ask = take(near, remote); ask != null; ask = take(near, remote)) {
        ask.run();
        checkInterrupt();
        if (alone && System.nanoTime() - begun > ALONE_NANOS) {
          alone = false;
          wake(1);
        }
      }
      List<T> answers = new ArrayList<>(asks.size());
      for (Ask ask : asks) {
        answers.add(answer(ask));
      }
      complete = true;
      return answers;
    } finally {
      if (!complete) {
        asks.forEach(Ask::abandon);
      }
    }
  }

  private T answer(Ask ask) {
    checkInterrupt();
    try {
      return ask.answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw canceled();
    } catch (ExecutionException | CancellationException e) {
      throw switch (failure.get()) {
        case RuntimeException cause -> cause;
        case Error cause -> throw cause;
        case null, default -> new WeirException.Internal("a source failed: " + e, e);
      };
    }
  }

  private static void checkInterrupt() {
    if (Thread.currentThread().isInterrupted()) {
      throw canceled();
    }
  }

  private static WeirException.Canceled canceled() {
    return new WeirException.Canceled("interrupted while sources were asked");
  }

  /// The first failure ends all that are still asked, whichever thread asks them. It is known
  /// before whoever waits for its ask hears that there is no answer.
  private void failed(Ask failed, Throwable cause) {
    boolean first = failure.compareAndSet(null, cause);
    failed.answer.completeExceptionally(cause);
    if (first) {
      asks.forEach(Ask::stop);
    }
  }

  private @Nullable Ask take(Queue<Ask> first, Queue<Ask> second) {
    Ask ask = first.poll();
    return ask == null ? second.poll() : ask;
  }

  private void wake(int helpers) {
    for (int i = 0; i < helpers && !(near.isEmpty() && remote.isEmpty()); i++) {
      if (helpersLeft.getAndDecrement() <= 0) {
        return;
      }
      try {
        executor.execute(this::help);
      } catch (RejectedExecutionException _) {
        // Then those who are there already ask.
        return;
      }
    }
  }

  private void help() {
    Ask ask = take(remote, near);
    if (ask == null) {
      return;
    }
    wake(WOKEN);
    for (; ask != null; ask = take(remote, near)) {
      ask.run();
    }
  }

  /// A question to one source. If nobody waits for the answer any more, whoever still looks for it
  /// is interrupted, and what it holds open is closed by whoever comes second.
  private final class Ask {
    private final SeriesSource source;
    private final CompletableFuture<T> answer = new CompletableFuture<>();
    private @Nullable Thread asking;

    private Ask(SeriesSource source) {
      this.source = source;
    }

    /// Looks for the answer. Called at most once.
    void run() {
      if (!begin()) {
        return;
      }
      try {
        T found = question.apply(source);
        if (!answer.complete(found)) {
          discard(found);
        }
      } catch (RuntimeException | Error e) {
        failed(this, e);
      } finally {
        end();
      }
    }

    private synchronized boolean begin() {
      if (answer.isDone()) {
        // Nobody may interrupt a thread that does not ask.
        return false;
      }
      asking = Thread.currentThread();
      return true;
    }

    /// From here on nobody interrupts the thread: it belongs to the executor again.
    private synchronized void end() {
      asking = null;
      if (answer.isCancelled()) {
        Thread.interrupted();
      }
    }

    private synchronized void interrupt() {
      if (asking != null) {
        asking.interrupt();
      }
    }

    /// Nobody waits for the answer any more.
    boolean stop() {
      boolean stopped = answer.cancel(false);
      if (stopped) {
        interrupt();
      }
      return stopped;
    }

    /// The same, and if there is one already, it is closed.
    void abandon() {
      if (!stop() && answer.state() == Future.State.SUCCESS) {
        discard(answer.resultNow());
      }
    }

    private void discard(Object answer) {
      if (answer instanceof MergedSeriesSource.Part part) {
        part.close();
      }
    }
  }
}
