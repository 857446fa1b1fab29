package dev.weir.alerting;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The role's metrics of itself.
final class AlertingMetrics {
  private final Gauge alerts;
  private final Gauge groups;
  private final Gauge owned;
  private final Gauge sending;
  private final Gauge queued;
  private final Gauge stoppedRuleGroups;
  private final Counter received;
  private final Counter refused;
  private final Counter notifications;
  private final Counter requests;
  private final Histogram seconds;
  private final Counter maybeDoubled;
  private final Counter skipped;
  private final Counter unrecorded;
  private final Counter forwarded;
  private final Counter forwardFailures;
  private final Counter forwardDropped;

  AlertingMetrics(PrometheusRegistry registry) {
    alerts = gauge(registry, "weir_alerting_alerts", "Alerts that are held, also resolved ones.");
    groups = gauge(registry, "weir_alerting_groups", "Groups of alerts, of all members.");
    owned =
        gauge(
            registry,
            "weir_alerting_owned_partitions",
            "Partitions of notifications that this member sends for.");
    sending =
        gauge(registry, "weir_alerting_sending_groups", "Groups that are being sent right now.");
    queued =
        Gauge.builder()
            .name("weir_alerting_alertmanager_queue")
            .help("Alerts that wait for an Alertmanager.")
            .labelNames("alertmanager")
            .register(registry);
    stoppedRuleGroups =
        gauge(
            registry,
            "weir_alerting_stopped_rule_groups",
            "Rule groups of all tenants whose results have stopped.");
    received =
        counter(
            registry,
            "weir_alerting_transitions_total",
            "Transitions read from the topic of alerts.");
    refused =
        Counter.builder()
            .name("weir_alerting_refused_alerts_total")
            .help("Alerts that were not taken because a bound was reached, by bound.")
            .labelNames("bound")
            .register(registry);
    notifications =
        Counter.builder()
            .name("weir_alerting_notifications_total")
            .help(
                "Notifications by receiver and outcome: taken, refused, or unknown where no answer"
                    + " came.")
            .labelNames("receiver", "integration", "outcome")
            .register(registry);
    requests =
        Counter.builder()
            .name("weir_alerting_notification_requests_total")
            .help("Requests that notifications took, retries included.")
            .labelNames("receiver", "integration")
            .register(registry);
    seconds =
        Histogram.builder()
            .name("weir_alerting_notification_seconds")
            .help("From a group's flush to its receiver's answer.")
            .labelNames("integration")
            .classicUpperBounds(.01, .05, .1, .5, 1, 2, 5, 10, 30, 60)
            .register(registry);
    maybeDoubled =
        Counter.builder()
            .name("weir_alerting_notifications_maybe_doubled_total")
            .help(
                "Notifications sent although an earlier try of the same may have arrived: its sender"
                    + " ended, or had no answer, before the answer was recorded.")
            .labelNames("receiver", "integration")
            .register(registry);
    skipped =
        Counter.builder()
            .name("weir_alerting_skipped_records_total")
            .help("Records that could not be read, by topic.")
            .labelNames("topic")
            .register(registry);
    unrecorded =
        counter(
            registry,
            "weir_alerting_record_failures_total",
            "Times that what was told could not be written to Kafka.");
    forwarded =
        Counter.builder()
            .name("weir_alerting_alertmanager_sent_total")
            .help("Alerts sent to an Alertmanager.")
            .labelNames("alertmanager")
            .register(registry);
    forwardFailures =
        Counter.builder()
            .name("weir_alerting_alertmanager_errors_total")
            .help("Alerts that an Alertmanager did not take.")
            .labelNames("alertmanager")
            .register(registry);
    forwardDropped =
        Counter.builder()
            .name("weir_alerting_alertmanager_dropped_total")
            .help("Alerts that were dropped because the queue of an Alertmanager was full.")
            .labelNames("alertmanager")
            .register(registry);
  }

  private static Gauge gauge(PrometheusRegistry registry, String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).register(registry);
  }

  void held(int alertCount, int groupCount) {
    alerts.set(alertCount);
    groups.set(groupCount);
  }

  void owned(int partitions) {
    owned.set(partitions);
  }

  void sending(int count) {
    sending.set(count);
  }

  void stoppedRuleGroups(int count) {
    stoppedRuleGroups.set(count);
  }

  void received() {
    received.inc();
  }

  void refused(String bound) {
    refused.labelValues(bound).inc();
  }

  void request(String receiver, String integration) {
    requests.labelValues(receiver, integration).inc();
  }

  void notified(String receiver, String integration, String outcome, double duration) {
    notifications.labelValues(receiver, integration, outcome).inc();
    seconds.labelValues(integration).observe(duration);
  }

  void maybeDoubled(String receiver, String integration) {
    maybeDoubled.labelValues(receiver, integration).inc();
  }

  /// How often [#maybeDoubled] was counted.
  double maybeDoubledCount(String receiver, String integration) {
    return maybeDoubled.labelValues(receiver, integration).get();
  }

  void skipped(String topic) {
    skipped.labelValues(topic).inc();
  }

  void unrecorded() {
    unrecorded.inc();
  }

  void queued(String alertmanager, int count) {
    queued.labelValues(alertmanager).set(count);
  }

  void forwarded(String alertmanager, int count) {
    forwarded.labelValues(alertmanager).inc(count);
  }

  void forwardFailed(String alertmanager, int count) {
    forwardFailures.labelValues(alertmanager).inc(count);
  }

  void forwardDropped(String alertmanager, int count) {
    forwardDropped.labelValues(alertmanager).inc(count);
  }
}
