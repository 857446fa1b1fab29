package dev.weir.service.kafka;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Over a consumer in memory, which fails when it is told to.
class CompactedViewTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TOPIC = "weir.targets";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final AtomicLong nextOffset = new AtomicLong();
  private final CompactedView<String> view =
      new CompactedView<>(
          "query",
          TOPIC,
          consumer,
          CompactedViewTest::read,
          3,
          new CompactedView.Metrics(new PrometheusRegistry()));

  CompactedViewTest() {
    consumer.updatePartitions(TOPIC, List.of(new PartitionInfo(TOPIC, 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));
  }

  @AfterEach
  void close() {
    view.close();
  }

  private static String read(byte[] value) {
    String text = new String(value, StandardCharsets.UTF_8);
    return switch (text) {
      case "unreadable" -> throw new WeirException.Corrupt("the schema is not known");
      case "defect" -> throw new IllegalStateException("a defect of the reader");
      default -> text;
    };
  }

  private void send(@Nullable String key, @Nullable String value) {
    byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    consumer.addRecord(
        new ConsumerRecord<>(
            TOPIC,
            0,
            nextOffset.getAndIncrement(),
            requireNonNull(key).getBytes(StandardCharsets.UTF_8),
            bytes));
  }

  private void startWith(@Nullable String... keysAndValues) {
    consumer.schedulePollTask(() -> {
      for (int i = 0; i < keysAndValues.length; i += 2) {
        send(keysAndValues[i], keysAndValues[i + 1]);
      }
    });
    view.start();
  }

  private void awaitValues(String... expected) {
    Await.untilPasses(() -> assertEquals(Set.of(expected), new TreeSet<>(view.values())), PATIENCE);
  }

  @Test
  void holdsTheLastValueOfEachKey() throws InterruptedException {
    startWith("a", "1", "b", "2", "a", "3", "b", null);

    awaitValues("3");
    assertTrue(view.awaitCaughtUp(PATIENCE));
  }

  @Test
  void aRecordThatCannotBeReadIsSkippedWhateverItsReaderThrows() {
    startWith("a", "1", "b", "unreadable", "a", "defect", "c", "4");

    awaitValues("1", "4");
  }

  @Test
  void keysBeyondTheBoundAreSkipped() {
    startWith("a", "1", "b", "2", "c", "3", "d", "4", "a", "5");

    awaitValues("5", "2", "3");
  }

  @Test
  void afterAFailureKeysThatAreGoneFromTheTopicAreForgotten() {
    startWith("a", "1", "b", "2");
    awaitValues("1", "2");

    consumer.schedulePollTask(() -> {
      // The tombstone of b came and was compacted away while nobody read.
      consumer.setPollException(new KafkaException("the connection broke"));
      consumer.schedulePollTask(() -> send("a", "3"));
    });

    awaitValues("3");
  }

  @Test
  void aDefectInTheClientDoesNotEndTheView() {
    startWith("a", "1");
    awaitValues("1");

    consumer.schedulePollTask(() -> {
      consumer.schedulePollTask(() -> send("b", "2"));
      throw new IllegalStateException("a defect of the client");
    });

    Await.untilPasses(() -> assertTrue(view.values().contains("2")), PATIENCE);
  }
}
