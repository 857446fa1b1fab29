package dev.weir.promql.eval.run;

import dev.weir.model.GroupKey;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Aspect;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Selections of a query for selectors that stand more than once in it: what was read for one is
/// kept for the others with the same range that take the same from it, until the query ends. The
/// query pays for what is kept, which is at most a quarter of the memory and samples that it may
/// use; a selection that finds no room is read again.
///
/// Selections are made by the query's thread, one after another; their groups are read by many.
final class KeptSelections {
  /// Of a query's memory and samples, what may be kept.
  private static final int SHARE = 4;

  /// What makes two selections the same, whatever a source makes of hints.
  private record Selection(
      List<Matcher> matchers,
      TimeRange range,
      Aspect aspect,
      Optional<String> function,
      long rangeMillis,
      boolean single,
      long alignedMillis) {
    static Selection of(List<Matcher> matchers, TimeRange range, SelectHints hints) {
      return new Selection(
          matchers,
          range,
          hints.aspect(),
          // Of samples that are gone, functions have different substitutes.
          hints.aspect() == Aspect.SAMPLES ? hints.function() : Optional.empty(),
          hints.rangeMillis(),
          hints.stepMillis() == 0,
          hints.alignedMillis());
    }
  }

  private record Kept(List<SeriesGroup> groups, Completeness completeness) {}

  private final SeriesSource source;
  private final Budget budget;
  private final AtomicLong keptSamples = new AtomicLong();
  private final AtomicLong keptBytes = new AtomicLong();
  private final Map<Selection, Kept> kept = new HashMap<>();

  KeptSelections(SeriesSource source, Budget budget) {
    this.source = source;
    this.budget = budget;
  }

  /// As [SeriesSource#select].
  GroupCursor select(Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    Selection selection = Selection.of(matchers, range, hints);
    Kept known = kept.get(selection);
    if (known != null) {
      // The query holds what is kept until it ends.
      return GroupCursor.of(known.groups.iterator()).and(known.completeness);
    }
    return new KeepingCursor(source.select(tenant, matchers, range, hints), selection);
  }

  /// Nobody selects any more.
  void release() {
    kept.clear();
    budget.release(keptSamples.getAndSet(0), keptBytes.getAndSet(0));
  }

  private record KeptGroup(GroupKey key, List<SeriesMeta> series, GroupSamples samples)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return samples;
    }

    /// Paid for already.
    @Override
    public GroupColumns columns() {
      return GroupColumns.of(samples.timestampsMillis(), samples.columns()::get);
    }
  }

  /// Keeps what is read, if all of it is and if there is room.
  private final class KeepingCursor implements GroupCursor {
    private final GroupCursor cursor;
    private final Selection selection;
    private final List<KeepingGroup> groups = new ArrayList<>();
    private final AtomicBoolean hasRoom = new AtomicBoolean(true);
    private final AtomicLong heldSamples = new AtomicLong();
    private final AtomicLong heldBytes = new AtomicLong();
    private boolean ended;

    KeepingCursor(GroupCursor cursor, Selection selection) {
      this.cursor = cursor;
      this.selection = selection;
    }

    @Override
    public @Nullable SeriesGroup next() {
      SeriesGroup group = cursor.next();
      if (group == null) {
        ended = true;
        return null;
      }
      KeepingGroup keeping = new KeepingGroup(group, this);
      groups.add(keeping);
      return keeping;
    }

    @Override
    public Completeness completeness() {
      return cursor.completeness();
    }

    /// Whether there is room for a column, which is paid for then.
    private boolean takes(GroupSamples.Column column) {
      if (!hasRoom.get()) {
        return false;
      }
      int length = column.values().length;
      long bytes = column.memoryBytes();
      long samples = keptSamples.addAndGet(length);
      long heldByAll = keptBytes.addAndGet(bytes);
      boolean fits =
          samples <= budget.maxSamples() / SHARE && heldByAll <= budget.maxMemoryBytes() / SHARE;
      if (fits && budget.tryReserve(length, bytes)) {
        heldSamples.addAndGet(length);
        heldBytes.addAndGet(bytes);
        return true;
      }
      keptSamples.addAndGet(-length);
      keptBytes.addAndGet(-bytes);
      hasRoom.set(false);
      return false;
    }

    @Override
    public void close() {
      boolean complete =
          ended && hasRoom.get() && groups.stream().allMatch(KeepingGroup::isComplete);
      if (complete) {
        kept.put(
            selection,
            new Kept(groups.stream().map(KeepingGroup::kept).toList(), cursor.completeness()));
      } else {
        keptSamples.addAndGet(-heldSamples.get());
        keptBytes.addAndGet(-heldBytes.get());
        budget.release(heldSamples.get(), heldBytes.get());
      }
      groups.clear();
      cursor.close();
    }
  }

  private static final class KeepingGroup implements SeriesGroup {
    private final SeriesGroup group;
    private final KeepingCursor cursor;
    private final GroupSamples.@Nullable Column[] columns;
    private final AtomicInteger copied = new AtomicInteger();
    private long[] timestamps = {};

    KeepingGroup(SeriesGroup group, KeepingCursor cursor) {
      this.group = group;
      this.cursor = cursor;
      this.columns = new GroupSamples.Column[group.series().size()];
    }

    @Override
    public GroupKey key() {
      return group.key();
    }

    @Override
    public List<SeriesMeta> series() {
      return group.series();
    }

    @Override
    public GroupSamples read() {
      return columns().readAll(columns.length);
    }

    @Override
    public GroupColumns columns() {
      GroupColumns opened = group.columns();
      timestamps = opened.timestampsMillis();
      return opened.with(series -> {
        GroupSamples.Column column = opened.column(series);
        if (columns[series] == null && cursor.takes(column)) {
          columns[series] = column.copy();
          copied.incrementAndGet();
        }
        return column;
      });
    }

    boolean isComplete() {
      return copied.get() == columns.length;
    }

    SeriesGroup kept() {
      return new KeptGroup(
          group.key(), group.series(), new GroupSamples(timestamps, Arrays.asList(columns)));
    }
  }
}
