package dev.weir.collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.testing.HeldClock;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Epochs with a real broker, whose clock goes right.
class OwnerEpochTest {
  @Test
  void isHigherThanThatOfTheLastOwnerAlsoWhereTheClockWasSetBack(@TempDir Path directory)
      throws Exception {
    try (EmbeddedBrokerFixture broker = EmbeddedBrokerFixture.start(directory)) {
      KafkaSettings kafka =
          KafkaSettings.of(
              WeirConfig.of("weir.yml", "").kafka(),
              Deployment.EMBEDDED,
              List.of(broker.bootstrapServers()));
      TopicSetup.run(kafka, Duration.ofSeconds(60));
      HeldClock setBack = HeldClock.at("2020-03-01T12:00:00Z");
      assertEquals(setBack.millis(), OwnerEpoch.next(kafka, setBack), "nobody was there before");
      RecordMetadata taken;
      try (KafkaProducer<byte[], byte[]> producer = kafka.producer("owner", Map.of())) {
        taken =
            producer
                .send(new ProducerRecord<>(Topics.SAMPLES, 1, new byte[1], new byte[1]))
                .get(60, TimeUnit.SECONDS);
      }
      assertEquals(taken.timestamp() + 1, OwnerEpoch.next(kafka, setBack));
      HeldClock right = HeldClock.at("2100-03-01T12:00:00Z");
      assertEquals(right.millis(), OwnerEpoch.next(kafka, right));
      assertTrue(taken.timestamp() > setBack.millis());
    }
  }
}
