package dev.weir.objects;

import dev.weir.model.WeirException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Puts requests to an object store, and again where they fail: after pauses that grow and are
/// spread, so that many who were refused together do not come back together, and for a bounded
/// time. No more than so many are under way at once. Safe for use by many threads.
final class Requests {
  private static final int LISTING_TIMEOUTS = 4;

  private final String store;
  private final RequestSettings settings;
  private final Semaphore places;
  private final RequestCounts counts = new RequestCounts();

  /// @param store what messages call it
  Requests(String store, RequestSettings settings) {
    this.store = store;
    this.settings = settings;
    this.places = new Semaphore(settings.atOnce(), true);
  }

  RequestCounts counts() {
    return counts;
  }

  int atOnce() {
    return settings.atOnce();
  }

  /// What the store answers in the end.
  ///
  /// @param object that is asked for
  /// @throws ObjectFailure if it is there already or is not there
  /// @throws WeirException.Unavailable if the store refuses or keeps failing, or if the thread is
  ///   interrupted
  <T> T run(Operation operation, String object, Supplier<CompletableFuture<T>> request) {
    long start = System.nanoTime();
    for (int attempt = 1; ; attempt++) {
      String why;
      try {
        return attempt(operation, request);
      } catch (ObjectFailure e) {
        why =
            switch (e.kind()) {
              case EXISTS, ABSENT -> throw e;
              case REFUSED -> {
                counts.failed(operation);
                throw unavailable(operation, object, "is refused: " + e.getMessage());
              }
              case TROUBLE -> e.getMessage();
            };
      } catch (TimeoutException e) {
        why = "no answer within " + text(timeout(operation));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw unavailable(operation, object, "was broken off");
      }
      counts.failed(operation);
      Duration pause = pause(attempt);
      Duration after = Duration.ofNanos(System.nanoTime() - start);
      if (after.plus(pause).compareTo(settings.retryFor()) > 0) {
        throw unavailable(
            operation,
            object,
            "failed, %s in %s: %s"
                .formatted(attempt == 1 ? "once" : attempt + " times", text(after), why));
      }
      rest(pause, operation, object);
    }
  }

  private <T> T attempt(Operation operation, Supplier<CompletableFuture<T>> request)
      throws InterruptedException, TimeoutException {
    places.acquire();
    long start = System.nanoTime();
    try {
      return request.get().get(timeout(operation).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ObjectFailure failure) {
        throw failure;
      }
      throw new WeirException.Internal(
          "object store %s: %s failed: %s".formatted(store, operation, e.getCause()), e);
    } finally {
      counts.attempted(operation, System.nanoTime() - start);
      places.release();
    }
  }

  private Duration timeout(Operation operation) {
    return operation == Operation.LIST
        ? settings.timeout().multipliedBy(LISTING_TIMEOUTS)
        : settings.timeout();
  }

  private Duration pause(int attempt) {
    long first = settings.firstPause().toNanos();
    long most = settings.maxPause().toNanos();
    long doubled = attempt > 20 ? most : Math.min(most, first << (attempt - 1));
    return Duration.ofNanos(ThreadLocalRandom.current().nextLong(doubled / 2, doubled + 1));
  }

  private void rest(Duration pause, Operation operation, String object) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(operation, object, "was broken off");
    }
  }

  private WeirException.Unavailable unavailable(Operation operation, String object, String how) {
    return new WeirException.Unavailable(
        "object store %s: %s of %s %s".formatted(store, operation, object, how));
  }

  private static String text(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
