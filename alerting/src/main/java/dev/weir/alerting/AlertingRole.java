package dev.weir.alerting;

import static java.util.Objects.requireNonNull;

import dev.weir.alerting.NotificationConfig.WebhookId;
import dev.weir.rules.routing.Receiver;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.client.ConfiguredClient;
import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.CompactedView;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.lifecycle.Role;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The role `alerting`: groups the alerts of `weir.alerts`, tells receivers, and serves
/// Alertmanager's API. The topics are there before it starts.
public final class AlertingRole implements Role {
  private static final Logger LOG = LoggerFactory.getLogger(AlertingRole.class);

  private static final String NAME = "alerting";

  private static final Map<String, Object> FROM_THE_BEGINNING =
      Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");

  /// A definition and a status.
  private static final int RECORDS_A_GROUP = 2;

  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int HEARTBEATS_PER_SESSION = 6;

  private final AlertingSettings settings;
  private final Surroundings surroundings;
  private final AlertingMetrics metrics;
  private final KafkaProducer<byte[], byte[]> producer;
  private final NotificationWriter writer;
  private final AlertmanagerForwarder forwarder;
  private final AlertingWorker worker;
  private final AlertApi api;
  private final RulesAlarm rules;
  private volatile NotificationConfig config;

  /// What a member works in.
  ///
  /// @param member tells this member apart from others
  /// @param version of Weir
  public record Surroundings(
      String member,
      String version,
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      PrometheusRegistry metrics,
      CompactedView.Metrics viewMetrics,
      InstantSource clock) {
    public Surroundings {
      requireNonNull(member, "member");
      requireNonNull(version, "version");
      requireNonNull(kafka, "kafka");
      requireNonNull(registry, "registry");
      requireNonNull(metrics, "metrics");
      requireNonNull(viewMetrics, "viewMetrics");
      requireNonNull(clock, "clock");
    }
  }

  /// @param alertmanagers that alerts of rules also go to
  /// @throws dev.weir.model.WeirException.BadData if certificates or keys cannot be read
  public AlertingRole(
      AlertingSettings settings,
      NotificationConfig config,
      AlertmanagersConfig alertmanagers,
      Surroundings surroundings) {
    this.settings = settings;
    this.config = config;
    this.surroundings = surroundings;
    this.metrics = new AlertingMetrics(surroundings.metrics());
    this.forwarder = new AlertmanagerForwarder(alertmanagers, settings, metrics);
    String client = "weir-alerting-" + surroundings.member();
    this.producer =
        surroundings.kafka().producer(client, Map.of(ProducerConfig.LINGER_MS_CONFIG, 0));
    this.writer =
        new NotificationWriter(
            settings.notificationsTopic(),
            producer,
            RecordType.NOTIFICATIONS.writer(
                settings.notificationsTopic(), surroundings.registry()));
    this.worker = new AlertingWorker(settings, config, parts(client), this::notifier);
    AlertReceiver receiver =
        new AlertReceiver(
            settings.alertsTopic(),
            producer,
            RecordType.ALERTS.writer(settings.alertsTopic(), surroundings.registry()),
            worker,
            () -> this.config.alertmanager().resolveTimeout(),
            surroundings.clock());
    this.api =
        new AlertApi(worker, receiver, settings, surroundings.version(), surroundings.clock());
    this.rules =
        new RulesAlarm(
            ruleReports(client + "-rules"), worker, receiver, metrics, surroundings.clock());
  }

  private CompactedView<RuleReport> ruleReports(String client) {
    RecordReader<RuleGroupRecord> reader = RecordType.RULES.reader(surroundings.registry());
    return new CompactedView<>(
        NAME,
        settings.rulesTopic(),
        surroundings.kafka().consumer(client, FROM_THE_BEGINNING),
        bytes -> RuleReport.of(reader.read(bytes)),
        settings.limits().maxRuleGroups() * RECORDS_A_GROUP,
        surroundings.viewMetrics());
  }

  private AlertingWorker.Parts parts(String client) {
    KafkaSettings kafka = surroundings.kafka();
    return new AlertingWorker.Parts(
        kafka.consumer(client, FROM_THE_BEGINNING),
        kafka.consumer(client + "-group", groupProperties()),
        RecordType.ALERTS.reader(surroundings.registry()),
        RecordType.NOTIFICATIONS.reader(surroundings.registry()),
        writer,
        forwarder,
        metrics,
        surroundings.clock());
  }

  private Map<String, Object> groupProperties() {
    Map<String, Object> properties = new HashMap<>();
    int session = Math.toIntExact(settings.sessionTimeout().toMillis());
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.groupId());
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, session);
    properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, session / HEARTBEATS_PER_SESSION);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    return properties;
  }

  /// Makes what tells the receivers of a configuration. Notifications under way go on with what was
  /// made for the one before, whose connections end when nobody uses them any more.
  private GroupNotifier notifier(
      NotificationConfig fresh, Ownership ownership, GroupNotifier.Written written) {
    Map<WebhookId, WebhookSender> made = new HashMap<>();
    for (Receiver receiver : fresh.alertmanager().receivers().values()) {
      for (int i = 0; i < receiver.webhooks().size(); i++) {
        WebhookId id = new WebhookId(receiver.name(), i);
        HttpClientConfig http = fresh.clients().getOrDefault(id, HttpClientConfig.DEFAULT);
        made.put(
            id,
            new WebhookSender(
                receiver.webhooks().get(i),
                new ConfiguredClient(http),
                "Weir/" + surroundings.version()));
      }
    }
    return new GroupNotifier(
        surroundings.member(),
        settings.externalUrl().toString(),
        made,
        writer,
        ownership::maySend,
        written,
        metrics,
        surroundings.clock());
  }

  /// Works with another `alertmanager.yml`, and other Alertmanagers, from now on.
  ///
  /// @throws dev.weir.model.WeirException.BadData if certificates or keys cannot be read; what was
  ///   before then stays
  public void reload(NotificationConfig fresh, AlertmanagersConfig alertmanagers) {
    worker.reload(fresh, alertmanagers);
    config = fresh;
    fresh.warnings().forEach(LOG::warn);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void addRoutes(Router router) {
    api.addRoutes(router);
  }

  @Override
  public void start() {
    config.warnings().forEach(LOG::warn);
    forwarder.start();
    worker.start();
    rules.start();
  }

  /// Whether everything that was in the topics at the start is known.
  @Override
  public boolean isReady() {
    return worker.isReady() && rules.isWatching();
  }

  /// When it was last checked whether results of rules come.
  Instant rulesCheckedAt() {
    return rules.checkedAt();
  }

  @Override
  public void close() {
    rules.close();
    worker.close();
    forwarder.close();
    producer.close(PRODUCER_CLOSE_TIMEOUT);
  }
}
