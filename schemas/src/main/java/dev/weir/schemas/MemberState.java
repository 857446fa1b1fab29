package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/// A process that takes a role, repeated as a sign of life: the value of [Topics#MEMBERS]. Format:
/// `member-state.avsc`.
///
/// @param member tells the members of a role apart; the same after a restart in the same data
///   directory
/// @param address base URL where other members reach it
/// @param software version of Weir that it runs
/// @param reported when it said so
/// @param partitions that it serves; empty for roles that serve none
public record MemberState(
    Role role,
    String member,
    String address,
    String software,
    Instant started,
    Instant reported,
    Phase phase,
    List<ServedPartition> partitions) {

  /// Roles of `weir run`.
  public enum Role {
    UNKNOWN(0),
    COLLECTOR(1),
    SINK(2),
    RULES(3),
    ALERTING(4),
    QUERY(5);

    static final Role[] BY_CODE = values();

    private final int code;

    Role(int code) {
      this.code = code;
    }

    /// The index in the schema's enum: never changes.
    int code() {
      return code;
    }
  }

  /// Whether a member can be asked.
  public enum Phase {
    STARTING(0),
    SERVING(1),
    LEAVING(2);

    static final Phase[] BY_CODE = values();

    private final int code;

    Phase(int code) {
      this.code = code;
    }

    /// The index in the schema's enum: never changes.
    int code() {
      return code;
    }
  }

  /// How far a member has come with a partition.
  ///
  /// @param owned whether it owns the partition, or only answers until its successor has caught up
  /// @param servesFrom the first offset whose rows it can serve
  /// @param reached the offset after the last record that it can serve
  /// @param blocksEnd the first offset that no block it knows covers
  /// @param lastAppendedMillis when Kafka appended the last record that it can serve
  public record ServedPartition(
      String topic,
      int partition,
      boolean owned,
      long servesFrom,
      long reached,
      long blocksEnd,
      OptionalLong lastAppendedMillis) {
    public ServedPartition {
      requireNonNull(topic, "topic");
      requireNonNull(lastAppendedMillis, "lastAppendedMillis");
    }
  }

  public MemberState {
    requireNonNull(role, "role");
    requireNonNull(member, "member");
    requireNonNull(address, "address");
    requireNonNull(software, "software");
    requireNonNull(started, "started");
    requireNonNull(reported, "reported");
    requireNonNull(phase, "phase");
    partitions = List.copyOf(partitions);
  }

  /// The key of this record.
  public byte[] key() {
    return RecordKeys.of(role.name(), member);
  }
}
