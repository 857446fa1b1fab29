package dev.weir.query.source;

import dev.weir.blocks.node.StorageNode;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A storage node that may fail: what it then does not have becomes a warning and an earlier
/// "complete to", so that a query answers with what others have. That holds for a node that cannot
/// be reached, one of another version, and one with a defect. What the query itself is at fault
/// for, and limits that it reached, end it.
final class AskedNode implements SeriesSource {
  private final SeriesSource node;
  private final Supplier<Completeness> withoutIt;
  private final AtomicBoolean movedOn;
  private final NodeFailures failures;
  private final String name;

  /// @param name of the node and its partitions, for the warning
  /// @param completeWithoutMillis up to when the answer is complete if the node does not answer
  /// @param movedOn is set if the node answers that blocks or owners have changed
  AskedNode(
      SeriesSource node,
      String name,
      long completeWithoutMillis,
      AtomicBoolean movedOn,
      NodeFailures failures) {
    this.node = node;
    this.name = name;
    this.movedOn = movedOn;
    this.failures = failures;
    this.withoutIt = () -> new Completeness(completeWithoutMillis, List.of());
  }

  /// What is missing, if the node is at fault.
  ///
  /// @throws RuntimeException the failure, if it is the query's
  private Completeness missing(RuntimeException failure) {
    String why =
        switch (failure) {
          case WeirException.Unavailable unavailable -> {
            if (StorageNode.hasMovedOn(unavailable)) {
              movedOn.set(true);
            }
            yield unavailable.getMessage();
          }
          case WeirException.Corrupt corrupt ->
              "its answer cannot be read: " + corrupt.getMessage();
          case WeirException.Internal internal -> "it failed: " + internal.getMessage();
          case WeirException ofTheQuery -> throw ofTheQuery;
          default -> "it failed: " + failure;
        };
    failures.add(name, failure);
    return withoutIt
        .get()
        .and(
            new Completeness(
                Long.MAX_VALUE,
                List.of("%s: recent samples are missing: %s".formatted(name, why))));
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    try {
      return new Cursor(node.select(tenant, matchers, range, hints));
    } catch (RuntimeException e) {
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

  @Override
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(() -> node.exemplars(tenant, selectors, range, limit));
  }

  @Override
  public boolean isRemote() {
    return node.isRemote();
  }

  private <T> Listing<T> listing(Supplier<Listing<T>> question) {
    try {
      return question.get();
    } catch (RuntimeException e) {
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
      } catch (RuntimeException e) {
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
