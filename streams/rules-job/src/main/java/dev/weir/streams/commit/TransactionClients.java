package dev.weir.streams.commit;

import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.jspecify.annotations.Nullable;

/// The clients of a job whose threads write in transactions. Their producers send what a
/// transaction has written when it is committed, all at once.
///
/// Kafka Streams flushes the producer of a thread once for each task before it commits, although
/// the commit waits for all that was written anyhow, and fails where some of it does. Each flush
/// after the first has little to send, and costs a request, another that adds partitions to the
/// transaction, and a round trip (docs/decisions/0163).
public final class TransactionClients implements KafkaClientSupplier {
  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new SendingAtCommit(config);
  }

  /// Results that lie in the producer until the commit, at most: when its buffer is full, nothing
  /// wakes the thread that sends.
  private static final long MAX_WAITING_BYTES = 16 << 20;

  /// For one thread, as Kafka Streams uses it.
  private static final class SendingAtCommit extends KafkaProducer<byte[], byte[]> {
    private long waitingBytes;

    SendingAtCommit(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// What is flushed is part of a transaction: nobody reads it before the commit, which sends it.
    @Override
    public void flush() {}

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> sent, Callback callback) {
      long bytes = length(sent.key()) + length(sent.value());
      if (waitingBytes + bytes > MAX_WAITING_BYTES) {
        sendAll();
      }
      waitingBytes += bytes;
      return super.send(sent, callback);
    }

    private static long length(byte @Nullable [] bytes) {
      return bytes == null ? 0 : bytes.length;
    }

    private void sendAll() {
      super.flush();
      waitingBytes = 0;
    }

    /// Waits for brokers that are away for as long as it takes, as a flush does: a commit that gave
    /// up after `max.block.ms` could be neither repeated nor aborted.
    @Override
    public void commitTransaction() {
      sendAll();
      super.commitTransaction();
    }
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return consumer(config);
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
