package dev.weir.alerting;

import dev.weir.alerting.Dispatcher.DueWebhook;
import dev.weir.rules.notify.Flush;
import dev.weir.rules.notify.WebhookMessage;
import dev.weir.schemas.NotificationState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What has to be told of one flush of a group.
///
/// @param before what the receiver was told until now
/// @param due the webhooks that have to hear, at least one
/// @param time how long it may be tried
record NotificationJob(
    GroupId id,
    int partition,
    String groupKey,
    String receiver,
    Flush flush,
    Optional<NotificationState> before,
    List<DueWebhook> due,
    Duration time) {

  static NotificationJob of(
      LiveGroup live,
      Flush flush,
      Optional<NotificationState> before,
      List<DueWebhook> due,
      Duration minTime) {
    Duration interval = live.route().times().groupInterval();
    return new NotificationJob(
        live.id(),
        live.partition(),
        live.groupKey(),
        live.route().receiver(),
        flush,
        before,
        due,
        interval.compareTo(minTime) < 0 ? minTime : interval);
  }

  NotificationState state() {
    return before.orElseGet(
        () -> new NotificationState(id.tenant(), groupKey, receiver, id.groupLabels(), List.of()));
  }

  WebhookMessage message(DueWebhook webhook, String externalUrl) {
    return new WebhookMessage(
        receiver,
        groupKey,
        id.groupLabels(),
        flush,
        flush.alerts(webhook.config().sendResolved()),
        webhook.config().maxAlerts(),
        externalUrl);
  }
}
