package dev.weir.testing.consuming;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.testing.HeldClock;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SharedBroker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What `docs/consuming.md` says works.
@Timeout(120)
final class ConsumingGuideTest {
  private static final long T = 1_700_000_000_000L;
  private static final Path GUIDE = Path.of("..", "docs", "consuming.md");
  private static final Path READER =
      Path.of("src/test/java/dev/weir/testing/consuming/PrintSamples.java");

  private static final GroupKey GROUP =
      new GroupKey(
          new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"), "4f1d", Slice.WHOLE);

  @Test
  void theJavaReaderReadsWhatWeirWrites() throws IOException {
    List<String> printed = new ArrayList<>();
    try (BrokerClients clients = SharedBroker.clients();
        InputStream schema =
            Layout.class.getResourceAsStream("/dev/weir/schemas/sample-record.avsc")) {
      String topic = clients.createTopic("samples", 4, Map.of());
      KafkaProducer<byte[], byte[]> producer = clients.producer(Topics.producerConfig());
      LayoutPublisher publisher = new LayoutPublisher(HeldClock.at(Instant.ofEpochMilli(T)));
      Layout small = Layout.of(List.of(series("node_load1"), series("up")));
      Layout grown = small.plus(List.of(series("node_load5")));
      send(producer, topic, publisher, small, Row.whole(T, new double[] {0.52, 1}));
      send(producer, topic, publisher, small, Row.whole(T + 15_000, new double[] {Math.PI, 0}));
      send(
          producer,
          topic,
          publisher,
          grown,
          Row.whole(T + 30_000, new double[] {AbsentValue.VALUE, 1234.5, StalenessMarker.VALUE}));
      send(
          producer,
          topic,
          publisher,
          grown,
          Row.partial(T + 45_000, new int[] {2}, new double[] {1}));

      new PrintSamples(new Schema.Parser().parse(schema))
          .print(consumerRecords(clients.readAll(topic, "read_committed")), printed::add);
    }
    assertEquals(
        List.of(
            "node_load1 0.52 @1700000000000",
            "up 1.0 @1700000000000",
            "node_load1 3.141592653589793 @1700000015000",
            "up 0.0 @1700000015000",
            "node_load5 1234.5 @1700000030000",
            "up 1.0 @1700000045000"),
        printed.stream().map(ConsumingGuideTest::metricValueAndTime).toList());
  }

  private static String metricValueAndTime(String line) {
    assertTrue(line.contains("instance=db-1:9100"), line);
    return line.replaceAll("^\\{.*__name__=([a-z0-9_]+).*\\}", "$1");
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer,
      String topic,
      LayoutPublisher publisher,
      Layout layout,
      Row row) {
    LayoutPublisher.Publication publication =
        publisher.prepare(
            GROUP, layout, List.of(row), 1, OptionalLong.of(row.timestampMillis() + 15_000));
    SampleRecord sampleRecord = publication.sampleRecord();
    BrokerClients.get(
        producer.send(
            new ProducerRecord<>(
                topic,
                RecordKeys.of(GROUP.partitionKey()),
                RecordType.SAMPLES.writer(topic, Optional.empty()).write(sampleRecord))));
    publication.acknowledged();
  }

  private static ConsumerRecords<byte[], byte[]> consumerRecords(
      List<ConsumerRecord<byte[], byte[]>> records) {
    return new ConsumerRecords<>(
        records.stream()
            .collect(
                Collectors.groupingBy(kafkaRecord ->
                    new TopicPartition(kafkaRecord.topic(), kafkaRecord.partition()))),
        Map.of());
  }

  private static SeriesMeta series(String name) {
    return new SeriesMeta(
        Labels.of(Labels.NAME, name, "job", "node", "instance", "db-1:9100"), MetricType.GAUGE);
  }

  @Test
  void theGuideShowsTheReaderThatIsTested() throws IOException {
    String source = Files.readString(READER);
    String shown =
        source
            .substring(source.indexOf("\n", source.indexOf("// >8")) + 1, source.indexOf("  // 8<"))
            .stripTrailing()
            .stripIndent();
    assertTrue(
        Files.readString(GUIDE).contains(shown),
        () -> "docs/consuming.md should show this between ```java and ```:\n" + shown);
  }
}
