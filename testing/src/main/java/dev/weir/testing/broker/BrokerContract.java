package dev.weir.testing.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What Weir relies on in a Kafka broker. Each way of running one extends this, so that what holds
/// with the embedded broker holds with a cluster too.
///
/// All tests of a class share its broker, and each has topics and groups of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
public abstract class BrokerContract<B extends BrokerFixture> {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  /// The broker under test.
  protected B broker;

  /// Clients of the running test, closed after it.
  protected BrokerClients clients;

  /// Made for subclasses alone; the fields are set before each test.
  @SuppressWarnings("NullAway.Init")
  protected BrokerContract() {}

  /// Starts the broker under test with its log in a new directory.
  protected abstract B start(Path directory);

  @BeforeAll
  final void startBroker(@TempDir Path directory) {
    broker = start(directory);
  }

  @AfterAll
  final void stopBroker() {
    // The field is null where the start failed or skipped the class.
    if (broker != null) {
      broker.close();
    }
  }

  @BeforeEach
  final void openClients() {
    clients = new BrokerClients(broker.bootstrapServers());
  }

  @AfterEach
  final void closeClients() {
    clients.close();
  }

  @Test
  void returnsWhatWasProducedInOrderAndOnce() {
    String topic = clients.createTopic("weir.samples", 4, Map.of());
    KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of("linger.ms", 5));
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      answers.add(
          producer.send(
              new ProducerRecord<>(topic, i % 4, bytes("default/node"), bytes("row " + i))));
    }
    producer.flush();

    for (int i = 0; i < 1000; i++) {
      assertEquals(i / 4, BrokerClients.get(answers.get(i)).offset());
    }
    List<ConsumerRecord<byte[], byte[]>> records = clients.readAll(topic, "read_committed");
    assertEquals(1000, records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      assertEquals("row " + (record.offset() * 4 + record.partition()), text(record.value()));
    }
  }

  /// A broker tells of a new partition a moment before it takes records for it, and takes any first
  /// sequence of a producer: `docs/decisions/0013-one-request-in-flight.md`.
  @Test
  void keepsTheOrderAlsoWhereAPartitionHasJustBeenMade() {
    int partitions = 16;
    // Small batches: several for each partition are ready before the first has been answered.
    KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of("batch.size", 512));
    send(clients.createTopic("weir.samples", 1, Map.of()), "default/node", "to connect");
    String topic = clients.createTopic("weir.samples", partitions, Map.of());
    List<Future<RecordMetadata>> answers = new ArrayList<>();
    for (int i = 0; i < partitions * 100; i++) {
      answers.add(
          producer.send(new ProducerRecord<>(topic, i % partitions, null, bytes("row " + i))));
    }

    for (int i = 0; i < answers.size(); i++) {
      assertEquals(i / partitions, BrokerClients.get(answers.get(i)).offset());
    }
  }

  @Test
  void makesNoTopicByItself() {
    KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of("max.block.ms", 500));
    String topic = BrokerClients.unique("weir.smaples");

    assertThrows(
        AssertionError.class,
        () -> BrokerClients.get(producer.send(new ProducerRecord<>(topic, bytes("row")))));
    var e =
        assertThrows(
            ExecutionException.class,
            () -> clients.admin().describeTopics(List.of(topic)).allTopicNames().get());
    assertInstanceOf(UnknownTopicOrPartitionException.class, e.getCause());
  }

  @Test
  void stampsRecordsWithTheTimeOfTheirAppend() {
    String topic =
        clients.createTopic("weir.samples", 1, Map.of("message.timestamp.type", "LogAppendTime"));
    long spooledMillis = Instant.parse("2020-02-29T12:00:00Z").toEpochMilli();
    long beforeMillis = System.currentTimeMillis();

    send(topic, spooledMillis, "from a spool");

    ConsumerRecord<byte[], byte[]> record = clients.readAll(topic, "read_committed").getFirst();
    assertEquals(TimestampType.LOG_APPEND_TIME, record.timestampType());
    assertTrue(
        record.timestamp() >= beforeMillis && record.timestamp() <= System.currentTimeMillis(),
        () -> "appended at " + record.timestamp() + ", sent at " + beforeMillis);
  }

  @Test
  void keepsOnlyTheLastValueOfAKeyInACompactedTopic() {
    String topic =
        clients.createTopic(
            "weir.targets",
            1,
            Map.of(
                "cleanup.policy", "compact",
                "segment.ms", "100",
                "min.cleanable.dirty.ratio", "0.01"));
    send(topic, "default/node-1", "up");
    send(topic, "default/node-2", "up");
    send(topic, "default/node-1", "down");

    // Only what is not in the newest segment is compacted, and a segment ends when a record comes.
    Await.until(
        () -> {
          send(topic, "default/clock", "tick");
          return valuesOf(topic, "default/node-1").equals(List.of("down"));
        },
        DEADLINE,
        () -> "only \"down\" to be kept; there is " + valuesOf(topic, "default/node-1"));

    assertEquals(List.of("up"), valuesOf(topic, "default/node-2"));
    assertEquals("compact", settingOf(topic, "cleanup.policy"));
  }

  @Test
  void showsAReaderOfCommittedRecordsNothingElse() {
    String topic = clients.createTopic("weir.recorded", 2, Map.of());
    KafkaProducer<byte[], byte[]> producer = transactional(BrokerClients.unique("rules"));

    producer.beginTransaction();
    BrokerClients.get(
        producer.send(new ProducerRecord<>(topic, 0, bytes("a"), bytes("committed"))));
    BrokerClients.get(
        producer.send(new ProducerRecord<>(topic, 1, bytes("b"), bytes("committed too"))));
    producer.commitTransaction();
    producer.beginTransaction();
    BrokerClients.get(producer.send(new ProducerRecord<>(topic, 0, bytes("a"), bytes("aborted"))));
    producer.abortTransaction();

    assertEquals(
        List.of("committed", "committed too"), texts(clients.readAll(topic, "read_committed")));
    assertEquals(
        List.of("committed", "aborted", "committed too"),
        texts(clients.readAll(topic, "read_uncommitted")));
  }

  @Test
  void commitsOffsetsWithTheRecordsOfATransaction() {
    String input = clients.createTopic("weir.samples", 1, Map.of());
    String output = clients.createTopic("weir.recorded", 1, Map.of());
    send(input, "default/node", "row");
    String group = BrokerClients.unique("rules");
    KafkaConsumer<byte[], byte[]> consumer = clients.consumer(Map.of("group.id", group));
    consumer.subscribe(List.of(input));
    assertEquals("row", text(poll(consumer, 1).getFirst().value()));
    TopicPartition partition = new TopicPartition(input, 0);
    KafkaProducer<byte[], byte[]> producer = transactional(BrokerClients.unique("rules"));

    producer.beginTransaction();
    BrokerClients.get(producer.send(new ProducerRecord<>(output, bytes("given up"))));
    producer.sendOffsetsToTransaction(
        Map.of(partition, new OffsetAndMetadata(1)), consumer.groupMetadata());
    producer.abortTransaction();
    var afterAbort = consumer.committed(Set.of(partition));
    producer.beginTransaction();
    BrokerClients.get(producer.send(new ProducerRecord<>(output, bytes("recorded"))));
    producer.sendOffsetsToTransaction(
        Map.of(partition, new OffsetAndMetadata(1)), consumer.groupMetadata());
    producer.commitTransaction();

    assertEquals(null, afterAbort.get(partition));
    assertEquals(1, requireNonNull(consumer.committed(Set.of(partition)).get(partition)).offset());
    assertEquals(List.of("recorded"), texts(clients.readAll(output, "read_committed")));
  }

  @Test
  void fencesTheFormerProducerOfATransactionalId() {
    String topic = clients.createTopic("weir.recorded", 1, Map.of());
    String id = BrokerClients.unique("rules");
    KafkaProducer<byte[], byte[]> former = transactional(id);
    former.beginTransaction();
    BrokerClients.get(former.send(new ProducerRecord<>(topic, bytes("of a dead task"))));

    KafkaProducer<byte[], byte[]> successor = transactional(id);
    successor.beginTransaction();
    BrokerClients.get(successor.send(new ProducerRecord<>(topic, bytes("of its successor"))));
    successor.commitTransaction();

    assertThrows(ProducerFencedException.class, former::commitTransaction);
    assertEquals(List.of("of its successor"), texts(clients.readAll(topic, "read_committed")));
  }

  @Test
  void carriesHeadersAsTheyWereGiven() {
    String topic = clients.createTopic("weir.dead-letters", 1, Map.of());
    ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>(topic, bytes("poison"));
    sent.headers()
        .add("source-topic", bytes("weir.samples"))
        .add("reason", bytes("unknown layout"))
        .add("reason", bytes("second thoughts"))
        .add("empty", null);
    BrokerClients.get(clients.producer(Map.of()).send(sent));

    Header[] headers = clients.readAll(topic, "read_committed").getFirst().headers().toArray();

    assertEquals(
        List.of("source-topic", "reason", "reason", "empty"),
        Arrays.stream(headers).map(Header::key).toList());
    assertEquals("unknown layout", text(headers[1].value()));
    assertEquals("second thoughts", text(headers[2].value()));
    assertEquals(null, headers[3].value());
  }

  @Test
  void takesALargeRecordWhereItsTopicAllowsIt() {
    byte[] large = new byte[5 << 20];
    new Random(20_260_301).nextBytes(large);
    String roomy =
        clients.createTopic(
            "weir.samples", 1, Map.of("max.message.bytes", Integer.toString(8 << 20)));
    String ordinary = clients.createTopic("weir.samples", 1, Map.of());
    KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of("max.request.size", 8 << 20));

    BrokerClients.get(producer.send(new ProducerRecord<>(roomy, large)));
    var refused =
        assertThrows(
            ExecutionException.class,
            () -> producer.send(new ProducerRecord<>(ordinary, large)).get());

    assertArrayEquals(large, clients.readAll(roomy, "read_committed").getFirst().value());
    assertInstanceOf(RecordTooLargeException.class, refused.getCause());
  }

  @Test
  void letsAGroupGoOnFromItsCommittedOffset() {
    String topic = clients.createTopic("weir.samples", 1, Map.of());
    String group = BrokerClients.unique("storage-sink");
    for (int i = 0; i < 10; i++) {
      send(topic, "default/node", "row " + i);
    }
    TopicPartition partition = new TopicPartition(topic, 0);
    try (KafkaConsumer<byte[], byte[]> first = clients.consumer(Map.of("group.id", group))) {
      first.subscribe(List.of(topic));
      assertEquals(10, poll(first, 10).size());
      first.commitSync(Map.of(partition, new OffsetAndMetadata(6, "as far as the last block")));
    }

    KafkaConsumer<byte[], byte[]> second = clients.consumer(Map.of("group.id", group));
    second.subscribe(List.of(topic));

    assertEquals("row 6", text(poll(second, 4).getFirst().value()));
    assertEquals(
        "as far as the last block",
        requireNonNull(second.committed(Set.of(partition)).get(partition)).metadata());
  }

  @Test
  void tellsAConsumerWhenItsOffsetIsGone() {
    String topic = clients.createTopic("weir.samples", 1, Map.of());
    for (int i = 0; i < 10; i++) {
      send(topic, "default/node", "row " + i);
    }
    TopicPartition partition = new TopicPartition(topic, 0);
    BrokerClients.get(
        clients.admin().deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(7))).all());
    KafkaConsumer<byte[], byte[]> consumer = clients.consumer(Map.of("auto.offset.reset", "none"));
    consumer.assign(List.of(partition));

    assertEquals(Map.of(partition, 7L), consumer.beginningOffsets(List.of(partition)));
    consumer.seek(partition, 3);

    AssertionError e = assertThrows(AssertionError.class, () -> poll(consumer, 1));

    assertInstanceOf(OffsetOutOfRangeException.class, e.getCause());
  }

  @Test
  void keepsRecordsAndOffsetsAcrossARestart() {
    String topic = clients.createTopic("weir.samples", 4, Map.of("retention.ms", "21600000"));
    String group = BrokerClients.unique("storage-sink");
    KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of());
    for (int i = 0; i < 100; i++) {
      BrokerClients.get(
          producer.send(new ProducerRecord<>(topic, i % 4, bytes("key"), bytes("row " + i))));
    }
    TopicPartition partition = new TopicPartition(topic, 2);
    KafkaConsumer<byte[], byte[]> consumer = clients.consumer(Map.of("group.id", group));
    consumer.assign(List.of(partition));
    consumer.commitSync(Map.of(partition, new OffsetAndMetadata(20)));
    List<String> before = texts(clients.readAll(topic, "read_committed"));

    broker.restart();

    // Clients from before the restart go on, too.
    BrokerClients.get(
        producer.send(new ProducerRecord<>(topic, 3, bytes("key"), bytes("after the restart"))));
    List<String> expected = new ArrayList<>(before);
    expected.add("after the restart");
    assertEquals(expected, texts(clients.readAll(topic, "read_committed")));
    assertEquals(20, requireNonNull(consumer.committed(Set.of(partition)).get(partition)).offset());
    assertEquals("21600000", settingOf(topic, "retention.ms"));
  }

  /// Sends one record and waits for its acknowledgement.
  protected final void send(String topic, String key, String value) {
    BrokerClients.get(
        clients.producer(Map.of()).send(new ProducerRecord<>(topic, bytes(key), bytes(value))));
  }

  private void send(String topic, long timestampMillis, String value) {
    BrokerClients.get(
        clients
            .producer(Map.of())
            .send(new ProducerRecord<>(topic, null, timestampMillis, null, bytes(value))));
  }

  private KafkaProducer<byte[], byte[]> transactional(String id) {
    KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of("transactional.id", id));
    producer.initTransactions();
    return producer;
  }

  private String settingOf(String topic, String name) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var settings =
        BrokerClients.get(clients.admin().describeConfigs(List.of(resource)).all()).get(resource);
    return requireNonNull(settings).get(name).value();
  }

  private List<String> valuesOf(String topic, String key) {
    return clients.readAll(topic, "read_committed").stream()
        .filter(record -> text(record.key()).equals(key))
        .map(record -> text(record.value()))
        .toList();
  }

  private static List<ConsumerRecord<byte[], byte[]>> poll(
      KafkaConsumer<byte[], byte[]> consumer, int count) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Await.until(
        () -> {
          consumer.poll(Duration.ofMillis(50)).forEach(records::add);
          return records.size() >= count;
        },
        DEADLINE,
        () -> count + " records; got " + records.size());
    return records;
  }

  /// The values of records as text.
  protected static List<String> texts(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(record -> text(record.value())).toList();
  }

  /// The bytes of a text.
  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
