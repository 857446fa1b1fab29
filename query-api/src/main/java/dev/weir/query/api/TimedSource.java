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
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.Cancellation;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// A source whose questions end when the time of their request is up or it is canceled, whoever it
/// is that does not answer. The engine looks at both between groups; this covers the time until
/// there are any.
///
/// A question is put by the thread that asks, which is interrupted when nobody waits any longer.
/// What it finds nevertheless is closed. So all that sources wait for has to end when it is
/// interrupted.
final class TimedSource implements SeriesSource {
  private final SeriesSource source;
  private final Patience patience;
  private final Cancellation cancellation;
  private final Duration time;
  private final long deadlineNanos;

  /// @param time until all questions have to be answered, from now on
  TimedSource(SeriesSource source, Patience patience, Cancellation cancellation, Duration time) {
    this.source = requireNonNull(source, "source");
    this.patience = requireNonNull(patience, "patience");
    this.cancellation = requireNonNull(cancellation, "cancellation");
    this.time = requireNonNull(time, "time");
    this.deadlineNanos = System.nanoTime() + time.toNanos();
  }

  private TimedSource(TimedSource of, SeriesSource source) {
    this.source = requireNonNull(source, "source");
    this.patience = of.patience;
    this.cancellation = of.cancellation;
    this.time = of.time;
    this.deadlineNanos = of.deadlineNanos;
  }

  /// Another source, for the same request.
  TimedSource over(SeriesSource other) {
    return new TimedSource(this, other);
  }

  private boolean isOver() {
    return cancellation.isCanceled() || System.nanoTime() - deadlineNanos >= 0;
  }

  private <T> T ask(Supplier<T> question) {
    if (isOver()) {
      throw nobodyWaits();
    }
    Patience.Wait wait = patience.begin(this::isOver);
    T found;
    try {
      found = question.get();
    } catch (RuntimeException e) {
      if (wait.end()) {
        WeirException ended = nobodyWaits();
        ended.addSuppressed(e);
        throw ended;
      }
      throw e;
    } finally {
      wait.end();
    }
    if (wait.end()) {
      discard(found);
      throw nobodyWaits();
    }
    return found;
  }

  private WeirException nobodyWaits() {
    return cancellation.isCanceled()
        ? new WeirException.Canceled("query was canceled while sources were asked")
        : new WeirException.TimedOut(
            "query timed out: blocks and storage nodes did not answer within %d ms"
                .formatted(time.toMillis()));
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
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return ask(() -> source.exemplars(tenant, selectors, range, limit));
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
