package dev.weir.streams.commit;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

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

  private static final class SendingAtCommit extends KafkaProducer<byte[], byte[]> {
    SendingAtCommit(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// What is flushed is part of a transaction: nobody reads it before the commit, which sends it.
    @Override
    public void flush() {}
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
