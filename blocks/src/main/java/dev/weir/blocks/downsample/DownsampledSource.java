package dev.weir.blocks.downsample;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The series of a downsampled block, with what is taken of their windows in place of samples.
public final class DownsampledSource implements SeriesSource {
  private final SeriesSource stored;
  private final Taken taken;

  /// @param stored a downsampled block as it is
  public DownsampledSource(SeriesSource stored, Taken taken) {
    this.stored = requireNonNull(stored, "stored");
    this.taken = requireNonNull(taken, "taken");
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    List<String> aggregates = new ArrayList<>();
    aggregates.add(taken.main().text());
    aggregates.add(Aggregate.SAMPLES.text());
    taken.beside().ifPresent(beside -> aggregates.add(beside.text()));
    return stored
        .select(tenant, with(matchers, aggregates), range, hints)
        .map(group -> Group.of(group, taken));
  }

  private static List<Matcher> with(List<Matcher> matchers, List<String> aggregates) {
    List<Matcher> all = new ArrayList<>(matchers);
    all.add(Matcher.oneOf(Aggregate.LABEL, aggregates));
    return all;
  }

  /// A series and where its columns are in the stored group.
  ///
  /// @param beside -1 if it has none
  private record Placed(SeriesMeta series, int main, int beside) {}

  private record Group(GroupKey key, List<Placed> placed, SeriesGroup stored, Taken taken)
      implements SeriesGroup {
    static Group of(SeriesGroup stored, Taken taken) {
      Map<Labels, Integer> beside = new HashMap<>();
      String main = taken.main().text();
      String samples = Aggregate.SAMPLES.text();
      List<SeriesMeta> all = stored.series();
      for (int place = 0; place < all.size(); place++) {
        Labels labels = all.get(place).labels();
        String aggregate = labels.get(Aggregate.LABEL);
        if (!aggregate.equals(main) && !aggregate.equals(samples)) {
          beside.put(Aggregate.without(labels), place);
        }
      }
      List<Placed> placed = new ArrayList<>();
      for (int place = 0; place < all.size(); place++) {
        Labels labels = all.get(place).labels();
        String aggregate = labels.get(Aggregate.LABEL);
        if (aggregate.equals(main) || aggregate.equals(samples)) {
          Labels own = Aggregate.without(labels);
          placed.add(
              new Placed(
                  new SeriesMeta(own, all.get(place).type()),
                  place,
                  aggregate.equals(main) ? beside.getOrDefault(own, -1) : -1));
        }
      }
      placed.sort(Comparator.comparing(one -> one.series.labels()));
      return new Group(StoredGroup.original(stored.key()), placed, stored, taken);
    }

    @Override
    public List<SeriesMeta> series() {
      return placed.stream().map(Placed::series).toList();
    }

    @Override
    public GroupSamples read() {
      return columns().readAll(placed.size());
    }

    @Override
    public GroupColumns columns() {
      GroupColumns columns = stored.columns();
      double[] weights = new double[columns.timestampsMillis().length];
      return columns.with(series -> {
        Placed one = placed.get(series);
        if (one.beside < 0) {
          return columns.column(one.main);
        }
        double[] beside = columns.column(one.beside).values();
        System.arraycopy(beside, 0, weights, 0, weights.length);
        return put(columns.column(one.main), weights);
      });
    }

    private GroupSamples.Column put(GroupSamples.Column main, double[] weights) {
      return switch (taken) {
        case EDGES, SUMS ->
            new GroupSamples.Column(
                main.values(), main.histograms(), main.startTimestampsMillis(), weights);
        case SOME_SAMPLES ->
            new GroupSamples.Column(
                shown(main.values(), weights), main.histograms(), main.startTimestampsMillis());
        case AVERAGES -> GroupSamples.Column.ofValues(averages(main.values(), weights));
        case MINIMA, MAXIMA -> main;
      };
    }

    /// Without what is made up.
    private static double[] shown(double[] values, double[] weights) {
      double[] shown = values.clone();
      for (int i = 0; i < shown.length; i++) {
        if (weights[i] == 0 && !StalenessMarker.is(shown[i])) {
          shown[i] = AbsentValue.VALUE;
        }
      }
      return shown;
    }

    private static double[] averages(double[] sums, double[] counts) {
      double[] averages = sums.clone();
      for (int i = 0; i < averages.length; i++) {
        if (!AbsentValue.is(sums[i])) {
          averages[i] = sums[i] / counts[i];
        }
      }
      return averages;
    }
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Listing<String> all =
        stored.labelNames(tenant, selectors, range, limit == 0 ? 0 : Math.addExact(limit, 1));
    return all.with(
        all.items().stream().filter(name -> !name.equals(Aggregate.LABEL)).toList(), limit);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return name.equals(Aggregate.LABEL)
        ? Listing.none()
        : stored.labelValues(tenant, name, selectors, range, limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    List<String> once = List.of(Aggregate.EDGES.text(), Aggregate.SAMPLES.text());
    List<List<Matcher>> all = selectors.isEmpty() ? List.of(List.of()) : selectors;
    // Without the label their order may be another, so they are cut when all are known.
    Listing<Labels> found =
        stored.series(tenant, all.stream().map(one -> with(one, once)).toList(), range, 0);
    TreeSet<Labels> labels = new TreeSet<>();
    found.items().forEach(one -> labels.add(Aggregate.without(one)));
    return found.with(labels, limit);
  }
}
