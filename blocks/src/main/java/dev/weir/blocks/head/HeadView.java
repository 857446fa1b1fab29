package dev.weir.blocks.head;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ExemplarCollection;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a range of a head's offsets. The rows that a selection will read are fixed under the index
/// lock, by reference; they are turned into columns without it.
final class HeadView implements SeriesSource {
  private final PartitionHead head;
  private final long fromOffset;
  private final long toOffset;

  /// Null to end where the head ends when a reading begins.
  private final @Nullable OffsetSpan frozen;

  private final LongAdder conflicts;

  /// @param toOffset where to end if the head goes further
  HeadView(PartitionHead head, long fromOffset, long toOffset) {
    this.head = head;
    this.fromOffset = fromOffset;
    this.toOffset = toOffset;
    this.frozen = null;
    this.conflicts = new LongAdder();
  }

  HeadView(PartitionHead head, OffsetSpan frozen, LongAdder conflicts) {
    this.head = head;
    this.fromOffset = frozen.from();
    this.toOffset = frozen.to();
    this.frozen = frozen;
    this.conflicts = conflicts;
  }

  private OffsetSpan visible(PartitionHead.Progress progress) {
    return frozen != null
        ? frozen
        : new OffsetSpan(
            fromOffset, Math.max(fromOffset, Math.min(progress.endOffset(), toOffset)));
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    head.readLock().lock();
    try {
      PartitionHead.Progress progress = head.progress();
      OffsetSpan visible = visible(progress);
      long completeTo = frozen != null ? Long.MAX_VALUE : progress.readToMillis();
      List<HeadSelection> selections = new ArrayList<>();
      TenantIndex index = head.tenantIndex(tenant);
      if (index != null) {
        Map<HeadGroup, List<HeadSeries>> byHome = byHome(index.match(matchers));
        for (Map.Entry<HeadGroup, List<HeadSeries>> entry : byHome.entrySet()) {
          HeadSelection selection =
              HeadSelection.of(entry.getKey(), entry.getValue(), visible, range);
          if (selection != null) {
            selections.add(selection);
          }
          if (frozen == null) {
            completeTo =
                Math.min(completeTo, entry.getKey().due().completeTo(progress.readToMillis()));
          }
        }
      }
      return new Cursor(
          selections.iterator(), range, conflicts, new Completeness(completeTo, List.of()));
    } finally {
      head.readLock().unlock();
    }
  }

  private static Map<HeadGroup, List<HeadSeries>> byHome(List<HeadSeries> matched) {
    Map<HeadGroup, List<HeadSeries>> byHome = new TreeMap<>((a, b) -> a.key().compareTo(b.key()));
    HeadGroup last = null;
    List<HeadSeries> lastList = null;
    for (HeadSeries series : matched) {
      HeadGroup home = series.home();
      if (home != last || lastList == null) {
        last = home;
        lastList = byHome.computeIfAbsent(home, _ -> new ArrayList<>());
      }
      lastList.add(series);
    }
    return byHome;
  }

  @Override
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    List<HeadExemplars> selected = List.of();
    Completeness completeness;
    head.readLock().lock();
    try {
      PartitionHead.Progress progress = head.progress();
      TenantIndex index = head.tenantIndex(tenant);
      if (index != null) {
        Set<HeadSeries> series = new LinkedHashSet<>();
        for (List<Matcher> matchers : anyOf(selectors)) {
          series.addAll(index.match(matchers));
        }
        selected = HeadExemplars.of(series, visible(progress));
      }
      completeness = new Completeness(progress.readToMillis(), List.of());
    } finally {
      head.readLock().unlock();
    }
    ExemplarCollection found = new ExemplarCollection(limit);
    selected.forEach(rows -> rows.collect(range, found));
    return new Listing<>(found.list(), false, completeness);
  }

  private static List<List<Matcher>> anyOf(List<List<Matcher>> selectors) {
    return selectors.isEmpty() ? List.of(List.of()) : selectors;
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Set<String> names = new HashSet<>();
    Completeness completeness =
        visit(tenant, selectors, range, labels -> labels.forEach((name, _) -> names.add(name)));
    return Listing.of(sortedText(names), limit, completeness);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Set<String> values = new HashSet<>();
    Completeness completeness =
        visit(
            tenant,
            selectors,
            range,
            labels -> {
              String value = labels.get(name);
              if (!value.isEmpty()) {
                values.add(value);
              }
            });
    return Listing.of(sortedText(values), limit, completeness);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Set<Labels> series = new TreeSet<>();
    Completeness completeness = visit(tenant, selectors, range, series::add);
    return Listing.of(series, limit, completeness);
  }

  private static List<String> sortedText(Collection<String> texts) {
    List<String> sorted = new ArrayList<>(texts);
    sorted.sort(Labels::compareText);
    return sorted;
  }

  /// Shows the labels of every series that passes a selector and has rows near the range.
  private Completeness visit(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, Consumer<Labels> visitor) {
    head.readLock().lock();
    try {
      PartitionHead.Progress progress = head.progress();
      OffsetSpan visible = visible(progress);
      TenantIndex index = head.tenantIndex(tenant);
      if (index != null) {
        Map<LayoutRows, Boolean> near = new LinkedHashMap<>();
        for (List<Matcher> matchers : anyOf(selectors)) {
          for (HeadSeries series : index.match(matchers)) {
            if (isNear(series, visible, range, near)) {
              visitor.accept(series.labels());
            }
          }
        }
      }
      return new Completeness(progress.readToMillis(), List.of());
    } finally {
      head.readLock().unlock();
    }
  }

  private static boolean isNear(
      HeadSeries series, OffsetSpan visible, TimeRange range, Map<LayoutRows, Boolean> known) {
    for (HeadGroup group : series.groups()) {
      int slot = series.slotIn(group);
      for (LayoutRows rows : group.layouts()) {
        if (rows.columnOf(slot) >= 0
            && known.computeIfAbsent(
                rows, unknown -> unknown.snapshot().overlaps(visible, range))) {
          return true;
        }
      }
    }
    return false;
  }

  /// Goes through the captured groups and leaves out series that have no sample in the range.
  private static final class Cursor implements GroupCursor {
    private final Iterator<HeadSelection> selections;
    private final TimeRange range;
    private final LongAdder conflicts;
    private final Completeness completeness;

    Cursor(
        Iterator<HeadSelection> selections,
        TimeRange range,
        LongAdder conflicts,
        Completeness completeness) {
      this.selections = selections;
      this.range = range;
      this.conflicts = conflicts;
      this.completeness = completeness;
    }

    @Override
    public @Nullable SeriesGroup next() {
      while (selections.hasNext()) {
        HeadSelection present = selections.next().withSamplesIn(range);
        if (present != null) {
          return new Group(present);
        }
      }
      return null;
    }

    @Override
    public Completeness completeness() {
      return completeness;
    }

    @Override
    public void close() {
      // Rows are reachable from the cursor alone; there is nothing else to let go.
    }

    private final class Group implements SeriesGroup {
      private final HeadSelection selection;

      Group(HeadSelection selection) {
        this.selection = selection;
      }

      @Override
      public dev.weir.model.GroupKey key() {
        return selection.key();
      }

      @Override
      public List<SeriesMeta> series() {
        return selection.series();
      }

      @Override
      public dev.weir.model.source.GroupSamples read() {
        RowColumns.Result result =
            RowColumns.of(selection.runs(), selection.series().size(), range);
        conflicts.add(result.conflicts());
        return result.samples();
      }
    }
  }
}
