package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What a storage node says of itself.
///
/// @param name tells it apart from others; the same over its lifetime
public record NodeStatus(String name, List<PartitionStatus> partitions) {
  public NodeStatus {
    requireNonNull(name, "name");
    partitions = List.copyOf(partitions);
  }

  /// Whether a node reads a partition on.
  public enum PartitionState {
    /// It reads the partition and makes its blocks.
    OWNED(0),
    /// Another owner has the partition; this node reads no further, and serves what it had read
    /// until that one has caught up.
    LEAVING(1),
    /// It cannot read on; [PartitionStatus#trouble] says why. What it has is served.
    STOPPED(2);

    private static final PartitionState[] BY_CODE = values();

    private final int code;

    PartitionState(int code) {
      this.code = code;
    }

    /// The number in stored and sent formats: never changes.
    public int code() {
      return code;
    }

    static PartitionState ofCode(int code) {
      return BY_CODE[code];
    }

    static int maxCode() {
      return BY_CODE.length - 1;
    }
  }

  /// How far a node has come with a partition.
  ///
  /// @param oldestOffset the first whose rows the node has
  /// @param endOffset the offset after the last whose rows it has
  /// @param chainEndOffset where the partition's blocks end, as far as the node knows
  /// @param readToMillis everything acknowledged before this time is below the end offset;
  ///   [Long#MIN_VALUE] if nothing is known yet
  /// @param trouble why it does not read on; empty if it does
  public record PartitionStatus(
      String topic,
      int partition,
      PartitionState state,
      long oldestOffset,
      long endOffset,
      long chainEndOffset,
      long readToMillis,
      String trouble) {
    public PartitionStatus {
      requireNonNull(topic, "topic");
      requireNonNull(state, "state");
      requireNonNull(trouble, "trouble");
    }
  }
}
