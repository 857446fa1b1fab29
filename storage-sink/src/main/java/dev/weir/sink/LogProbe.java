package dev.weir.sink;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks Kafka where the logs end and begin: the one tells that an idle partition is read to its
/// end, the other how near retention is to the chain's end. For the worker's thread.
final class LogProbe {
  private static final Logger LOG = LoggerFactory.getLogger(LogProbe.class);

  private static final Duration END_INTERVAL = Duration.ofMillis(200);
  private static final Duration START_INTERVAL = Duration.ofSeconds(15);
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final HeldPartitions held;
  private long nextEndMillis;
  private long nextStartMillis;

  LogProbe(Consumer<byte[], byte[]> consumer, HeldPartitions held) {
    this.consumer = consumer;
    this.held = held;
  }

  /// Asks what is due.
  void run(long nowMillis) {
    if (nowMillis >= nextEndMillis) {
      nextEndMillis = nowMillis + END_INTERVAL.toMillis();
      askForEnds(nowMillis);
    }
    if (nowMillis >= nextStartMillis) {
      nextStartMillis = nowMillis + START_INTERVAL.toMillis();
      askForStarts();
    }
  }

  private void askForEnds(long nowMillis) {
    List<TopicPartition> reading = held.reading();
    if (reading.isEmpty()) {
      return;
    }
    try {
      consumer
          .endOffsets(reading, TIMEOUT)
          .forEach((partition, end) -> {
            AssignedPartition one = held.get(partition);
            PartitionIngester ingester = one == null ? null : one.ingester();
            if (one != null && ingester != null) {
              one.logEnd(end);
              ingester.logEndedAt(end, nowMillis);
            }
          });
    } catch (TimeoutException e) {
      LOG.debug("the ends of the logs are not known", e);
    }
  }

  private void askForStarts() {
    try {
      consumer
          .beginningOffsets(held.reading(), TIMEOUT)
          .forEach((partition, start) -> {
            AssignedPartition one = held.get(partition);
            if (one != null) {
              one.logStart(start);
            }
          });
    } catch (TimeoutException e) {
      LOG.debug("the starts of the logs are not known", e);
    }
  }
}
