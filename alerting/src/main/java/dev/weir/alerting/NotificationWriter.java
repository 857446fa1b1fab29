package dev.weir.alerting;

import dev.weir.model.WeirException;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.wire.RecordWriter;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/// Writes what receivers were told to `weir.notifications`. For any thread.
final class NotificationWriter {
  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final RecordWriter<NotificationState> writer;

  NotificationWriter(
      String topic, Producer<byte[], byte[]> producer, RecordWriter<NotificationState> writer) {
    this.topic = topic;
    this.producer = producer;
    this.writer = writer;
  }

  /// Finds out where the topic is, so that the first notification need not.
  void prepare() {
    var _ = producer.partitionsFor(topic);
  }

  /// Writes, and waits until all replicas have it.
  ///
  /// @return where it stands
  /// @throws WeirException.Unavailable if they do not
  RecordMetadata write(NotificationState state, int partition) throws InterruptedException {
    try {
      return producer
          .send(new ProducerRecord<>(topic, partition, state.key(), writer.write(state)))
          .get();
    } catch (ExecutionException | KafkaException e) {
      throw new WeirException.Unavailable(
          "what %s was told of %s of tenant %s could not be written to %s: %s"
              .formatted(state.receiver(), state.groupKey(), state.tenant(), topic, e.getMessage()),
          e);
    }
  }

  /// Deletes a state that nobody needs any more; it is tried again if that fails.
  void delete(NotificationState state, int partition) {
    var _ = producer.send(new ProducerRecord<>(topic, partition, state.key(), null));
  }
}
