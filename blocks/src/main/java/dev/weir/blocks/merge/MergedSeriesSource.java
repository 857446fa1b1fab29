package dev.weir.blocks.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ExemplarCollection;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

/// Several sources as one, in order of precedence: of two samples that a series has at one time,
/// the one from the earlier source stays. Sources that follow each other in a log stand in order of
/// their offsets, so that the lower offset wins.
///
/// A selection first asks all sources which groups they have (at the same time, on the executor),
/// then hands out merged groups, whose samples are decoded by the thread that reads them.
///
/// As sources promise each series once, a merged group usually has one group of each source under
/// one key. A series may have moved between groups, though: a slice split, or a target's address
/// changed. Then its groups share a partition key, and [GroupPlan] sorts out which series go
/// together. A key may stand over several merged groups in that case.
public final class MergedSeriesSource implements SeriesSource {
  private final List<SeriesSource> sources;
  private final Executor executor;
  private final Bounds bounds;

  /// What one question may take.
  ///
  /// @param atOnce sources that are asked side by side
  /// @param maxSeries that a selection finds, counted in each source that has them: groups are held
  ///   from all sources before the first is handed out
  public record Bounds(int atOnce, long maxSeries) {
    public static final Bounds NONE = new Bounds(Integer.MAX_VALUE, Long.MAX_VALUE);

    public Bounds {
      if (atOnce < 1 || maxSeries < 1) {
        throw new IllegalArgumentException(
            "%d sources at once, %d series; each is at least 1".formatted(atOnce, maxSeries));
      }
    }
  }

  /// Asks one source after the other, in the thread that asks.
  ///
  /// @param sources in order of precedence
  public MergedSeriesSource(List<? extends SeriesSource> sources) {
    this(sources, Runnable::run, new Bounds(1, Long.MAX_VALUE));
  }

  /// @param sources in order of precedence
  /// @param executor where sources are asked side by side; a source may wait for the network
  public MergedSeriesSource(List<? extends SeriesSource> sources, Executor executor) {
    this(sources, executor, Bounds.NONE);
  }

  /// @param sources in order of precedence
  /// @param executor where sources are asked side by side; a source may wait for the network
  public MergedSeriesSource(
      List<? extends SeriesSource> sources, Executor executor, Bounds bounds) {
    this.sources = List.copyOf(sources);
    this.executor = requireNonNull(executor, "executor");
    this.bounds = requireNonNull(bounds, "bounds");
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return switch (sources.size()) {
      case 0 -> new MergedCursor(List.of(), List.of(), Completeness.FULL);
      case 1 -> sources.getFirst().select(tenant, matchers, range, hints);
      default -> {
        AtomicLong found = new AtomicLong();
        List<Part> parts =
            askAll(source ->
                Part.of(
                    source.select(tenant, matchers, range, hints), group -> count(group, found)));
        yield MergedCursor.of(parts);
      }
    };
  }

  private void count(SeriesGroup group, AtomicLong found) {
    if (found.addAndGet(group.series().size()) > bounds.maxSeries) {
      throw new WeirException.LimitExceeded(
          ("a selector finds more than %d series, counted in each block and storage node that has"
                  + " them; select fewer series or a shorter range")
              .formatted(bounds.maxSeries));
    }
  }

  /// What one source has for a selection.
  record Part(GroupCursor cursor, List<SeriesGroup> groups, Completeness completeness)
      implements AutoCloseable {
    /// @param onGroup is told of each group, and may refuse it
    static Part of(GroupCursor cursor, Consumer<SeriesGroup> onGroup) {
      try {
        List<SeriesGroup> groups = new ArrayList<>();
        for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
          onGroup.accept(group);
          groups.add(group);
        }
        return new Part(cursor, groups, cursor.completeness());
      } catch (RuntimeException | Error e) {
        cursor.close();
        throw e;
      }
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return merge(
        askAll(source -> source.labelNames(tenant, selectors, range, limit)),
        Labels::compareText,
        limit);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return merge(
        askAll(source -> source.labelValues(tenant, name, selectors, range, limit)),
        Labels::compareText,
        limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return merge(
        askAll(source -> source.series(tenant, selectors, range, limit)),
        Comparator.naturalOrder(),
        limit);
  }

  @Override
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    ExemplarCollection merged = new ExemplarCollection(limit);
    Completeness completeness = Completeness.FULL;
    AtomicLong found = new AtomicLong();
    for (Listing<SeriesExemplars> listing :
        askAll(source -> {
          Listing<SeriesExemplars> ofSource = source.exemplars(tenant, selectors, range, limit);
          count(ofSource.items(), limit, found);
          return ofSource;
        })) {
      listing.items().forEach(merged::add);
      completeness = completeness.and(listing.completeness());
    }
    return new Listing<>(merged.list(), false, completeness);
  }

  private static void count(List<SeriesExemplars> more, int limit, AtomicLong found) {
    long count = more.stream().mapToLong(one -> one.exemplars().size()).sum();
    if (found.addAndGet(count) > limit && limit > 0) {
      throw new WeirException.LimitExceeded(
          ("more than %d exemplars are selected, counted in each block and storage node that has"
                  + " them; select fewer series or a shorter range")
              .formatted(limit));
    }
  }

  private record Head<T>(List<T> items, int index) {
    T item() {
      return items.get(index);
    }
  }

  private static <T> Listing<T> merge(
      List<Listing<T>> listings, Comparator<? super T> order, int limit) {
    PriorityQueue<Head<T>> heads = new PriorityQueue<>((a, b) -> order.compare(a.item(), b.item()));
    Completeness completeness = Completeness.FULL;
    boolean truncated = false;
    for (Listing<T> listing : listings) {
      completeness = completeness.and(listing.completeness());
      truncated |= listing.truncated();
      if (!listing.items().isEmpty()) {
        heads.add(new Head<>(listing.items(), 0));
      }
    }
    List<T> merged = new ArrayList<>();
    for (Head<T> head = heads.poll(); head != null; head = heads.poll()) {
      boolean isNew = merged.isEmpty() || order.compare(merged.getLast(), head.item()) != 0;
      if (isNew && limit > 0 && merged.size() == limit) {
        truncated = true;
        break;
      }
      if (isNew) {
        merged.add(head.item());
      }
      if (head.index + 1 < head.items.size()) {
        heads.add(new Head<>(head.items, head.index + 1));
      }
    }
    return new Listing<>(merged, truncated, completeness);
  }

  private <T> List<T> askAll(Function<SeriesSource, T> question) {
    return new Asking<>(sources, question, executor, bounds.atOnce()).answers();
  }
}
