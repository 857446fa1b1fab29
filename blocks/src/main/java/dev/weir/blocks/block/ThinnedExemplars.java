package dev.weir.blocks.block;

import dev.weir.model.Exemplar;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/// The exemplars that a block keeps of one series in one window: each once, and of too many those
/// that are spread evenly among them, the first included.
///
/// @param dropped how many were too many
record ThinnedExemplars(List<Exemplar> kept, int dropped) {
  /// @param exemplars in any order; all have their time
  /// @param most that are kept
  static ThinnedExemplars of(Collection<Exemplar> exemplars, int most) {
    TreeSet<Exemplar> distinct = new TreeSet<>(Exemplar.ORDER);
    distinct.addAll(exemplars);
    List<Exemplar> all = List.copyOf(distinct);
    if (all.size() <= most) {
      return new ThinnedExemplars(all, 0);
    }
    List<Exemplar> kept = new ArrayList<>(most);
    for (int i = 0; i < most; i++) {
      kept.add(all.get((int) ((long) i * all.size() / most)));
    }
    return new ThinnedExemplars(kept, all.size() - most);
  }
}
