package dev.weir.model.source;

import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Goes through the groups of a selection, once. One thread calls [#next]; the groups it returned
/// may be read by others, in parallel, until the cursor is closed.
public interface GroupCursor extends AutoCloseable {
  /// The next group, or null after the last.
  ///
  /// @throws dev.weir.model.WeirException as the source failed
  @Nullable SeriesGroup next();

  /// How complete the selection is. Known once [#next] has returned null.
  Completeness completeness();

  @Override
  void close();

  /// This cursor with other groups.
  ///
  /// @param change of each group; null leaves it out
  default GroupCursor map(Function<SeriesGroup, @Nullable SeriesGroup> change) {
    return new ChangedCursor(this, change, Completeness.FULL);
  }

  /// This cursor as part of an answer that is no more complete than `other`.
  default GroupCursor and(Completeness other) {
    return new ChangedCursor(this, group -> group, other);
  }

  /// A cursor over groups that are there, of a selection that is complete and holds nothing open.
  static GroupCursor of(Iterator<? extends SeriesGroup> groups) {
    return new GroupCursor() {
      @Override
      public @Nullable SeriesGroup next() {
        return groups.hasNext() ? groups.next() : null;
      }

      @Override
      public Completeness completeness() {
        return Completeness.FULL;
      }

      @Override
      public void close() {}
    };
  }
}
