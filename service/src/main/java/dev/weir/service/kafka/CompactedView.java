package dev.weir.service.kafka;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A compacted topic as a map that keeps itself up to date: one thread reads every partition from
/// the beginning, without a consumer group, and goes on for as long as the view is open. Any thread
/// may look into it.
///
/// A record that cannot be read is skipped, counted and logged; the value before it stays. The
/// number of entries is bounded: new keys beyond the bound are skipped and counted likewise.
///
/// After a failure the topic is read from the beginning again, into a map of its own that takes the
/// place of the one before when it has caught up: a key whose tombstone was compacted away in the
/// meantime would stay for ever otherwise.
public final class CompactedView<T> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CompactedView.class);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final long RETRY_MILLIS = 1_000;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// Metrics of all views of a process, by role and topic. A process makes them once: its roles
  /// have views of the same topics.
  public static final class Metrics {
    private final Gauge entries;
    private final Counter skipped;

    public Metrics(PrometheusRegistry registry) {
      entries =
          Gauge.builder()
              .name("weir_view_entries")
              .help("Entries of a compacted topic that a role of this process holds.")
              .labelNames("role", "topic")
              .register(registry);
      skipped =
          Counter.builder()
              .name("weir_view_skipped_records_total")
              .help("Records of a compacted topic that were skipped, by reason.")
              .labelNames("role", "topic", "reason")
              .register(registry);
    }
  }

  private final String role;
  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final Function<byte[], T> reader;
  private final int maxEntries;
  private final Metrics metrics;
  private volatile Map<ByteBuffer, T> entries = new ConcurrentHashMap<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final Thread thread;
  private volatile boolean closed;

  /// @param role whose view it is, for the metrics
  /// @param consumer of raw bytes, without a group; the view closes it
  /// @param reader called by the view's own thread only
  /// @param maxEntries keys that are kept at most
  public CompactedView(
      String role,
      String topic,
      Consumer<byte[], byte[]> consumer,
      Function<byte[], T> reader,
      int maxEntries,
      Metrics metrics) {
    this.role = requireNonNull(role, "role");
    this.topic = requireNonNull(topic, "topic");
    this.consumer = requireNonNull(consumer, "consumer");
    this.reader = requireNonNull(reader, "reader");
    this.maxEntries = maxEntries;
    this.metrics = requireNonNull(metrics, "metrics");
    this.thread = Thread.ofPlatform().name(role + "-view-" + topic).daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /// Whether everything that was in the topic when the view started has been read.
  public boolean isCaughtUp() {
    return caughtUp.getCount() == 0;
  }

  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// The values that stand now, in no order.
  public List<T> values() {
    return new ArrayList<>(entries.values());
  }

  private void run() {
    while (!closed) {
      try {
        readFromBeginning();
      } catch (WakeupException e) {
        if (!closed) {
          log.warn("reading {} was interrupted, starting again", topic, e);
        }
      } catch (KafkaException e) {
        log.warn("cannot read {}, trying again: {}", topic, e.getMessage());
        pause();
      } catch (RuntimeException e) {
        log.error("reading {} failed, trying again", topic, e);
        pause();
      }
    }
    closeConsumer();
  }

  private void closeConsumer() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  private void pause() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void readFromBeginning() {
    List<TopicPartition> partitions = TopicPartitions.of(consumer, topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    // The first time, what has been read so far is better than nothing.
    Map<ByteBuffer, T> read = isCaughtUp() ? new ConcurrentHashMap<>() : entries;
    boolean reached = false;
    while (!closed) {
      if (!reached && hasReached(ends)) {
        reached = true;
        entries = read;
        caughtUp.countDown();
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : records) {
        apply(record, read);
      }
      metrics.entries.labelValues(role, topic).set(entries.size());
    }
  }

  private boolean hasReached(Map<TopicPartition, Long> ends) {
    for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (consumer.position(end.getKey()) < end.getValue()) {
        return false;
      }
    }
    return true;
  }

  private void apply(ConsumerRecord<byte[], byte[]> record, Map<ByteBuffer, T> entries) {
    if (record.key() == null) {
      skip(record, "no_key", "it has no key");
      return;
    }
    ByteBuffer key = ByteBuffer.wrap(record.key());
    if (record.value() == null) {
      entries.remove(key);
      return;
    }
    if (entries.size() >= maxEntries && !entries.containsKey(key)) {
      skip(record, "full", "the view holds %d entries already".formatted(maxEntries));
      return;
    }
    try {
      entries.put(key, reader.apply(record.value()));
    } catch (WeirException e) {
      skip(record, "unreadable", e.getMessage());
    } catch (RuntimeException e) {
      skip(record, "unreadable", "its reader failed: " + e);
      log.error("the reader of {} failed", topic, e);
    }
  }

  private void skip(ConsumerRecord<byte[], byte[]> record, String reason, String why) {
    metrics.skipped.labelValues(role, topic, reason).inc();
    log.warn(
        "skipped the record at {} partition {} offset {}: {}",
        topic,
        record.partition(),
        record.offset(),
        why);
  }

  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      closeConsumer();
      return;
    }
    consumer.wakeup();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
