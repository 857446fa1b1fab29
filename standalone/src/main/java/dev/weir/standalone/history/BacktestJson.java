package dev.weir.standalone.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.history.alert.AlertPeriod;
import dev.weir.history.notify.SentNotification;
import dev.weir.history.report.AlertDifference;
import dev.weir.history.report.AlertSummary;
import dev.weir.history.report.BacktestReport;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/// A backtest as JSON: everything that the text counts, one by one. Times are RFC 3339, lengths are
/// seconds.
final class BacktestJson {
  private final BacktestResult result;

  BacktestJson(BacktestResult result) {
    this.result = result;
  }

  String text() {
    ObjectNode root = report(result.report());
    result
        .before()
        .ifPresent(before -> {
          ObjectNode against = root.putObject("against");
          against.put("verdict", result.verdict().orElseThrow());
          ArrayNode differences = against.putArray("differences");
          result.differences().forEach(difference -> differences.add(difference(difference)));
          against.set("report", report(before));
        });
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw new WeirException.Internal("a result that cannot be written as JSON", e);
    }
  }

  private static ObjectNode report(BacktestReport report) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("rules", report.source());
    node.put("from", time(report.range().startMillis()));
    node.put("to", time(report.range().endMillis()));
    node.put("evaluations", report.evaluations());
    node.put("samplesRead", report.samplesRead());
    node.put("fired", report.fired());
    ArrayNode alerts = node.putArray("alerts");
    report.alerts().forEach(alert -> alerts.add(alert(alert)));
    report
        .notifications()
        .ifPresent(sent -> {
          node.put("pages", report.pages());
          ArrayNode notifications = node.putArray("notifications");
          sent.forEach(notification -> notifications.add(notification(notification)));
        });
    ArrayNode failed = node.putArray("failed");
    for (BacktestReport.FailedRule rule : report.failed()) {
      failed
          .addObject()
          .put("rule", rule.rule().name())
          .put("group", rule.group().name())
          .put("evaluations", rule.failures().count())
          .put("first", time(rule.failures().firstMillis()))
          .put("reason", rule.failures().reason());
    }
    return node;
  }

  private static ObjectNode alert(AlertSummary alert) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("alert", alert.rule().name());
    node.put("group", alert.group().name());
    node.put("file", alert.group().file());
    node.put("expr", alert.rule().expression());
    node.put("fired", alert.fired());
    node.put("onlyPending", alert.onlyPending());
    node.put("firingSeconds", seconds(alert.firingMillis()));
    node.put("pendingSeconds", seconds(alert.pendingMillis()));
    node.put("longestSeconds", seconds(alert.longestMillis()));
    node.put("notifications", alert.notifications());
    ArrayNode periods = node.putArray("periods");
    for (AlertPeriod period : alert.periods()) {
      ObjectNode life = periods.addObject();
      life.set("labels", labels(period.labels()));
      life.put("from", time(period.startMillis()));
      period.firedMillis().ifPresent(fired -> life.put("fired", time(fired)));
      life.put("to", time(period.endMillis()));
      life.put("ongoing", period.ongoing());
      if (!period.annotations().isEmpty()) {
        ObjectNode annotations = life.putObject("annotations");
        for (Map.Entry<String, String> annotation : period.annotations().entrySet()) {
          annotations.put(annotation.getKey(), annotation.getValue());
        }
      }
    }
    return node;
  }

  private static ObjectNode notification(SentNotification sent) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("time", time(sent.timestampMillis()));
    node.put("receiver", sent.receiver());
    node.set("group", labels(sent.groupLabels()));
    node.put("reason", sent.reason().name().toLowerCase(Locale.ROOT));
    node.put("firing", sent.firing());
    node.put("resolved", sent.resolved());
    ArrayNode alerts = node.putArray("alerts");
    sent.alerts().forEach(alerts::add);
    return node;
  }

  private static ObjectNode difference(AlertDifference difference) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("alert", difference.name());
    node.set("before", counts(difference.before()));
    node.set("after", counts(difference.after()));
    return node;
  }

  private static ObjectNode counts(AlertDifference.Counts counts) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("rules", counts.rules())
        .put("fired", counts.fired())
        .put("firingSeconds", seconds(counts.firingMillis()))
        .put("notifications", counts.notifications());
  }

  private static ObjectNode labels(Labels labels) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    labels.forEach(node::put);
    return node;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static double seconds(long millis) {
    return (double) millis / 1000;
  }
}
