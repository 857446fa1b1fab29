package dev.weir.promql.eval.standing;

import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.UnaryOperator;

/// Where the series of a vector stand. The same object for as long as they are the same.
///
/// @param blockEnds behind the last slot of each block: what the engine computes at a time, which
///   decides the order in which sums are added up
record Slots(List<Labels> labels, int[] blockEnds) {
  static final Slots NONE = new Slots(List.of(), new int[0]);

  int count() {
    return labels.size();
  }

  Slots map(UnaryOperator<Labels> change) {
    List<Labels> changed = new ArrayList<>(labels.size());
    labels.forEach(each -> changed.add(change.apply(each)));
    return new Slots(List.copyOf(changed), blockEnds);
  }

  boolean areDistinct() {
    return new HashSet<>(labels).size() == labels.size();
  }
}
