package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;

/// The `alerting` section of `weir.yml`: what one member of the role holds and sends.
public record AlertingConfig(
    int maxAlerts,
    int maxGroups,
    int maxConcurrentNotifications,
    int alertmanagerQueue,
    Duration resendDelay,
    int maxRuleGroups) {
  private static final Setting<Integer> MAX_ALERTS =
      Setting.of(
          "max_alerts",
          integer(1, 100_000_000),
          1_000_000,
          "Alerts that are held at once. More are not told of, and counted in"
              + " `weir_alerting_refused_alerts_total`.");

  private static final Setting<Integer> MAX_GROUPS =
      Setting.of(
          "max_groups",
          integer(1, 10_000_000),
          100_000,
          "Groups of alerts at once, over all routes. The alerts of more are counted in"
              + " `weir_alerting_refused_alerts_total`.");

  private static final Setting<Integer> MAX_CONCURRENT_NOTIFICATIONS =
      Setting.of(
          "max_concurrent_notifications",
          integer(1, 100_000),
          256,
          "Groups that are sent at once. More wait for their next flush.");

  private static final Setting<Integer> ALERTMANAGER_QUEUE =
      Setting.of(
          "alertmanager_queue",
          integer(1, 10_000_000),
          10_000,
          "Alerts that wait for each Alertmanager of `prometheus.yml`. When it is full, the oldest"
              + " are dropped, counted in `weir_alerting_alertmanager_dropped_total`.");

  private static final Setting<Duration> RESEND_DELAY =
      Setting.of(
          "resend_delay",
          POSITIVE_DURATION,
          Duration.ofMinutes(1),
          "How often a firing alert is sent to the Alertmanagers of `prometheus.yml`. They take it"
              + " for resolved after four times as long without.");

  private static final Setting<Integer> MAX_RULE_GROUPS =
      Setting.of(
          "max_rule_groups",
          integer(1, 10_000_000),
          100_000,
          "Rule groups, of all tenants, that an alert is raised for when their results stop. More"
              + " are not watched, and counted in `weir_view_skipped_records_total`.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "alerting",
          "What one member of the role `alerting` holds and sends.",
          List.of(
              MAX_ALERTS,
              MAX_GROUPS,
              MAX_CONCURRENT_NOTIFICATIONS,
              ALERTMANAGER_QUEUE,
              RESEND_DELAY,
              MAX_RULE_GROUPS));

  static AlertingConfig read(ConfigSection section) {
    return new AlertingConfig(
        MAX_ALERTS.read(section),
        MAX_GROUPS.read(section),
        MAX_CONCURRENT_NOTIFICATIONS.read(section),
        ALERTMANAGER_QUEUE.read(section),
        RESEND_DELAY.read(section),
        MAX_RULE_GROUPS.read(section));
  }
}
