package dev.weir.collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.collectors.publish.SamplePublisher;
import dev.weir.collectors.publish.StatePublisher;
import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaOutputTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final MockProducer<byte[], byte[]> kafka = producer();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final SamplePublisher samples =
      new SamplePublisher(
          producer(),
          RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()),
          new LayoutPublisher(HeldClock.at("2026-03-01T12:00:00Z")),
          1 << 20,
          registry);
  private final StatePublisher states = new StatePublisher(kafka, 1, registry);
  private final KafkaOutput output =
      new KafkaOutput(
          samples,
          states,
          RecordType.TARGETS.writer(Topics.TARGETS, Optional.empty()),
          RecordType.METADATA.writer(Topics.METADATA, Optional.empty()),
          10);

  private static MockProducer<byte[], byte[]> producer() {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    states.close(Duration.ZERO);
    samples.close(Duration.ZERO);
  }

  private static MetricMetadata metadata(String metric) {
    return new MetricMetadata(Tenant.DEFAULT, metric, MetricType.COUNTER, "", "");
  }

  private void hear(String metric) {
    output.metadata(metadata(metric));
  }

  private void awaitSent(String... metrics) {
    List<ByteBuffer> keys =
        Stream.of(metrics).map(metric -> ByteBuffer.wrap(metadata(metric).key())).toList();
    Await.untilPasses(
        () ->
            assertEquals(
                keys,
                kafka.history().stream().map(record -> ByteBuffer.wrap(record.key())).toList()),
        DEADLINE);
  }

  @Test
  void metadataIsPublishedOnceAndAgainIfItWasLost() {
    hear("hits_total");
    hear("hits_total");
    // There is room for one: the first is lost.
    hear("misses_total");
    states.start();
    awaitSent("misses_total");
    hear("misses_total");
    hear("hits_total");
    awaitSent("misses_total", "hits_total");
  }
}
