package dev.weir.schemas.read;

import dev.weir.model.GroupKey;
import dev.weir.model.PartitionKey;
import dev.weir.schemas.SampleRecord;
import java.util.LinkedHashMap;
import java.util.Map;

/// The newest epoch seen for each target; bounded, the targets longest silent go first.
final class Epochs {
  private record Target(PartitionKey key, String target) {}

  private final Map<Target, Long> newest;

  Epochs(int maxTargets) {
    this.newest =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Target, Long> eldest) {
            return size() > maxTargets;
          }
        };
  }

  /// Whether rows of this epoch are the newest owner's, as far as is known.
  boolean isCurrent(GroupKey group, long epoch) {
    if (epoch == SampleRecord.NO_EPOCH) {
      return true;
    }
    return learn(group, epoch) == epoch;
  }

  /// Takes in an epoch and returns the newest that is known of the group's target.
  long learn(GroupKey group, long epoch) {
    return newest.merge(new Target(group.partitionKey(), group.target()), epoch, Math::max);
  }
}
