package dev.weir.alerting;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which partitions of notifications this member sends for. A consumer of the group takes part in
/// dividing them, and reads nothing: all members read all of the topic anyhow.
///
/// A partition that was just assigned is owned only once everything in it has been read, so that
/// nothing is sent that its former owner has recorded. [#maySend] is for any thread, the rest for
/// one.
final class Ownership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final long trustNanos;
  private final java.util.function.Consumer<Set<Integer>> leaving;
  private final Set<Integer> owned = ConcurrentHashMap.newKeySet();

  /// The end that has to be read before a partition is owned.
  private final Map<Integer, Long> acquiring = new HashMap<>();

  private volatile long confirmedNanos = System.nanoTime();

  /// @param consumer of the group
  /// @param trust how long after the group was last heard of this member believes in what it owns:
  ///   less than the group takes to give it to another
  /// @param leaving waits until nothing is being sent for partitions that go to others
  Ownership(
      String topic,
      Consumer<byte[], byte[]> consumer,
      Duration trust,
      java.util.function.Consumer<Set<Integer>> leaving) {
    this.topic = topic;
    this.consumer = consumer;
    this.trustNanos = trust.toNanos();
    this.leaving = leaving;
  }

  void join() {
    consumer.subscribe(List.of(topic), new Listener());
  }

  /// Takes part in the group.
  ///
  /// @param readTo up to where the topic has been read, by partition
  /// @return partitions that are owned from now on
  Set<Integer> poll(Map<Integer, Long> readTo) {
    var _ = consumer.poll(Duration.ZERO);
    if (System.nanoTime() - confirmedNanos > trustNanos / 2) {
      verify(readTo);
    }
    confirmedNanos = System.nanoTime();
    Set<Integer> acquired = new HashSet<>();
    acquiring
        .entrySet()
        .removeIf(partition -> {
          boolean read = readTo.getOrDefault(partition.getKey(), 0L) >= partition.getValue();
          if (read) {
            acquired.add(partition.getKey());
          }
          return read;
        });
    owned.addAll(acquired);
    return acquired;
  }

  /// Asks the group whether it still counts this member in, after a time in which it may have been
  /// replaced: a commit is refused if so. What is committed does not matter.
  private void verify(Map<Integer, Long> readTo) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      long offset = readTo.getOrDefault(partition.partition(), 0L);
      offsets.put(partition, new OffsetAndMetadata(offset));
    }
    try {
      consumer.commitSync(offsets);
    } catch (RebalanceInProgressException e) {
      LOG.debug("still in the group, which is being divided anew: {}", e.getMessage());
    } catch (CommitFailedException e) {
      LOG.warn("was replaced in the group while this process did not run: {}", e.getMessage());
      owned.clear();
      acquiring.clear();
    }
  }

  /// Whether this member owns a partition, and can be sure of it. A process that was stopped for
  /// long, and does not know yet that it was replaced, cannot.
  boolean maySend(int partition) {
    return owned.contains(partition) && System.nanoTime() - confirmedNanos < trustNanos;
  }

  int count() {
    return owned.size();
  }

  private final class Listener implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // Nothing is read here; the group only says who owns what.
      consumer.pause(consumer.assignment());
      consumer
          .endOffsets(partitions)
          .forEach((partition, end) -> acquiring.put(partition.partition(), end));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      onPartitionsLost(partitions);
      leaving.accept(
          partitions.stream().map(TopicPartition::partition).collect(Collectors.toSet()));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        owned.remove(partition.partition());
        acquiring.remove(partition.partition());
      }
    }
  }

  /// Leaves the group; its partitions go to others at once.
  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
