package dev.weir.testing.broker;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka clients of one test, with settings as Weir has them, closed together. Keys and values are
/// bytes. For one thread.
public final class BrokerClients implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final AtomicLong UNIQUE = new AtomicLong();

  private final String bootstrapServers;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Admin admin;

  /// Clients of a broker.
  public BrokerClients(String bootstrapServers) {
    this.bootstrapServers = requireNonNull(bootstrapServers, "bootstrapServers");
    this.admin = open(Admin.create(Map.of("bootstrap.servers", bootstrapServers)));
  }

  /// A name that no other call in this JVM returns, for a topic, a group or a transactional id.
  public static String unique(String prefix) {
    return prefix + "-" + UNIQUE.incrementAndGet();
  }

  /// What the clients give as `bootstrap.servers`.
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /// For whatever has no shortcut here.
  public Admin admin() {
    return admin;
  }

  /// Makes a topic with a unique name.
  ///
  /// @param settings the topic's own settings, such as `cleanup.policy`
  /// @return its name
  public String createTopic(String prefix, int partitions, Map<String, String> settings) {
    String name = unique(prefix);
    get(
        admin
            .createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(settings)))
            .all());
    return name;
  }

  /// An idempotent producer that waits for all replicas, and gives a record up within the deadline
  /// of [#get].
  ///
  /// @param settings further settings, which win
  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> settings) {
    Map<String, Object> all = Topics.producerConfig();
    all.put("bootstrap.servers", bootstrapServers);
    all.put("linger.ms", 0);
    all.put("request.timeout.ms", 10_000);
    all.put("delivery.timeout.ms", (int) DEADLINE.toMillis());
    all.putAll(settings);
    return open(new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /// A consumer that reads from the start and never commits by itself.
  ///
  /// @param settings further settings, such as `group.id`, which win
  public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put("bootstrap.servers", bootstrapServers);
    all.put("auto.offset.reset", "earliest");
    all.put("enable.auto.commit", false);
    all.put("fetch.max.wait.ms", 50);
    all.putAll(settings);
    return open(new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /// All records that a topic holds now, in the order of partitions and offsets.
  ///
  /// @param isolation `read_committed` or `read_uncommitted`
  public List<ConsumerRecord<byte[], byte[]>> readAll(String topic, String isolation) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        newest(consumer(Map.of("isolation.level", isolation)))) {
      List<ConsumerRecord<byte[], byte[]>> records = new TopicTail(this, topic, consumer).more();
      records.sort(
          Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
              .thenComparingLong(ConsumerRecord::offset));
      return records;
    }
  }

  /// Waits for an answer of the broker, with a deadline.
  ///
  /// @throws AssertionError when it fails or does not come
  public static <T> T get(Future<T> answer) {
    try {
      return answer.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the broker refused: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("the broker did not answer within " + DEADLINE, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the broker", e);
    }
  }

  /// Closes all clients that were made here.
  @Override
  public void close() {
    Optional<Exception> first = Optional.empty();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        first.ifPresent(e::addSuppressed);
        first = Optional.of(e);
      }
    }
    first.ifPresent(e -> {
      throw new AssertionError("a Kafka client did not close", e);
    });
  }

  private <C extends AutoCloseable> C open(C client) {
    opened.push(client);
    return client;
  }

  /// A client that its user closes.
  private <C extends AutoCloseable> C newest(C client) {
    opened.pop();
    return client;
  }
}
