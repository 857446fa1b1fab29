package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the brokers where the partitions of a topic end, when somebody wants to know. While they do
/// not answer, nothing is known beyond the last answer, so no evaluation takes silence for the
/// absence of samples.
public final class LogEndProbe implements LogEnds, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogEndProbe.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration BEGINNINGS_INTERVAL = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

  /// Where a partition began and ended, and when that was asked.
  private record Asked(long beginning, long end, long atMillis) {}

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Duration interval;
  private final InstantSource clock;
  private final Map<Integer, Asked> answers = new ConcurrentHashMap<>();

  /// Where partitions began when that was asked last. They only grow, and slowly.
  private Map<TopicPartition, Long> beginnings = Map.of();

  private long beginningsAgainMillis = Long.MIN_VALUE;
  private final AtomicBoolean asking = new AtomicBoolean();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("rules-log-ends").daemon().factory());
  private volatile long nextMillis;
  private boolean answered = true;

  /// @param consumer without a group; used by this probe's thread alone, and closed with it
  /// @param interval between questions, at least
  public LogEndProbe(
      Supplier<Consumer<byte[], byte[]>> consumer,
      String topic,
      int partitions,
      Duration interval,
      InstantSource clock) {
    this.consumer = consumer.get();
    this.partitions =
        IntStream.range(0, partitions)
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    this.consumer.assign(this.partitions);
    this.interval = requireNonNull(interval, "interval");
    this.clock = requireNonNull(clock, "clock");
  }

  /// Asks soon, unless that is under way.
  private void askSoon() {
    if (!asking.compareAndSet(false, true)) {
      return;
    }
    long delayMillis = Math.clamp(nextMillis - clock.millis(), 0, interval.toMillis());
    try {
      var _ = executor.schedule(this::ask, delayMillis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("the probe for log ends is closed", e);
    }
  }

  private void ask() {
    // Before the question: what is appended while it travels may not be in the answer.
    long atMillis = clock.millis();
    try {
      askSince(atMillis);
    } finally {
      nextMillis = atMillis + interval.toMillis();
      asking.set(false);
    }
  }

  private void askSince(long atMillis) {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, TIMEOUT);
      if (atMillis >= beginningsAgainMillis) {
        beginnings = consumer.beginningOffsets(partitions, TIMEOUT);
        beginningsAgainMillis = atMillis + BEGINNINGS_INTERVAL.toMillis();
      }
      ends.forEach((partition, end) ->
          answers.put(
              partition.partition(),
              new Asked(beginnings.getOrDefault(partition, 0L), end, atMillis)));
      if (!answered) {
        LOG.info("the brokers answer again where {} ends", partitions.getFirst().topic());
      }
      answered = true;
    } catch (RuntimeException e) {
      if (answered) {
        LOG.warn(
            "the brokers do not answer where {} ends; evaluations wait: {}",
            partitions.getFirst().topic(),
            e.getMessage());
      }
      answered = false;
    }
  }

  @Override
  public long readToMillis(int partition, long position) {
    askSoon();
    Asked asked = answers.get(partition);
    return asked != null && Math.max(position, asked.beginning()) >= asked.end()
        ? asked.atMillis()
        : UNKNOWN;
  }

  @Override
  public void close() {
    executor.shutdownNow();
    try {
      if (executor.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        consumer.close();
      } else {
        LOG.warn("the probe for log ends did not stop in time; its consumer stays open");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
