package dev.weir.collectors.publish;

import static dev.weir.collectors.MetricValues.value;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.schemas.Topics;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatePublisherTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final StatePublisher publisher = new StatePublisher(kafka, 3, registry);

  @AfterEach
  void close() {
    publisher.close(Duration.ZERO);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void publish(String key, String value) {
    publisher.publish(Topics.TARGETS, bytes(key), bytes(value));
  }

  private List<String> awaitSent(int count) {
    Await.until(
        () -> kafka.history().size() == count,
        DEADLINE,
        () -> count + " states; there are " + kafka.history().size());
    return kafka.history().stream().map(StatePublisherTest::shown).toList();
  }

  private static String shown(ProducerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8)
        + " "
        + (record.value() == null ? "deleted" : new String(record.value(), StandardCharsets.UTF_8));
  }

  @Test
  void ofAKeyTheLatestStateIsSent() {
    publish("a", "1");
    publish("b", "1");
    publish("a", "2");
    publisher.publish(Topics.TARGETS, bytes("b"), null);
    publish("c", "1");
    publisher.start();
    assertEquals(List.of("a 2", "b deleted", "c 1"), awaitSent(3));
    kafka.completeNext();
    assertEquals(1, value(registry, "weir_collector_published_states", "topic", Topics.TARGETS));
  }

  @Test
  void theOldestStatesAreLostWhenTooManyWait() {
    for (String key : List.of("a", "b", "c", "d")) {
      publish(key, "1");
    }
    publish("b", "2");
    publisher.start();
    assertEquals(List.of("c 1", "d 1", "b 2"), awaitSent(3));
    assertEquals(1, value(registry, "weir_collector_lost_states", "topic", Topics.TARGETS));
  }

  @Test
  void whoeverPublishedALostStateIsTold() {
    List<String> lost = Collections.synchronizedList(new ArrayList<>());
    for (String key : List.of("a", "b", "c", "d")) {
      publisher.publish(Topics.METADATA, bytes(key), bytes("1"), () -> lost.add(key));
    }
    assertEquals(List.of("a"), lost);
    assertEquals(3, value(registry, "weir_collector_waiting_states"));
    publisher.start();
    awaitSent(3);
    kafka.errorNext(new RecordTooLargeException("a state of 9 MB"));
    kafka.completeNext();
    assertEquals(List.of("a", "b"), lost);
  }

  @Test
  void whatKafkaRefusesIsCounted() {
    publisher.start();
    publish("a", "1");
    awaitSent(1);
    kafka.errorNext(new RecordTooLargeException("a state of 9 MB"));
    assertEquals(1, value(registry, "weir_collector_lost_states", "topic", Topics.TARGETS));
  }
}
