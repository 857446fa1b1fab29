package dev.weir.streams;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.testing.GroupRow;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.BrokerFixture;
import dev.weir.testing.broker.SampleProducer;
import dev.weir.testing.broker.TopicRows;
import dev.weir.testing.broker.TopicTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Weir's topics on a broker of the test's own: what is scraped goes in, what the rules job makes
/// of it comes out.
final class RulesCluster implements AutoCloseable {
  static final int PARTITIONS = 4;

  private static final Duration TOPICS_DEADLINE = Duration.ofSeconds(30);

  /// A sample of a recorded series.
  ///
  /// @param appendedMillis when Kafka took it
  record Recorded(Labels series, long timestampMillis, double value, long appendedMillis) {}

  /// A transition and when Kafka took it.
  record Told(AlertTransition transition, long appendedMillis) {}

  private final BrokerFixture broker;
  private final BrokerClients clients;
  private final SampleProducer producer;

  /// @param broker closed with this
  RulesCluster(BrokerFixture broker) {
    this.broker = broker;
    this.clients = new BrokerClients(broker.bootstrapServers());
    TopicSetup.run(kafka(), TOPICS_DEADLINE);
    this.producer = new SampleProducer(clients.producer(Map.of()));
  }

  static KafkaSettings kafka(String bootstrapServers) {
    return kafka(bootstrapServers, Map.of());
  }

  /// @param properties of all clients
  static KafkaSettings kafka(String bootstrapServers, Map<String, String> properties) {
    return new KafkaSettings(
        List.of(bootstrapServers),
        Deployment.EMBEDDED,
        PARTITIONS,
        (short) 1,
        Duration.ofHours(6),
        false,
        properties);
  }

  KafkaSettings kafka() {
    return kafka(bootstrapServers());
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  static Labels up(String instance) {
    return Labels.of("__name__", "up", "job", "node", "instance", instance);
  }

  /// Writes a scrape of each instance and waits until Kafka has it.
  ///
  /// @param nextDueMillis when the next one is due; empty if nobody is to wait for it
  void scrape(long timestampMillis, OptionalLong nextDueMillis, Map<String, Double> up) {
    List<GroupRow> rows = new ArrayList<>();
    up.forEach((instance, value) ->
        rows.addAll(
            GroupRow.of(
                Tenant.DEFAULT,
                instance,
                List.of(GroupRow.Sample.of(up(instance), timestampMillis, value)))));
    producer.scrape(rows, nextDueMillis);
  }

  /// Reads the samples of recorded series, of one thread.
  ///
  /// @param isolation `read_committed` or `read_uncommitted`
  RecordedSeries recorded(String isolation) {
    return new RecordedSeries(clients, isolation);
  }

  /// What the job has recorded so far.
  static final class RecordedSeries {
    private final TopicRows rows;
    private final List<Recorded> samples = new ArrayList<>();

    private RecordedSeries(BrokerClients clients, String isolation) {
      rows = new TopicRows(clients, Topics.RECORDED, isolation, this::add);
    }

    List<Recorded> all() {
      rows.read();
      return List.copyOf(samples);
    }

    /// Those of one metric.
    List<Recorded> of(String metric) {
      return all().stream().filter(one -> metric.equals(one.series().get(Labels.NAME))).toList();
    }

    private void add(TopicRows.Entry entry) {
      for (GroupRow.Sample sample : entry.row().values()) {
        samples.add(
            new Recorded(
                sample.series().labels(),
                sample.timestampMillis(),
                sample.value(),
                entry.appendedMillis()));
      }
    }
  }

  /// Reads transitions, of one thread.
  ///
  /// @param isolation `read_committed` or `read_uncommitted`
  Transitions transitions(String isolation) {
    return new Transitions(new TopicTail(clients, Topics.ALERTS, isolation));
  }

  /// What the job has told of alerts so far.
  static final class Transitions {
    private final TopicTail tail;
    private final RecordReader<AlertTransition> reader = RecordType.ALERTS.reader(Optional.empty());
    private final List<Told> told = new ArrayList<>();

    private Transitions(TopicTail tail) {
      this.tail = tail;
    }

    List<Told> all() {
      tail.more().forEach(one -> told.add(new Told(reader.read(one.value()), one.timestamp())));
      return List.copyOf(told);
    }
  }

  /// The first definition of a group that stands in the topic.
  RuleGroupRecord.Definition definition(String group) {
    RecordReader<RuleGroupRecord> reader = RecordType.RULES.reader(Optional.empty());
    return clients.readAll(Topics.RULES, "read_committed").stream()
        .filter(one -> one.value() != null)
        .map(one -> reader.read(one.value()))
        .filter(one -> one.group().equals(group))
        .map(RuleGroupRecord::body)
        .filter(RuleGroupRecord.Definition.class::isInstance)
        .map(RuleGroupRecord.Definition.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    clients.close();
    broker.close();
  }
}
