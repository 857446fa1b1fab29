package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A record that nothing could be made of: the value of [Topics#DEAD_LETTERS]. Format:
/// `dead-letter.avsc`.
///
/// @param topic where the record stands
/// @param appended when Kafka appended it
/// @param member who gave it up
/// @param reason what was found and what would be right
/// @param value as it was, up to [#MAX_VALUE_BYTES]
/// @param valueBytes how long the value was
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    Instant appended,
    String member,
    String reason,
    byte @Nullable [] key,
    byte @Nullable [] value,
    int valueBytes) {

  /// As much of a value as a dead letter keeps; the rest is in the topic that it came from, for as
  /// long as that keeps it.
  public static final int MAX_VALUE_BYTES = 1 << 20;

  public DeadLetter {
    requireNonNull(topic, "topic");
    requireNonNull(appended, "appended");
    requireNonNull(member, "member");
    requireNonNull(reason, "reason");
    if (value != null && value.length > MAX_VALUE_BYTES) {
      value = Arrays.copyOf(value, MAX_VALUE_BYTES);
    }
  }

  /// The dead letter of a record as it came.
  public static DeadLetter of(
      String topic,
      int partition,
      long offset,
      Instant appended,
      String member,
      String reason,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    return new DeadLetter(
        topic,
        partition,
        offset,
        appended,
        member,
        reason,
        key,
        value,
        value == null ? 0 : value.length);
  }

  /// The key of this record: where the given up one stands.
  public byte[] recordKey() {
    return RecordKeys.of(topic, Integer.toString(partition), Long.toString(offset));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DeadLetter letter
        && topic.equals(letter.topic)
        && partition == letter.partition
        && offset == letter.offset
        && appended.equals(letter.appended)
        && member.equals(letter.member)
        && reason.equals(letter.reason)
        && Arrays.equals(key, letter.key)
        && Arrays.equals(value, letter.value)
        && valueBytes == letter.valueBytes;
  }

  @Override
  public int hashCode() {
    return (topic.hashCode() * 31 + partition) * 31 + Long.hashCode(offset);
  }

  @Override
  public String toString() {
    return "DeadLetter[%s-%d offset %d: %s]".formatted(topic, partition, offset, reason);
  }
}
