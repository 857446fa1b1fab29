package dev.weir.alerting;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.Topics;
import dev.weir.service.config.AlertingConfig;
import java.net.URI;
import java.time.Duration;

/// How a member of the role works.
///
/// @param rulesTopic that says which rules there are, and when they were evaluated last
/// @param groupId of the consumer group in which members share the partitions of notifications
/// @param externalUrl where people reach this Weir, as receivers are told
/// @param sessionTimeout after which a member that is not heard of is replaced
/// @param handOver how long a member that loses partitions waits for what it is sending
/// @param minSendTime how long a notification may be tried at least, however short `group_interval`
/// @param resolvedShown how long resolved alerts are still told to Alertmanagers
/// @param toldKept how long it is kept what receivers were told of groups that are no more
public record AlertingSettings(
    String alertsTopic,
    String notificationsTopic,
    String rulesTopic,
    String groupId,
    URI externalUrl,
    Duration sessionTimeout,
    Duration handOver,
    Duration minSendTime,
    Duration resolvedShown,
    Duration toldKept,
    AlertingConfig limits) {
  public AlertingSettings {
    requireNonNull(alertsTopic, "alertsTopic");
    requireNonNull(notificationsTopic, "notificationsTopic");
    requireNonNull(rulesTopic, "rulesTopic");
    requireNonNull(groupId, "groupId");
    requireNonNull(externalUrl, "externalUrl");
    requireNonNull(limits, "limits");
  }

  /// What a configuration says.
  public static AlertingSettings of(AlertingConfig config, URI externalUrl) {
    return new AlertingSettings(
        Topics.ALERTS,
        Topics.NOTIFICATIONS,
        Topics.RULES,
        "weir-alerting",
        externalUrl,
        Duration.ofSeconds(6),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofMinutes(15),
        Duration.ofDays(5),
        config);
  }
}
