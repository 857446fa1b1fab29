package dev.weir.blocks.merge;

import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import org.jspecify.annotations.Nullable;

/// The samples of a group that several merged groups read: decoded for the first, let go after the
/// last.
final class SharedSamples {
  private final SeriesGroup group;
  private @Nullable GroupSamples samples;
  private int readers;

  SharedSamples(SeriesGroup group) {
    this.group = group;
  }

  void addReader() {
    readers++;
  }

  synchronized GroupColumns columns() {
    GroupSamples read = samples == null ? group.read() : samples;
    readers--;
    samples = readers > 0 ? read : null;
    return GroupColumns.of(read);
  }
}
