package dev.weir.collectors.publish;

import static dev.weir.collectors.MetricValues.value;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the publisher makes of Kafka's answers. [KafkaAwayTest] has a real broker.
class SamplePublisherTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final SamplePublisher publisher =
      new SamplePublisher(
          kafka,
          RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()),
          new LayoutPublisher(HeldClock.at("2026-03-01T12:00:00Z")),
          1 << 20,
          registry);

  @AfterEach
  void close() {
    publisher.close(Duration.ZERO);
  }

  private void awaitSent(int records) {
    Await.until(
        () -> kafka.history().size() == records,
        DEADLINE,
        () -> records + " records; " + kafka.history().size() + " were sent");
  }

  private double dropped(String reason) {
    return value(registry, "weir_collector_buffer_dropped_rows", "reason", reason);
  }

  private static Throwable failure(CompletableFuture<Void> delivery) {
    return requireNonNull(
        assertThrows(
                ExecutionException.class,
                () -> delivery.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS))
            .getCause());
  }

  @Test
  void aPushIsDeliveredWhenKafkaHasAllOfIt() throws Exception {
    publisher.start();
    CompletableFuture<Void> delivery =
        publisher.pushed(List.of(Outgoing.pushed(1), Outgoing.pushed(2)));
    awaitSent(2);
    kafka.completeNext();
    assertFalse(delivery.isDone());
    kafka.completeNext();
    delivery.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    assertEquals(2, value(registry, "weir_collector_published_rows"));
    assertEquals(4, value(registry, "weir_collector_published_samples"));
  }

  @Test
  void aPushThatKafkaRefusesIsNotTheSendersFault() {
    publisher.start();
    CompletableFuture<Void> delivery = publisher.pushed(List.of(Outgoing.pushed(1)));
    awaitSent(1);
    kafka.errorNext(new RecordTooLargeException("a record of 9 MB"));
    assertInstanceOf(WeirException.Internal.class, failure(delivery));
    CompletableFuture<Void> late = publisher.pushed(List.of(Outgoing.pushed(2)));
    awaitSent(2);
    kafka.errorNext(new TimeoutException("no answer"));
    assertEquals(
        "Kafka did not take the samples (no answer); try again later",
        assertInstanceOf(WeirException.Unavailable.class, failure(late)).getMessage());
  }

  @Test
  void scrapedRowsThatKafkaRefusesAreCounted() {
    publisher.start();
    publisher.scraped(List.of(Outgoing.scraped(1), Outgoing.scraped(2)));
    awaitSent(2);
    kafka.errorNext(new RecordTooLargeException("a record of 9 MB"));
    kafka.completeNext();
    assertEquals(1, dropped("refused"));
    assertEquals(2, value(registry, "weir_collector_buffer_dropped_samples", "reason", "refused"));
    assertEquals(1, value(registry, "weir_collector_published_rows"));
  }

  @Test
  void rowsThatCannotBeMadeARecordDoNotEndThePublisher() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    HeldClock held = HeldClock.at("2026-03-01T12:00:00Z");
    LayoutPublisher layouts =
        new LayoutPublisher(() -> {
          if (broken.getAndSet(false)) {
            throw new IllegalStateException("a defect");
          }
          return held.instant();
        });
    MockProducer<byte[], byte[]> taking =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    try (SamplePublisher other =
        new SamplePublisher(
            taking,
            RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()),
            layouts,
            1 << 20,
            new PrometheusRegistry())) {
      assertFalse(other.isRunning());
      other.start();
      assertInstanceOf(
          WeirException.Internal.class, failure(other.pushed(List.of(Outgoing.pushed(1)))));
      assertTrue(other.isRunning());
      other.pushed(List.of(Outgoing.pushed(2))).get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void whatIsNotSentWhenItStopsIsCountedAndPushesGoBackToTheirSenders() {
    // The thread that sends was never started: everything waits.
    publisher.scraped(List.of(Outgoing.scraped(1), Outgoing.scraped(2)));
    CompletableFuture<Void> delivery = publisher.pushed(List.of(Outgoing.pushed(3)));
    publisher.close(Duration.ZERO);
    assertEquals(2, dropped("stopped"));
    assertEquals(
        "this collector stops; try again later",
        assertInstanceOf(WeirException.Unavailable.class, failure(delivery)).getMessage());
    assertEquals(
        "this collector is stopping; send to another, or try again later",
        assertThrows(
                WeirException.Unavailable.class,
                () -> publisher.pushed(List.of(Outgoing.pushed(4))))
            .getMessage());
  }
}
