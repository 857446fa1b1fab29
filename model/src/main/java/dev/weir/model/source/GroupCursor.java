package dev.weir.model.source;

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
}
