package dev.weir.sink;

import dev.weir.model.DurationText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens the partitions that were assigned. Kafka is asked for the ends of all their logs together;
/// one that could not be opened is tried again alone, so that it keeps no other from opening. As
/// much as some time allows is done at once: the group gives the partitions to others if nobody
/// polls meanwhile. For the worker's thread.
final class Opening {
  private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

  /// After so long the next partition waits for the next poll.
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  private static final Duration OFFSETS_TIMEOUT = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final PartitionOpener opener;
  private final HeldPartitions held;
  private final InstantSource clock;

  Opening(
      Consumer<byte[], byte[]> consumer,
      PartitionOpener opener,
      HeldPartitions held,
      InstantSource clock) {
    this.consumer = consumer;
    this.opener = opener;
    this.held = held;
    this.clock = clock;
  }

  /// Opens what can be opened now.
  void run() {
    long now = clock.millis();
    List<AssignedPartition> fresh = new ArrayList<>();
    List<AssignedPartition> failed = new ArrayList<>();
    for (AssignedPartition one : held.assigned()) {
      if (one.ingester() == null && !one.isHeld(now)) {
        (one.hasFailed() ? failed : fresh).add(one);
      }
    }
    long deadline = System.nanoTime() + AT_ONCE.toNanos();
    open(fresh, deadline);
    for (AssignedPartition one : failed) {
      open(List.of(one), deadline);
    }
  }

  private void open(List<AssignedPartition> together, long deadline) {
    if (together.isEmpty() || System.nanoTime() >= deadline) {
      return;
    }
    List<TopicPartition> partitions = together.stream().map(AssignedPartition::partition).toList();
    Map<TopicPartition, Long> starts;
    Map<TopicPartition, Long> ends;
    try {
      starts = consumer.beginningOffsets(partitions, OFFSETS_TIMEOUT);
      ends = consumer.endOffsets(partitions, OFFSETS_TIMEOUT);
    } catch (WakeupException | InterruptException | FencedInstanceIdException e) {
      throw e;
    } catch (RuntimeException e) {
      together.forEach(one -> hold(one, e));
      return;
    }
    for (AssignedPartition one : together) {
      if (System.nanoTime() >= deadline) {
        return;
      }
      open(one, offset(starts, one), offset(ends, one));
    }
  }

  private static long offset(Map<TopicPartition, Long> offsets, AssignedPartition of) {
    Long offset = offsets.get(of.partition());
    if (offset == null) {
      throw new IllegalStateException(
          "Kafka was asked for offsets of %s and gave none: %s".formatted(of.partition(), offsets));
    }
    return offset;
  }

  private void open(AssignedPartition one, long start, long end) {
    try {
      PartitionIngester ingester = opener.open(one.partition(), start, end);
      consumer.seek(one.partition(), ingester.chainEnd());
      one.open(ingester, start, end);
      held.serve(one, ingester);
      if (!ingester.trouble().isEmpty()) {
        LOG.error(ingester.trouble());
      }
    } catch (WakeupException | InterruptException | FencedInstanceIdException e) {
      throw e;
    } catch (RuntimeException e) {
      hold(one, e);
    }
  }

  private void hold(AssignedPartition one, RuntimeException e) {
    Duration wait = one.failed();
    LOG.warn(
        "{} cannot be opened, trying again in {}: {}",
        one.partition(),
        DurationText.format(wait.toMillis()),
        e.getMessage(),
        LogCause.of(e));
    one.holdUntil(clock.millis() + wait.toMillis());
  }
}
