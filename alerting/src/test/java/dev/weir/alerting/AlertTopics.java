package dev.weir.alerting;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.Rule;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.service.config.AlertingConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.testing.broker.BrokerClients;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Topics of one test, and what a job of rules writes to them.
final class AlertTopics {
  static final Rule RULE = new Rule("node.yml", "node", "InstanceDown");

  private final BrokerClients clients;
  private final String bootstrapServers;
  private final String alerts;
  private final String notifications;
  private final String rules;
  private final String group;
  private final KafkaProducer<byte[], byte[]> producer;

  AlertTopics(BrokerClients clients, int partitions) {
    this.clients = clients;
    this.bootstrapServers = clients.bootstrapServers();
    this.alerts =
        clients.createTopic("weir.alerts", 2, Map.of("message.timestamp.type", "LogAppendTime"));
    this.notifications =
        clients.createTopic("weir.notifications", partitions, Map.of("cleanup.policy", "compact"));
    this.rules = clients.createTopic("weir.rules", 1, Map.of("cleanup.policy", "compact"));
    this.group = BrokerClients.unique("weir-alerting");
    this.producer = clients.producer(Map.of());
  }

  AlertingSettings settings(Duration resendDelay) {
    return settings(alerts, notifications, rules, group, resendDelay);
  }

  static AlertingSettings settings(
      String alerts, String notifications, String rules, String group, Duration resendDelay) {
    return new AlertingSettings(
        alerts,
        notifications,
        rules,
        group,
        URI.create("http://weir.example:9090"),
        Duration.ofSeconds(6),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofMinutes(15),
        Duration.ofDays(5),
        new AlertingConfig(1_000, 1_000, 64, 1_000, resendDelay, 1_000));
  }

  static KafkaSettings kafka(String bootstrapServers) {
    return new KafkaSettings(
        List.of(bootstrapServers),
        Deployment.EMBEDDED,
        2,
        (short) 1,
        Duration.ofHours(6),
        false,
        Map.of());
  }

  KafkaSettings kafka() {
    return kafka(bootstrapServers);
  }

  List<String> names() {
    return List.of(bootstrapServers, alerts, notifications, rules, group);
  }

  static AlertTransition transition(State state, Instant at, Labels labels) {
    boolean fired =
        switch (state) {
          case FIRING, RESOLVED -> true;
          case PENDING, INACTIVE -> false;
        };
    return new AlertTransition(
        Tenant.DEFAULT,
        labels,
        List.of(),
        Labels.of("summary", labels.get("instance") + " is down"),
        state,
        at,
        fired ? Optional.of(at) : Optional.empty(),
        Optional.empty(),
        state == State.RESOLVED ? Optional.of(at) : Optional.empty(),
        0,
        at,
        Optional.of(RULE),
        "http://weir.example:9090/graph");
  }

  static Labels down(String instance, String severity) {
    return Labels.of(
        "alertname", "InstanceDown", "instance", instance, "job", "node", "severity", severity);
  }

  void write(AlertTransition transition) {
    byte[] value = RecordType.ALERTS.writer(alerts, Optional.empty()).write(transition);
    BrokerClients.get(producer.send(new ProducerRecord<>(alerts, transition.key(), value)));
  }

  void write(NotificationState state) {
    byte[] value = RecordType.NOTIFICATIONS.writer(notifications, Optional.empty()).write(state);
    BrokerClients.get(producer.send(new ProducerRecord<>(notifications, state.key(), value)));
  }

  void write(RuleGroupRecord record) {
    byte[] value = RecordType.RULES.writer(rules, Optional.empty()).write(record);
    BrokerClients.get(producer.send(new ProducerRecord<>(rules, record.key(), value)));
  }

  List<AlertTransition> transitions() {
    RecordReader<AlertTransition> reader = RecordType.ALERTS.reader(Optional.empty());
    return clients.readAll(alerts, "read_committed").stream()
        .map(record -> reader.read(record.value()))
        .toList();
  }

  /// How many states have been deleted.
  long forgotten() {
    return clients.readAll(notifications, "read_committed").stream()
        .filter(record -> record.value() == null)
        .count();
  }

  List<NotificationState> told() {
    RecordReader<NotificationState> reader = RecordType.NOTIFICATIONS.reader(Optional.empty());
    return clients.readAll(notifications, "read_committed").stream()
        .filter(record -> record.value() != null)
        .map(record -> reader.read(record.value()))
        .toList();
  }
}
