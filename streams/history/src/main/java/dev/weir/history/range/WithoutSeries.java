package dev.weir.history.range;

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
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A source without some series: what other rules recorded under the names that rules which are
/// tried out record under. Listings name them still.
///
/// @param hidden says which series are left out
public record WithoutSeries(SeriesSource source, Predicate<Labels> hidden)
    implements ForwardingSource {
  public WithoutSeries {
    requireNonNull(source, "source");
    requireNonNull(hidden, "hidden");
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return source.select(tenant, matchers, range, hints).map(this::shown);
  }

  /// What is left of a group; null if nothing is.
  private @Nullable SeriesGroup shown(SeriesGroup group) {
    List<SeriesMeta> series = group.series();
    int[] places =
        IntStream.range(0, series.size())
            .filter(i -> !hidden.test(series.get(i).labels()))
            .toArray();
    if (places.length == series.size()) {
      return group;
    }
    return places.length == 0 ? null : new Shown(group, places);
  }

  private static final class Shown implements SeriesGroup {
    private final SeriesGroup group;
    private final int[] places;

    Shown(SeriesGroup group, int[] places) {
      this.group = group;
      this.places = places;
    }

    @Override
    public GroupKey key() {
      return group.key();
    }

    @Override
    public List<SeriesMeta> series() {
      return Arrays.stream(places).mapToObj(place -> group.series().get(place)).toList();
    }

    @Override
    public GroupSamples read() {
      GroupSamples all = group.read();
      return new GroupSamples(
          all.timestampsMillis(),
          Arrays.stream(places).mapToObj(place -> all.columns().get(place)).toList());
    }

    @Override
    public GroupColumns columns() {
      GroupColumns all = group.columns();
      return all.with(series -> all.column(places[series]));
    }
  }
}
