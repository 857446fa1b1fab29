package dev.weir.promql.eval.explain;

import dev.weir.model.GroupKey;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.PlanNode.Reading;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A source whose selections are noted, with what they come to.
final class ObservedSource implements ForwardingSource {
  private final SeriesSource source;
  private final NodeTimes times;
  private final Consumer<Selected> selected;

  /// @param selected takes each selection when it begins, from the thread that selects
  ObservedSource(SeriesSource source, NodeTimes times, Consumer<Selected> selected) {
    this.source = source;
    this.times = times;
    this.selected = selected;
  }

  /// One selection, while it is read.
  static final class Selected {
    private final List<Matcher> matchers;
    private final TimeRange range;
    private final SelectHints hints;
    private final LongAdder groups = new LongAdder();
    private final LongAdder series = new LongAdder();
    private final LongAdder samples = new LongAdder();
    private final LongAdder findNanos = new LongAdder();
    private final LongAdder readNanos = new LongAdder();

    private Selected(List<Matcher> matchers, TimeRange range, SelectHints hints) {
      this.matchers = matchers;
      this.range = range;
      this.hints = hints;
    }

    Reading reading() {
      return new Reading(
          text(matchers),
          range.startMillis(),
          range.endMillis(),
          text(hints),
          groups.sum(),
          series.sum(),
          samples.sum(),
          findNanos.sum(),
          readNanos.sum());
    }

    private static String text(List<Matcher> matchers) {
      return "{" + String.join(", ", matchers.stream().map(Matcher::toString).toList()) + "}";
    }

    private static String text(SelectHints hints) {
      if (hints.function().isEmpty()) {
        return "";
      }
      return hints.grouping().isEmpty()
          ? hints.function().get()
          : "%s %s (%s)"
              .formatted(
                  hints.function().get(),
                  hints.by() ? "by" : "without",
                  String.join(", ", hints.grouping()));
    }
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    Selected noted = new Selected(matchers, range, hints);
    selected.accept(noted);
    long begun = times.nanos();
    GroupCursor cursor = source.select(tenant, matchers, range, hints);
    noted.findNanos.add(times.nanos() - begun);
    return new ObservedCursor(cursor, noted);
  }

  private final class ObservedCursor implements GroupCursor {
    private final GroupCursor cursor;
    private final Selected noted;

    private ObservedCursor(GroupCursor cursor, Selected noted) {
      this.cursor = cursor;
      this.noted = noted;
    }

    @Override
    public @Nullable SeriesGroup next() {
      long begun = times.nanos();
      SeriesGroup group = cursor.next();
      noted.findNanos.add(times.nanos() - begun);
      if (group == null) {
        return null;
      }
      noted.groups.increment();
      noted.series.add(group.series().size());
      return new ObservedGroup(group, noted);
    }

    @Override
    public Completeness completeness() {
      return cursor.completeness();
    }

    @Override
    public void close() {
      cursor.close();
    }
  }

  private final class ObservedGroup implements SeriesGroup {
    private final SeriesGroup group;
    private final Selected noted;

    private ObservedGroup(SeriesGroup group, Selected noted) {
      this.group = group;
      this.noted = noted;
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
      GroupSamples samples = timed(noted, group::read);
      noted.samples.add((long) samples.timestampsMillis().length * group.series().size());
      return samples;
    }

    @Override
    public GroupColumns columns() {
      GroupColumns columns = timed(noted, group::columns);
      int size = columns.timestampsMillis().length;
      return columns.with(series -> {
        noted.samples.add(size);
        return timed(noted, () -> columns.column(series));
      });
    }
  }

  /// Reading is nobody's work but the selection's.
  private <T> T timed(Selected noted, Supplier<T> read) {
    LongAdder owner = times.enter(null);
    long begun = times.nanos();
    try {
      return read.get();
    } finally {
      noted.readNanos.add(times.nanos() - begun);
      times.enter(owner);
    }
  }

  @Override
  public SeriesSource source() {
    return source;
  }
}
