package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// A source whose questions end when the time of their request is up or it is canceled, whoever it
/// is that does not answer. The engine looks at both between groups; this covers the time until
/// there are any.
///
/// A question is put by a thread of its own, which is interrupted when nobody waits any longer.
/// Whatever it still finds is closed.
final class TimedSource implements SeriesSource {
  private final SeriesSource source;
  private final Executor askers;
  private final Cancellation cancellation;
  private final Duration time;
  private final long deadlineNanos;

  /// @param askers run the questions, each at once
  /// @param time until all questions have to be answered, from now on
  TimedSource(SeriesSource source, Executor askers, Cancellation cancellation, Duration time) {
    this.source = requireNonNull(source, "source");
    this.askers = requireNonNull(askers, "askers");
    this.cancellation = requireNonNull(cancellation, "cancellation");
    this.time = requireNonNull(time, "time");
    this.deadlineNanos = System.nanoTime() + time.toNanos();
  }

  private <T> T ask(Supplier<T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    FutureTask<?> asking = new FutureTask<>(() -> answer(question, answer), true);
    askers.execute(asking);
    boolean answered = false;
    try (Cancellation.Registration _ = cancellation.whenCanceled(() -> cancel(answer))) {
      T found = answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      answered = true;
      return found;
    } catch (TimeoutException _) {
      throw new WeirException.TimedOut(
          "query timed out: blocks and storage nodes did not answer within %d ms"
              .formatted(time.toMillis()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw canceled();
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case RuntimeException cause -> cause;
        case Error cause -> throw cause;
        case null, default -> new WeirException.Internal("a source failed: " + e, e);
      };
    } finally {
      if (!answered) {
        abandon(answer);
        asking.cancel(true);
      }
    }
  }

  private static WeirException.Canceled canceled() {
    return new WeirException.Canceled("query was canceled while sources were asked");
  }

  private static void cancel(CompletableFuture<?> answer) {
    answer.completeExceptionally(canceled());
  }

  private static <T> void answer(Supplier<T> question, CompletableFuture<T> answer) {
    try {
      T found = question.get();
      if (!answer.complete(found)) {
        discard(found);
      }
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  /// Who comes second, the answer or the end of the wait, closes what was found.
  private static <T> void abandon(CompletableFuture<T> answer) {
    if (!answer.cancel(false) && answer.state() == Future.State.SUCCESS) {
      discard(answer.resultNow());
    }
  }

  private static void discard(Object found) {
    if (found instanceof GroupCursor cursor) {
      cursor.close();
    }
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return ask(() -> source.select(tenant, matchers, range, hints));
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return ask(() -> source.labelNames(tenant, selectors, range, limit));
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return ask(() -> source.labelValues(tenant, name, selectors, range, limit));
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return ask(() -> source.series(tenant, selectors, range, limit));
  }
}
