package dev.weir.streams.leaf;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.promql.eval.standing.StandingVector;
import dev.weir.streams.partial.Partial;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes layouts and rows of vectors. Mostly the same series have a value as the time before: then
/// the layout is the same, too.
final class PresentSeries {
  private static final Layout NONE = Layout.of(List.of());

  private List<Labels> labels = List.of();

  /// Whether each series had a value.
  private boolean[] present = {};

  private Layout layout = NONE;

  /// Which series each column of the layout is.
  private int[] columns = {};

  // The same series: what is equal, but another object, is not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  Partial.Leaf.Values of(StandingVector vector, long timestampMillis) {
    if (vector.labels() != labels || !isAsBefore(vector.values())) {
      remember(vector);
    }
    double[] values = new double[columns.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = vector.values()[columns[i]];
    }
    return new Partial.Leaf.Values(layout, Row.whole(timestampMillis, values));
  }

  private boolean isAsBefore(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (AbsentValue.is(values[i]) == present[i]) {
        return false;
      }
    }
    return true;
  }

  private void remember(StandingVector vector) {
    labels = vector.labels();
    present = new boolean[labels.size()];
    List<Integer> there = new ArrayList<>();
    for (int i = 0; i < present.length; i++) {
      present[i] = !AbsentValue.is(vector.values()[i]);
      if (present[i]) {
        there.add(i);
      }
    }
    there.sort(Comparator.comparing(labels::get));
    columns = there.stream().mapToInt(Integer::intValue).toArray();
    layout =
        columns.length == 0
            ? NONE
            : Layout.of(
                there.stream()
                    .map(i -> new SeriesMeta(labels.get(i), MetricType.UNKNOWN))
                    .toList());
  }
}
