package dev.weir.blocks.downsample;

import dev.weir.model.GroupKey;

/// The keys of stored groups: that of the group, with a number at the end of its target. The same
/// key may stand over several groups of samples, and each of these becomes several stored ones.
final class StoredGroup {
  /// No target has it: they are hashes, or empty.
  private static final char SEPARATOR = '/';

  private StoredGroup() {}

  static GroupKey key(GroupKey key, int number) {
    return new GroupKey(key.partitionKey(), key.target() + SEPARATOR + number, key.slice());
  }

  /// The key of the group that a stored one is from.
  static GroupKey original(GroupKey stored) {
    int end = stored.target().lastIndexOf(SEPARATOR);
    return end < 0
        ? stored
        : new GroupKey(stored.partitionKey(), stored.target().substring(0, end), stored.slice());
  }
}
