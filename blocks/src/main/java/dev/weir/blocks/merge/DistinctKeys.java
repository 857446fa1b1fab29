package dev.weir.blocks.merge;

import dev.weir.model.GroupKey;
import java.util.HashSet;
import java.util.Set;

/// Keys for what one block takes from a merged source. Where series moved between groups, such a
/// source hands out one key over several groups; in a block each has a key of its own. Which target
/// it names matters to nobody, as readers find moved series by their partition key.
public final class DistinctKeys {
  private final Set<GroupKey> taken = new HashSet<>();

  /// The key itself if it is free, else one that is.
  public GroupKey of(GroupKey key) {
    GroupKey free = key;
    for (int part = 2; !taken.add(free); part++) {
      free = new GroupKey(key.partitionKey(), key.target() + "+" + part, key.slice());
    }
    return free;
  }
}
