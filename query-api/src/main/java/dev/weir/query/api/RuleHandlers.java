package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.LabelText;
import dev.weir.model.Tenant;
import dev.weir.model.source.Completeness;
import dev.weir.query.rules.EvaluatedGroup;
import dev.weir.query.rules.EvaluatedRule;
import dev.weir.query.rules.RuleEntry;
import dev.weir.rules.RuleGroup;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import dev.weir.schemas.RuleGroupRecord.Status;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// `/api/v1/rules` and `/api/v1/alerts`: rule groups as the topic of rules has them. An evaluation
/// that did not hear from all partitions becomes a warning, and so does one that is long ago.
final class RuleHandlers {
  private final Supplier<? extends Collection<? extends RuleEntry>> entries;
  private final Clock clock;

  RuleHandlers(Supplier<? extends Collection<? extends RuleEntry>> entries, Clock clock) {
    this.entries = requireNonNull(entries, "entries");
    this.clock = requireNonNull(clock, "clock");
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/rules", Envelope.handling(this::rules))
        .get("/api/v1/alerts", Envelope.handling(this::alerts));
  }

  private List<EvaluatedGroup> groups(Tenant tenant) {
    return EvaluatedGroup.of(tenant, entries.get());
  }

  private HttpResponse rules(HttpRequest request) {
    RuleFilter filter = RuleFilter.of(request);
    RulePage page = RulePage.of(request);
    List<EvaluatedGroup> shown = new ArrayList<>();
    boolean begun = page.token().isEmpty();
    Optional<String> next = Optional.empty();
    for (EvaluatedGroup group : groups(request.tenant())) {
      begun = begun || page.startsAt(group);
      if (!begun || !filter.takes(group.group())) {
        continue;
      }
      List<EvaluatedRule> rules =
          group.rules().stream().filter(rule -> filter.takes(rule.rule())).toList();
      if (rules.isEmpty()) {
        continue;
      }
      if (page.isFull(shown.size())) {
        next = Optional.of(RulePage.token(group));
        break;
      }
      shown.add(new EvaluatedGroup(group.group(), group.status(), rules));
    }
    if (!begun) {
      throw page.unknownToken();
    }
    Optional<String> nextToken = next;
    return Envelope.success(
        json -> {
          json.writeStartObject();
          json.writeFieldName("groups");
          json.writeStartArray();
          for (EvaluatedGroup group : shown) {
            RuleJson.write(json, group, filter.excludeAlerts());
          }
          json.writeEndArray();
          if (nextToken.isPresent()) {
            json.writeStringField("groupNextToken", nextToken.get());
          }
          json.writeEndObject();
        },
        notices(shown));
  }

  private HttpResponse alerts(HttpRequest request) {
    List<EvaluatedGroup> groups = groups(request.tenant());
    return Envelope.success(
        json -> {
          json.writeStartObject();
          json.writeFieldName("alerts");
          json.writeStartArray();
          for (EvaluatedGroup group : groups) {
            for (EvaluatedRule rule : group.rules()) {
              writeAlerts(json, rule.status());
            }
          }
          json.writeEndArray();
          json.writeEndObject();
        },
        notices(groups));
  }

  private static void writeAlerts(JsonGenerator json, Optional<RuleStatus> status)
      throws IOException {
    if (status.isPresent()) {
      for (RuleGroupRecord.ActiveAlert alert : status.get().alerts()) {
        RuleJson.write(json, alert);
      }
    }
  }

  /// Alerts of a group that is not evaluated stay what they were, which nobody should take for what
  /// they are.
  private Envelope.Notices notices(List<EvaluatedGroup> groups) {
    List<String> warnings = new ArrayList<>();
    for (EvaluatedGroup group : groups) {
      group.status().flatMap(status -> warning(group.group(), status)).ifPresent(warnings::add);
    }
    return new Envelope.Notices(warnings, List.of(), Completeness.FULL);
  }

  private Optional<String> warning(RuleGroup group, Status status) {
    String name = "rule group %s of %s".formatted(LabelText.quote(group.name()), group.file());
    if (status.finishedAt().plus(group.reportedWithin()).isBefore(clock.instant())) {
      return Optional.of(
          "%s: it has not been evaluated since %s; does a rules job run?"
              .formatted(name, status.finishedAt()));
    }
    return status.complete()
        ? Optional.empty()
        : Optional.of(
            "%s: its evaluation at %s lacks samples of some partitions, and resolved no alert"
                .formatted(name, status.evaluatedAt()));
  }
}
