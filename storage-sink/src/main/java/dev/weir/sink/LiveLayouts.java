package dev.weir.sink;

import dev.weir.blocks.block.LiveLayout;
import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The layouts that later rows of a partition may refer to without carrying them: those used within
/// the time in which a layout is sent again. A block names them, so that whoever goes on from its
/// end knows them. For one thread.
final class LiveLayouts {
  private static final class Use {
    private final Layout layout;
    private final long firstOffset;
    private long lastAppendedMillis;
    private long epoch;
    private long nextDueMillis;

    Use(Layout layout, long firstOffset) {
      this.layout = layout;
      this.firstOffset = firstOffset;
    }
  }

  private final long lookbackMillis;
  private final Map<GroupKey, Map<Hash128, Use>> uses = new HashMap<>();

  LiveLayouts(Duration lookback) {
    this.lookbackMillis = lookback.toMillis();
  }

  /// Takes in what the block before named; it stays until the lookback has passed.
  ///
  /// @param nowMillis no earlier than when the block's last record was appended
  void inherit(List<LiveLayout> layouts, long nowMillis) {
    for (LiveLayout layout : layouts) {
      OptionalLong due =
          layout.nextDueMillis() == Long.MAX_VALUE
              ? OptionalLong.empty()
              : OptionalLong.of(layout.nextDueMillis());
      used(-1, nowMillis, layout.group(), layout.layout(), layout.epoch(), due);
    }
  }

  void used(
      long offset,
      long appendedMillis,
      GroupKey group,
      Layout layout,
      long epoch,
      OptionalLong nextDueMillis) {
    Use use =
        uses.computeIfAbsent(group, _ -> new HashMap<>(2))
            .computeIfAbsent(layout.hash(), _ -> new Use(layout, offset));
    use.lastAppendedMillis = Math.max(use.lastAppendedMillis, appendedMillis);
    use.epoch = Math.max(use.epoch, epoch);
    use.nextDueMillis = nextDueMillis.orElse(Long.MAX_VALUE);
  }

  /// The layouts that are alive at an offset.
  ///
  /// @param appendedMillis when a record at or before the offset was appended; what was last used
  ///   longer ago than the lookback is forgotten
  List<LiveLayout> aliveAt(long offset, long appendedMillis) {
    List<LiveLayout> alive = new ArrayList<>();
    Iterator<Map.Entry<GroupKey, Map<Hash128, Use>>> groups = uses.entrySet().iterator();
    while (groups.hasNext()) {
      Map.Entry<GroupKey, Map<Hash128, Use>> group = groups.next();
      group
          .getValue()
          .values()
          .removeIf(use -> use.lastAppendedMillis < appendedMillis - lookbackMillis);
      if (group.getValue().isEmpty()) {
        groups.remove();
      }
      for (Use use : group.getValue().values()) {
        if (use.firstOffset < offset) {
          alive.add(new LiveLayout(group.getKey(), use.layout, use.epoch, use.nextDueMillis));
        }
      }
    }
    return alive;
  }
}
