package dev.weir.collectors;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.schemas.TargetState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.service.kafka.TopicPartitions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds targets in `weir.targets` that are nobody's: a collector that is killed, or started with
/// another configuration, cannot delete those that it had before. Looks when it starts, and once an
/// hour.
///
/// A target is left if this collector said that it is there and no longer has it; or if another did
/// and has not said so again for an hour, for a collector says of each target that it scrapes how
/// it is, at each scrape or every ten seconds. Where this collector is the only one, whatever it
/// does not have is left.
final class LeftTargets implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeftTargets.class);

  private static final Duration INTERVAL = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(200);

  /// A target that is scraped this often or more seldom is left after so many intervals.
  private static final int SILENT_INTERVALS = 3;

  /// Found at once; the rest is found the next time.
  private static final int MAX_FOUND = 100_000;

  /// Who looks.
  ///
  /// @param member as this collector's states name it
  /// @param alone whether there is no other collector
  record Owner(String member, boolean alone) {
    Owner {
      requireNonNull(member, "member");
    }
  }

  private final Owner owner;
  private final Supplier<KafkaConsumer<byte[], byte[]>> consumers;
  private final RecordReader<TargetState> reader;
  private final Consumer<ByteBuffer> found;
  private final InstantSource clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  /// @param consumers make consumers without a group; each is closed here
  /// @param found hears the key of each target that may be left: it deletes those that this
  ///   collector does not have
  LeftTargets(
      Owner owner,
      Supplier<KafkaConsumer<byte[], byte[]>> consumers,
      RecordReader<TargetState> reader,
      Consumer<ByteBuffer> found,
      InstantSource clock) {
    this.owner = requireNonNull(owner, "owner");
    this.consumers = requireNonNull(consumers, "consumers");
    this.reader = requireNonNull(reader, "reader");
    this.found = requireNonNull(found, "found");
    this.clock = requireNonNull(clock, "clock");
    this.thread = Thread.ofPlatform().name("left-targets").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      Duration pause = Duration.ZERO;
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        pause = look() ? INTERVAL : RETRY;
      }
    } catch (InterruptedException | InterruptException e) {
      log.debug("no longer looks for targets that are left", e);
    }
  }

  /// @return whether the topic could be read
  private boolean look() {
    try (KafkaConsumer<byte[], byte[]> consumer = consumers.get()) {
      left(consumer).forEach(found);
      return true;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      log.warn("cannot look for targets that are left in {}: {}", Topics.TARGETS, e.getMessage());
      return false;
    }
  }

  private Set<ByteBuffer> left(KafkaConsumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions = TopicPartitions.of(consumer, Topics.TARGETS);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Set<ByteBuffer> left = new LinkedHashSet<>();
    while (closed.getCount() > 0
        && ends.entrySet().stream()
            .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        // Of a key, the last record counts.
        ByteBuffer key = ByteBuffer.wrap(record.key());
        left.remove(key);
        if (left.size() < MAX_FOUND && mayBeLeft(record)) {
          left.add(key);
        }
      }
    }
    return left;
  }

  private boolean mayBeLeft(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return false;
    }
    TargetState state;
    try {
      state = reader.read(record.value());
    } catch (WeirException e) {
      log.warn(
          "skipped the record at {} partition {} offset {}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return false;
    }
    return owner.alone() || state.member().equals(owner.member()) || isSilent(state, record);
  }

  private boolean isSilent(TargetState state, ConsumerRecord<byte[], byte[]> record) {
    Duration silence = Duration.ofMillis(clock.millis() - record.timestamp());
    return state
        .scraped()
        .map(scraped -> scraped.interval().multipliedBy(SILENT_INTERVALS))
        .filter(due -> silence.compareTo(due) > 0 && silence.compareTo(INTERVAL) > 0)
        .isPresent();
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
