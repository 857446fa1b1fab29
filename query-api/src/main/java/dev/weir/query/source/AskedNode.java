package dev.weir.query.source;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A storage node that may fail: what it then does not have becomes a warning and an earlier
/// "complete to", so that a query answers with what others have.
final class AskedNode implements SeriesSource {
  private final SeriesSource node;
  private final Supplier<Completeness> withoutIt;
  private final AtomicBoolean failed;
  private final String name;

  /// @param name of the node and its partitions, for the warning
  /// @param completeWithoutMillis up to when the answer is complete if the node does not answer
  /// @param failed is set if it does not
  AskedNode(SeriesSource node, String name, long completeWithoutMillis, AtomicBoolean failed) {
    this.node = node;
    this.name = name;
    this.failed = failed;
    this.withoutIt = () -> new Completeness(completeWithoutMillis, List.of());
  }

  private Completeness missing(WeirException.Unavailable error) {
    failed.set(true);
    return withoutIt
        .get()
        .and(
            new Completeness(
                Long.MAX_VALUE,
                List.of("%s: recent samples are missing: %s".formatted(name, error.getMessage()))));
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    try {
      return new Cursor(node.select(tenant, matchers, range, hints));
    } catch (WeirException.Unavailable e) {
      return new Cursor(missing(e));
    }
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(() -> node.labelNames(tenant, selectors, range, limit));
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String label, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(() -> node.labelValues(tenant, label, selectors, range, limit));
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(() -> node.series(tenant, selectors, range, limit));
  }

  private <T> Listing<T> listing(Supplier<Listing<T>> question) {
    try {
      return question.get();
    } catch (WeirException.Unavailable e) {
      return new Listing<>(List.of(), false, missing(e));
    }
  }

  /// Ends early, with a warning, where the node breaks off.
  private final class Cursor implements GroupCursor {
    private final @Nullable GroupCursor cursor;
    private @Nullable Completeness broken;

    Cursor(GroupCursor cursor) {
      this.cursor = cursor;
    }

    Cursor(Completeness broken) {
      this.cursor = null;
      this.broken = broken;
    }

    @Override
    public @Nullable SeriesGroup next() {
      if (cursor == null || broken != null) {
        return null;
      }
      try {
        return cursor.next();
      } catch (WeirException.Unavailable e) {
        broken = missing(e);
        return null;
      }
    }

    @Override
    public Completeness completeness() {
      if (broken != null) {
        return broken;
      }
      return cursor == null ? withoutIt.get() : cursor.completeness();
    }

    @Override
    public void close() {
      if (cursor != null) {
        cursor.close();
      }
    }
  }
}
