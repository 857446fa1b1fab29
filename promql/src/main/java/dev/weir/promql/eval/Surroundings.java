package dev.weir.promql.eval;

import dev.weir.model.source.SelectHints;
import dev.weir.promql.ast.Grouping;
import java.util.Optional;

/// What is done with an expression's value, as far as a source may want to know.
///
/// @param function the nearest function or aggregation around it
/// @param grouping of an aggregation directly around it
record Surroundings(Optional<String> function, Optional<Grouping> grouping) {
  static final Surroundings NONE = new Surroundings(Optional.empty(), Optional.empty());

  static Surroundings inside(String function) {
    return new Surroundings(Optional.of(function), Optional.empty());
  }

  static Surroundings inside(String aggregation, Grouping grouping) {
    return new Surroundings(Optional.of(aggregation), Optional.of(grouping));
  }

  SelectHints hints(long stepMillis, long rangeMillis) {
    Grouping by = grouping.orElse(Grouping.ALL);
    return new SelectHints(
        stepMillis,
        rangeMillis,
        function,
        by.labels(),
        grouping.isPresent() && !by.without(),
        false);
  }
}
