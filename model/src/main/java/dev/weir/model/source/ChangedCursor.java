package dev.weir.model.source;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A cursor whose groups are those of another, changed or left out.
///
/// @param change null leaves a group out
/// @param alsoComplete how complete the rest of the answer is
record ChangedCursor(
    GroupCursor cursor,
    Function<SeriesGroup, @Nullable SeriesGroup> change,
    Completeness alsoComplete)
    implements GroupCursor {
  @Override
  public @Nullable SeriesGroup next() {
    for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
      SeriesGroup changed = change.apply(group);
      if (changed != null) {
        return changed;
      }
    }
    return null;
  }

  @Override
  public Completeness completeness() {
    return cursor.completeness().and(alsoComplete);
  }

  @Override
  public void close() {
    cursor.close();
  }
}
