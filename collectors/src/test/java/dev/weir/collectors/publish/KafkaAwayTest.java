package dev.weir.collectors.publish;

import static dev.weir.collectors.MetricValues.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.TopicSamples;
import dev.weir.model.WeirException;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.testing.Await;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.ProcessBrokerFixture;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker that is killed while rows come, and comes back.
class KafkaAwayTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /// Small, so that a test fills them: what the producer holds, and what waits before it.
  private static final int PRODUCER_BYTES = 64 << 10;

  private static final long BUFFER_BYTES = 100 * Outgoing.BYTES;

  @TempDir private Path directory;
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private ProcessBrokerFixture broker;
  private SamplePublisher publisher;

  @BeforeEach
  void start() {
    broker = ProcessBrokerFixture.start(directory);
    KafkaSettings settings =
        KafkaSettings.of(
            WeirConfig.of("weir.yml", "").kafka(),
            Deployment.EMBEDDED,
            List.of(broker.bootstrapServers()));
    TopicSetup.run(settings, DEADLINE);
    publisher =
        new SamplePublisher(
            PatientProducer.of(
                settings, "collector", Map.of("buffer.memory", PRODUCER_BYTES, "batch.size", 4096)),
            RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()),
            new LayoutPublisher(Clock.systemUTC()),
            BUFFER_BYTES,
            registry);
    publisher.start();
  }

  @AfterEach
  void stop() {
    publisher.close(Duration.ZERO);
    broker.close();
  }

  private double published() {
    return value(registry, "weir_collector_published_rows");
  }

  private double dropped() {
    return value(registry, "weir_collector_buffer_dropped_rows", "reason", "buffer_full");
  }

  private List<Integer> numbersInTopic() {
    List<Integer> numbers = new ArrayList<>();
    try (BrokerClients clients = new BrokerClients(broker.bootstrapServers())) {
      TopicSamples.read(clients, (_, _, row) -> numbers.add((int) row.values()[0]));
    }
    return numbers;
  }

  @Test
  void rowsArriveInOrderWhenKafkaIsBackAndThoseThatFoundNoRoomAreCounted() {
    int offered = 0;
    while (offered < 20) {
      publisher.scraped(List.of(Outgoing.scraped(offered++)));
    }
    Await.until(() -> published() == 20, DEADLINE, () -> published() + " rows are published");
    broker.kill();
    while (dropped() < 50) {
      publisher.scraped(List.of(Outgoing.scraped(offered++)));
    }
    broker.startAgain();
    for (int i = 0; i < 20; i++) {
      publisher.scraped(List.of(Outgoing.scraped(offered++)));
    }
    int all = offered;
    Await.until(
        () -> published() + dropped() == all,
        DEADLINE,
        () -> "%s of %d rows are published, %s dropped".formatted(published(), all, dropped()));
    List<Integer> numbers = numbersInTopic();
    assertEquals(numbers.stream().distinct().sorted().toList(), numbers, "in order, each once");
    assertEquals(all, numbers.size() + (int) dropped());
    assertTrue(
        numbers.containsAll(IntStream.range(0, 20).boxed().toList()), "those before the outage");
    assertEquals(all - 1, numbers.getLast(), "the latest are kept, the oldest are dropped");
  }

  @Test
  void aPushIsNotConfirmedWhileKafkaIsAwayAndMakesRoomWhenItsSenderGivesUp() throws Exception {
    publisher.pushed(List.of(Outgoing.pushed(0))).get(60, TimeUnit.SECONDS);
    broker.kill();
    List<CompletableFuture<Void>> waiting = new ArrayList<>();
    WeirException full = fill(waiting);
    assertEquals(
        "the buffer (collector.buffer_bytes) is full because Kafka does not keep up; try again later",
        full.getMessage());
    waiting.forEach(delivery -> assertFalse(delivery.isDone()));
    waiting.forEach(delivery -> delivery.cancel(false));
    assertEquals(0, publisher.bufferedBytes());
    int last = waiting.size() + 2;
    CompletableFuture<Void> taken = publisher.pushed(List.of(Outgoing.pushed(last)));
    broker.startAgain();
    taken.get(60, TimeUnit.SECONDS);
    List<Integer> numbers = numbersInTopic();
    assertEquals(last, numbers.getLast());
    assertEquals(new HashSet<>(numbers).size(), numbers.size());
    assertThrows(CancellationException.class, waiting.getLast()::join);
  }

  private WeirException fill(List<CompletableFuture<Void>> waiting) {
    while (true) {
      try {
        waiting.add(publisher.pushed(List.of(Outgoing.pushed(waiting.size() + 1))));
      } catch (WeirException.Unavailable e) {
        return e;
      }
    }
  }
}
