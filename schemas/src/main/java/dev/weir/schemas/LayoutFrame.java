package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.SeriesMeta;
import dev.weir.model.WeirException;
import java.util.List;

/// A layout as a record carries it.
public sealed interface LayoutFrame {

  /// Every series.
  record Whole(Layout layout) implements LayoutFrame {
    public Whole {
      requireNonNull(layout, "layout");
    }
  }

  /// The series of an earlier layout and `added`. Means something only to a reader that knows the
  /// earlier one; the next key frame is whole again.
  record Delta(Hash128 base, List<SeriesMeta> added) implements LayoutFrame {
    public Delta {
      requireNonNull(base, "base");
      added = List.copyOf(added);
      if (added.isEmpty()) {
        throw new WeirException.Corrupt(
            "layout delta on %s adds no series; then it is the base itself".formatted(base));
      }
    }

    /// The layout that this makes of its base.
    public Layout apply(Layout baseLayout) {
      if (!baseLayout.hash().equals(base)) {
        throw new IllegalArgumentException(
            "the base is %s, not %s".formatted(base, baseLayout.hash()));
      }
      return baseLayout.plus(added);
    }
  }
}
