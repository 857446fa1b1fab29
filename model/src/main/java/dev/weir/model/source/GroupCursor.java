package dev.weir.model.source;

import java.util.Iterator;
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
