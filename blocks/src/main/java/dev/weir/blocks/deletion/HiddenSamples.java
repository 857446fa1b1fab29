package dev.weir.blocks.deletion;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source without the samples that deletions hide. A series all of whose samples in the range are
/// deleted is left out where that follows from times alone; where it would take reading them, it
/// may come without samples. Names and values of labels are those of the index, which knows nothing
/// of deletions until the block is written anew.
public final class HiddenSamples implements ForwardingSource {
  private final SeriesSource source;
  private final List<Deletion> deletions;
  private final TimeRange times;

  private HiddenSamples(SeriesSource source, List<Deletion> deletions, TimeRange times) {
    this.source = requireNonNull(source, "source");
    this.deletions = deletions;
    this.times = times;
  }

  /// @param deletions all of one tenant, who is the only one that is asked for
  /// @param times of the source's samples
  public static SeriesSource in(SeriesSource source, List<Deletion> deletions, TimeRange times) {
    return deletions.isEmpty() ? source : new HiddenSamples(source, deletions, times);
  }

  @Override
  public SeriesSource source() {
    return source;
  }

  @FunctionalInterface
  public interface Rows {
    /// The rows between two offsets.
    SeriesSource between(long fromOffset, long toOffset);
  }

  /// The rows of a partition between two offsets, part by part, so that each part is wholly below a
  /// deletion's cut or wholly not; in order of precedence.
  ///
  /// @param deletions all of one tenant, who is the only one that is asked for
  public static List<SeriesSource> byOffset(
      String topic,
      int partition,
      long fromOffset,
      long toOffset,
      List<Deletion> deletions,
      Rows rows) {
    long[] ends =
        deletions.stream()
            .mapToLong(deletion -> Math.min(deletion.cut(topic, partition), toOffset))
            .filter(cut -> cut > fromOffset)
            .sorted()
            .distinct()
            .toArray();
    List<SeriesSource> parts = new ArrayList<>(ends.length + 1);
    long from = fromOffset;
    for (long end : ends) {
      long start = from;
      List<Deletion> hiding =
          deletions.stream().filter(one -> one.cut(topic, partition) > start).toList();
      parts.add(in(rows.between(start, end), hiding, TimeRange.ALL));
      from = end;
    }
    if (from < toOffset || parts.isEmpty()) {
      parts.add(rows.between(from, toOffset));
    }
    return parts;
  }

  private List<Deletion> hidingIn(TimeRange range) {
    return deletions.stream().filter(deletion -> deletion.range().overlaps(range)).toList();
  }

  /// Whether a series has no sample left in a range, as well as times can tell.
  private boolean isGone(HiddenRanges hidden, TimeRange range) {
    return !hidden.isEmpty()
        && hidden.cover(
            Math.max(range.startMillis(), times.startMillis()),
            Math.min(range.endMillis(), times.endMillis()));
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    GroupCursor cursor = source.select(tenant, matchers, range, hints);
    List<Deletion> hiding = hidingIn(range);
    return hiding.isEmpty() ? cursor : cursor.map(group -> left(group, hiding, range));
  }

  /// What is left of a group; null if nothing is.
  private @Nullable SeriesGroup left(SeriesGroup group, List<Deletion> hiding, TimeRange range) {
    List<SeriesMeta> series = group.series();
    List<Kept> kept = new ArrayList<>(series.size());
    boolean touched = false;
    for (int place = 0; place < series.size(); place++) {
      HiddenRanges hidden = HiddenRanges.of(series.get(place).labels(), hiding);
      touched |= !hidden.isEmpty();
      if (!isGone(hidden, range)) {
        kept.add(new Kept(place, series.get(place), hidden));
      }
    }
    if (!touched) {
      return group;
    }
    return kept.isEmpty() ? null : new Group(group, kept);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    List<Deletion> hiding = hidingIn(range);
    if (hiding.isEmpty()) {
      return source.series(tenant, selectors, range, limit);
    }
    // Which of them stay is known only when all are.
    Listing<Labels> all = source.series(tenant, selectors, range, 0);
    List<Labels> left = new ArrayList<>();
    for (Labels labels : all.items()) {
      if (!isGone(HiddenRanges.of(labels, hiding), range)) {
        left.add(labels);
      }
    }
    return all.with(left, limit);
  }

  @Override
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    // What is deleted counts until it is gone: it is in memory, too.
    List<Deletion> hiding = hidingIn(range);
    Listing<SeriesExemplars> all = source.exemplars(tenant, selectors, range, limit);
    if (hiding.isEmpty()) {
      return all;
    }
    List<SeriesExemplars> left = new ArrayList<>();
    for (SeriesExemplars one : all.items()) {
      SeriesExemplars rest = without(one, hiding);
      if (!rest.exemplars().isEmpty()) {
        left.add(rest);
      }
    }
    return new Listing<>(left, false, all.completeness());
  }

  /// The exemplars of a series without those that deletions hide.
  public static SeriesExemplars without(SeriesExemplars all, List<Deletion> deletions) {
    HiddenRanges hidden = HiddenRanges.of(all.labels(), deletions);
    return hidden.isEmpty()
        ? all
        : new SeriesExemplars(
            all.group(),
            all.series(),
            all.exemplars().stream()
                .filter(one -> !hidden.contain(one.timestampMillis().orElseThrow()))
                .toList());
  }

  /// A series that may have samples left.
  ///
  /// @param place among the series of the source's group
  private record Kept(int place, SeriesMeta series, HiddenRanges hidden) {}

  private record Group(SeriesGroup group, List<Kept> kept) implements SeriesGroup {
    @Override
    public GroupKey key() {
      return group.key();
    }

    @Override
    public List<SeriesMeta> series() {
      return kept.stream().map(Kept::series).toList();
    }

    @Override
    public GroupSamples read() {
      return columns().readAll(kept.size());
    }

    @Override
    public GroupColumns columns() {
      GroupColumns all = group.columns();
      return all.with(series -> {
        Kept one = kept.get(series);
        GroupSamples.Column column = all.column(one.place);
        return one.hidden.isEmpty() ? column : one.hidden.without(all.timestampsMillis(), column);
      });
    }
  }
}
