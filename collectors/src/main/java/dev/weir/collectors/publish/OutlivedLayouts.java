package dev.weir.collectors.publish;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.SeriesMeta;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What layouts of waiting rows take in memory beside what their groups keep anyway. The latest
/// layout of a group costs nothing here: its group has it. One that another has replaced is there
/// for its waiting rows alone, with those of its series that the other lacks. Not safe for use by
/// several threads.
final class OutlivedLayouts {
  private static final int REFERENCE_BYTES = 8;

  /// A series and its labels, beside their text.
  private static final int SERIES_BYTES = 64;

  private static final int LABEL_BYTES = 48;

  private static final class Use {
    private final Layout layout;
    private int waiting;
    private long bytes;

    private Use(Layout layout) {
      this.layout = layout;
    }
  }

  private static final class Group {
    private final Map<Hash128, Use> uses = new HashMap<>(2);
    private @Nullable Use latest;
  }

  private final Map<GroupKey, Group> groups = new HashMap<>();

  /// Rows begin to wait.
  ///
  /// @return by how much that changes the bytes of outlived layouts
  long added(GroupKey key, Layout layout) {
    Group group = groups.computeIfAbsent(key, _ -> new Group());
    Use use = group.uses.computeIfAbsent(layout.hash(), _ -> new Use(layout));
    use.waiting++;
    Use before = group.latest;
    if (use == before) {
      return 0;
    }
    group.latest = use;
    long change = -use.bytes;
    use.bytes = 0;
    if (before != null) {
      before.bytes = bytesBeside(before.layout, layout);
      change += before.bytes;
    }
    return change;
  }

  /// Rows wait no longer.
  ///
  /// @return by how much that changes the bytes of outlived layouts
  long removed(GroupKey key, Layout layout) {
    Group group = groups.get(key);
    Use use = group == null ? null : group.uses.get(layout.hash());
    if (group == null || use == null || --use.waiting > 0) {
      return 0;
    }
    group.uses.remove(layout.hash());
    if (group.latest == use) {
      group.latest = null;
    }
    if (group.uses.isEmpty()) {
      groups.remove(key);
    }
    return -use.bytes;
  }

  /// About what a layout takes beside another. Both are in order.
  private static long bytesBeside(Layout layout, Layout other) {
    long bytes = (long) REFERENCE_BYTES * layout.size();
    int at = 0;
    for (SeriesMeta series : layout.series()) {
      int order = 1;
      while (at < other.size()) {
        order = series.labels().compareTo(other.series().get(at).labels());
        if (order <= 0) {
          break;
        }
        at++;
      }
      bytes += order == 0 ? 0 : bytes(series.labels());
    }
    return bytes;
  }

  private static long bytes(Labels labels) {
    long bytes = SERIES_BYTES;
    for (int i = 0; i < labels.size(); i++) {
      bytes += LABEL_BYTES + labels.name(i).length() + labels.value(i).length();
    }
    return bytes;
  }
}
