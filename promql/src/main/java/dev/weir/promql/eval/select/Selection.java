package dev.weir.promql.eval.select;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SelectHints;
import java.util.List;

/// What is asked of a source.
///
/// @param repeated whether the query asks for the same again
public record Selection(
    List<Matcher> matchers, TimeRange range, SelectHints hints, boolean repeated) {
  public Selection {
    matchers = List.copyOf(matchers);
  }

  /// Whether all series that match have the same metric name.
  boolean namesOneMetric() {
    return matchers.stream()
        .anyMatch(matcher ->
            matcher.type() == Matcher.Type.EQUAL
                && matcher.name().equals(Labels.NAME)
                && !matcher.value().isEmpty());
  }
}
