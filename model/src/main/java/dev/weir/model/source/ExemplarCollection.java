package dev.weir.model.source;

import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Puts together the exemplars that several places have, each once. As in Prometheus, exemplars of
/// a series are the same whose labels, value and time are. Not for sharing between threads.
public final class ExemplarCollection {
  private record OfSeries(GroupKey group, SeriesMeta series, TreeSet<Exemplar> exemplars) {}

  private final TreeMap<Labels, OfSeries> bySeries = new TreeMap<>();
  private final int limit;
  private int count;

  /// @param limit exemplars that there may be; 0 for any number
  public ExemplarCollection(int limit) {
    this.limit = limit;
  }

  /// Adds an exemplar that has its time.
  ///
  /// @throws WeirException.LimitExceeded if it is one too many
  public void add(GroupKey group, SeriesMeta series, Exemplar exemplar) {
    OfSeries ofSeries =
        bySeries.computeIfAbsent(
            series.labels(), _ -> new OfSeries(group, series, new TreeSet<>(Exemplar.ORDER)));
    if (ofSeries.exemplars.add(exemplar) && ++count > limit && limit > 0) {
      throw new WeirException.LimitExceeded(
          "more than %d exemplars are selected; select fewer series or a shorter range"
              .formatted(limit));
    }
  }

  public void add(SeriesExemplars more) {
    more.exemplars().forEach(exemplar -> add(more.group(), more.series(), exemplar));
  }

  /// What was added, in order of labels.
  public List<SeriesExemplars> list() {
    List<SeriesExemplars> all = new ArrayList<>(bySeries.size());
    for (OfSeries one : bySeries.values()) {
      all.add(new SeriesExemplars(one.group, one.series, List.copyOf(one.exemplars)));
    }
    return all;
  }
}
