package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.FloatText;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.query.rules.EvaluatedGroup;
import dev.weir.query.rules.EvaluatedRule;
import dev.weir.rules.Rule;
import dev.weir.schemas.RuleGroupRecord.ActiveAlert;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import dev.weir.schemas.RuleGroupRecord.Status;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Rule groups and alerts as Prometheus's API writes them. Durations are seconds; expressions are
/// printed anew, on one line.
final class RuleJson {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private RuleJson() {}

  static void write(JsonGenerator json, EvaluatedGroup group, boolean excludeAlerts)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", group.group().name());
    json.writeStringField("file", group.group().file());
    if (group.group().isShadow()) {
      json.writeBooleanField("shadow", true);
    }
    json.writeFieldName("rules");
    json.writeStartArray();
    for (EvaluatedRule rule : group.rules()) {
      write(json, group, rule, excludeAlerts);
    }
    json.writeEndArray();
    writeNumber(json, "interval", group.group().intervalMillis() / MILLIS);
    json.writeNumberField("limit", group.group().limit());
    writeNumber(
        json, "evaluationTime", group.status().map(Status::durationNanos).orElse(0L) / NANOS);
    json.writeStringField("lastEvaluation", lastEvaluation(group.status()));
    if (group.status().isPresent()) {
      writeCompleteness(json, group.status().get());
    }
    json.writeEndObject();
  }

  /// What Prometheus, which has all samples at hand, has no need to say: how long after its time an
  /// evaluation was done, and whether it was on all data. One that was not has ended nothing.
  private static void writeCompleteness(JsonGenerator json, Status status) throws IOException {
    double lag = Duration.between(status.evaluatedAt(), status.finishedAt()).toMillis() / MILLIS;
    writeNumber(json, "lag", lag);
    json.writeBooleanField("complete", status.complete());
  }

  private static void write(
      JsonGenerator json, EvaluatedGroup group, EvaluatedRule rule, boolean excludeAlerts)
      throws IOException {
    Optional<RuleStatus> status = rule.status();
    json.writeStartObject();
    switch (rule.rule()) {
      case Rule.Alerting alerting -> {
        json.writeStringField("state", state(status));
        writeWhatItSays(json, alerting);
        writeNumber(json, "duration", alerting.forMillis() / MILLIS);
        writeNumber(json, "keepFiringFor", alerting.keepFiringForMillis() / MILLIS);
        writeTexts(json, "labels", alerting.labelTexts());
        writeTexts(json, "annotations", alerting.annotationTexts());
        writeAlerts(json, status.map(RuleStatus::alerts).orElse(List.of()), excludeAlerts);
      }
      case Rule.Recording recording -> {
        writeWhatItSays(json, recording);
        writeTexts(json, "labels", recording.labelTexts());
      }
    }
    Optional<String> error = status.flatMap(RuleStatus::error);
    json.writeStringField("health", health(status));
    if (error.isPresent()) {
      json.writeStringField("lastError", error.get());
    }
    writeNumber(json, "evaluationTime", status.map(RuleStatus::durationNanos).orElse(0L) / NANOS);
    json.writeStringField(
        "lastEvaluation", lastEvaluation(status.isPresent() ? group.status() : Optional.empty()));
    json.writeStringField("type", rule.rule() instanceof Rule.Alerting ? "alerting" : "recording");
    json.writeEndObject();
  }

  private static void writeWhatItSays(JsonGenerator json, Rule rule) throws IOException {
    json.writeStringField("name", rule.name());
    json.writeStringField("query", PromqlPrinter.print(rule.expr()));
  }

  /// Where alerts are left out, Prometheus gives no list instead of an empty one.
  private static void writeAlerts(
      JsonGenerator json, List<ActiveAlert> alerts, boolean excludeAlerts) throws IOException {
    json.writeFieldName("alerts");
    if (excludeAlerts) {
      json.writeNull();
      return;
    }
    json.writeStartArray();
    for (ActiveAlert alert : alerts) {
      write(json, alert);
    }
    json.writeEndArray();
  }

  static void write(JsonGenerator json, ActiveAlert alert) throws IOException {
    json.writeStartObject();
    json.writeFieldName("labels");
    QueryValueJson.writeLabelSet(json, alert.labels());
    json.writeFieldName("annotations");
    QueryValueJson.writeLabelSet(json, alert.annotations());
    json.writeStringField("state", alert.firing() ? "firing" : "pending");
    json.writeStringField("activeAt", alert.activeAt().toString());
    if (alert.keepFiringSince().isPresent()) {
      json.writeStringField("keepFiringSince", alert.keepFiringSince().get().toString());
    }
    json.writeStringField("value", FloatText.exponential(alert.value()));
    json.writeEndObject();
  }

  /// That of the alert which has come furthest.
  private static String state(Optional<RuleStatus> status) {
    if (status.isEmpty()) {
      return "unknown";
    }
    List<ActiveAlert> alerts = status.get().alerts();
    if (alerts.isEmpty()) {
      return "inactive";
    }
    return alerts.stream().anyMatch(ActiveAlert::firing) ? "firing" : "pending";
  }

  private static String health(Optional<RuleStatus> status) {
    return status.map(known -> known.error().isPresent() ? "err" : "ok").orElse("unknown");
  }

  /// When it began, by the wall clock, to the millisecond as that was read.
  private static String lastEvaluation(Optional<Status> status) {
    return status
        .map(known ->
            known
                .finishedAt()
                .minusNanos(known.durationNanos())
                .truncatedTo(ChronoUnit.MILLIS)
                .toString())
        .orElse(Parameters.NEVER);
  }

  private static void writeTexts(JsonGenerator json, String field, Map<String, String> texts)
      throws IOException {
    json.writeFieldName(field);
    json.writeStartObject();
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }

  private static void writeNumber(JsonGenerator json, String field, double value)
      throws IOException {
    json.writeFieldName(field);
    json.writeNumber(FloatText.json(value));
  }
}
