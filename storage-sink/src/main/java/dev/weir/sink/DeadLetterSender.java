package dev.weir.sink;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.DeadLetter;
import dev.weir.schemas.wire.RecordWriter;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// Sends records that nothing could be made of to the dead letters. A record that is read again
/// after a restart is sent again, under the same key. Safe for use by several threads.
final class DeadLetterSender {
  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final RecordWriter<DeadLetter> writer;

  DeadLetterSender(
      String topic, Producer<byte[], byte[]> producer, RecordWriter<DeadLetter> writer) {
    this.topic = requireNonNull(topic, "topic");
    this.producer = requireNonNull(producer, "producer");
    this.writer = requireNonNull(writer, "writer");
  }

  /// @throws org.apache.kafka.common.KafkaException if there is no room to send
  Future<RecordMetadata> send(DeadLetter letter) {
    return producer.send(new ProducerRecord<>(topic, letter.recordKey(), writer.write(letter)));
  }
}
