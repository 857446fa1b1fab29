package dev.weir.model;

import static java.util.Objects.requireNonNull;

/// Names a group: the series that share timestamps. A group outlives its layouts.
///
/// @param target the rest of a scraped target's identity: the hash of its labels and URL, so that
///   two targets with the same job and instance are two groups; empty for pushed and recorded
///   series
/// @param slice the part of the target's series
public record GroupKey(PartitionKey partitionKey, String target, Slice slice)
    implements Comparable<GroupKey> {
  public GroupKey {
    requireNonNull(partitionKey, "partitionKey");
    requireNonNull(target, "target");
    requireNonNull(slice, "slice");
  }

  public Tenant tenant() {
    return partitionKey.tenant();
  }

  @Override
  public int compareTo(GroupKey other) {
    int byPartitionKey = partitionKey.compareTo(other.partitionKey);
    if (byPartitionKey != 0) {
      return byPartitionKey;
    }
    int byTarget = target.compareTo(other.target);
    return byTarget != 0 ? byTarget : slice.compareTo(other.slice);
  }

  @Override
  public String toString() {
    return partitionKey
        + (target.isEmpty() ? "" : " target " + target)
        + (slice.equals(Slice.WHOLE) ? "" : " slice " + slice.number());
  }
}
