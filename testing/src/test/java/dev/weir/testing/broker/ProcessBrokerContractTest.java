package dev.weir.testing.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;

final class ProcessBrokerContractTest extends BrokerContract<ProcessBrokerFixture> {

  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @Override
  protected ProcessBrokerFixture start(Path directory) {
    return ProcessBrokerFixture.start(directory);
  }

  @Test
  void keepsEveryAcknowledgedRecordOnceWhenItIsKilled() {
    String topic = clients.createTopic("weir.samples", 1, Map.of());
    KafkaProducer<byte[], byte[]> producer =
        clients.producer(Map.of("linger.ms", 1, "delivery.timeout.ms", 120_000));
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicBoolean enough = new AtomicBoolean();
    // Sends all the while: before the kill, while the broker is away, and after it is back.
    Future<List<Future<RecordMetadata>>> sender =
        CompletableFuture.supplyAsync(() -> {
          List<Future<RecordMetadata>> answers = new ArrayList<>();
          while (!enough.get()) {
            for (int i = 0; i < 100; i++) {
              answers.add(
                  producer.send(
                      new ProducerRecord<>(topic, bytes("row " + answers.size())),
                      (_, failure) -> {
                        if (failure == null) {
                          acknowledged.incrementAndGet();
                        }
                      }));
            }
            producer.flush();
          }
          return answers;
        });
    awaitAcknowledged(acknowledged, 1000);

    broker.kill();
    int atKill = acknowledged.get();
    broker.startAgain();

    int afterKill = clients.readAll(topic, "read_committed").size();
    assertTrue(afterKill >= atKill, () -> afterKill + " records left of " + atKill);
    awaitAcknowledged(acknowledged, atKill + 1000);
    enough.set(true);
    List<Future<RecordMetadata>> answers = BrokerClients.get(sender);
    for (int i = 0; i < answers.size(); i++) {
      assertEquals(i, BrokerClients.get(answers.get(i)).offset());
    }
    assertEquals(
        IntStream.range(0, answers.size()).mapToObj(i -> "row " + i).toList(),
        texts(clients.readAll(topic, "read_committed")));
  }

  private static void awaitAcknowledged(AtomicInteger acknowledged, int wanted) {
    Await.until(
        () -> acknowledged.get() >= wanted,
        DEADLINE,
        () -> wanted + " acknowledged records; there are " + acknowledged);
  }
}
