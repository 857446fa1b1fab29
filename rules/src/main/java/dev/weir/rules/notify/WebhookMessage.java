package dev.weir.rules.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.util.List;

/// What a webhook is sent: Alertmanager's JSON, version 4, byte for byte.
///
/// ```
/// {"receiver":"on-call","status":"firing","alerts":[{"status":"firing",
///  "labels":{"alertname":"InstanceDown"},"annotations":{},"startsAt":"2026-03-01T12:00:00Z",
///  "endsAt":"0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"b4d5a4e4c2c1a5d3"}],
///  "groupLabels":{"alertname":"InstanceDown"},"commonLabels":{"alertname":"InstanceDown"},
///  "commonAnnotations":{},"externalURL":"http://localhost:9090","version":"4",
///  "groupKey":"{}:{alertname=\"InstanceDown\"}","truncatedAlerts":0}
/// ```
///
/// on one line that ends with a line feed. Receivers' names have a backslash before characters that
/// mean something in a regular expression, as Alertmanager writes them. An alert that fires ends at
/// [GoTime#ZERO].
///
/// @param alerts in order, of which the first `maxAlerts` are sent
/// @param maxAlerts 0 for any number
/// @param externalUrl where people reach this Weir
public record WebhookMessage(
    String receiver,
    String groupKey,
    Labels groupLabels,
    Flush flush,
    List<GroupAlert> alerts,
    int maxAlerts,
    String externalUrl) {
  private static final String REGEX_CHARACTERS = "\\.+*?()|[]{}^$";

  public WebhookMessage {
    requireNonNull(receiver, "receiver");
    requireNonNull(groupKey, "groupKey");
    requireNonNull(groupLabels, "groupLabels");
    requireNonNull(flush, "flush");
    alerts = List.copyOf(alerts);
    requireNonNull(externalUrl, "externalUrl");
  }

  public String toJson() {
    List<GroupAlert> sent =
        maxAlerts > 0 && alerts.size() > maxAlerts ? alerts.subList(0, maxAlerts) : alerts;
    StringBuilder out = new StringBuilder(512 + 512 * sent.size());
    text(out.append('{'), "receiver", quoteMeta(receiver));
    text(out.append(','), "status", status(sent));
    out.append(",\"alerts\":[");
    for (int i = 0; i < sent.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      append(out, sent.get(i));
    }
    labels(out.append("],"), "groupLabels", groupLabels);
    labels(out.append(','), "commonLabels", common(sent.stream().map(GroupAlert::labels).toList()));
    labels(
        out.append(','),
        "commonAnnotations",
        common(sent.stream().map(GroupAlert::annotations).toList()));
    text(out.append(','), "externalURL", externalUrl);
    text(out.append(','), "version", "4");
    text(out.append(','), "groupKey", groupKey);
    return out.append(",\"truncatedAlerts\":")
        .append(alerts.size() - sent.size())
        .append("}\n")
        .toString();
  }

  private String status(List<GroupAlert> sent) {
    return sent.stream().allMatch(this::isResolved) ? "resolved" : "firing";
  }

  private boolean isResolved(GroupAlert alert) {
    return alert.isResolvedAt(flush.time());
  }

  private void append(StringBuilder out, GroupAlert alert) {
    boolean resolved = isResolved(alert);
    text(out.append('{'), "status", resolved ? "resolved" : "firing");
    labels(out.append(','), "labels", alert.labels());
    labels(out.append(','), "annotations", alert.annotations());
    text(out.append(','), "startsAt", GoTime.format(alert.startsAt()));
    String end = resolved ? alert.endsAt().map(GoTime::format).orElseThrow() : GoTime.ZERO;
    text(out.append(','), "endsAt", end);
    text(out.append(','), "generatorURL", alert.generatorUrl());
    text(out.append(','), "fingerprint", alert.fingerprint().toString());
    out.append('}');
  }

  private static void text(StringBuilder out, String key, String value) {
    out.append('"').append(key).append("\":");
    GoJson.append(out, value);
  }

  private static void labels(StringBuilder out, String key, Labels value) {
    out.append('"').append(key).append("\":");
    GoJson.append(out, value);
  }

  /// What all have, with the same value.
  private static Labels common(List<Labels> all) {
    if (all.isEmpty()) {
      return Labels.EMPTY;
    }
    Labels first = all.getFirst();
    return first.keep(
        name -> all.stream().allMatch(labels -> labels.get(name).equals(first.get(name))));
  }

  private static String quoteMeta(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (REGEX_CHARACTERS.indexOf(text.charAt(i)) >= 0) {
        out.append('\\');
      }
      out.append(text.charAt(i));
    }
    return out.toString();
  }
}
