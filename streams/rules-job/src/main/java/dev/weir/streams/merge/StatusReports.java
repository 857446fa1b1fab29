package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.group.GroupResult;
import dev.weir.rules.group.RuleResult;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reports what groups come to, for people and the query API: at once where a rule's health, an
/// alert's state, completeness or the definition has changed, else now and then.
final class StatusReports {
  private static final long INTERVAL_MILLIS = Duration.ofSeconds(10).toMillis();

  /// A report, ready to be written.
  record Report(byte[] key, Output output) {}

  /// What makes a report worth writing at once.
  private record Gist(
      Hash128 definition,
      boolean complete,
      List<Map<Labels, AlertState>> alerts,
      List<String> errors) {}

  private record Reported(Gist gist, long atMillis) {}

  private final RecordWriter<RuleGroupRecord> writer;
  private final Map<GroupId, Reported> reported = new HashMap<>();

  StatusReports(RecordWriter<RuleGroupRecord> writer) {
    this.writer = requireNonNull(writer, "writer");
  }

  Optional<Report> report(GroupPlan plan, GroupResult result, long durationNanos, long nowMillis) {
    GroupId group = plan.leaves().id();
    Gist gist = gist(plan, result);
    Reported before = reported.get(group);
    if (before != null
        && before.gist().equals(gist)
        && nowMillis - before.atMillis() < INTERVAL_MILLIS) {
      return Optional.empty();
    }
    reported.put(group, new Reported(gist, nowMillis));
    RuleGroupRecord status =
        new RuleGroupRecord(
            group.tenant(),
            group.file(),
            group.group(),
            new RuleGroupRecord.Status(
                plan.leaves().definition(),
                Instant.ofEpochMilli(result.timestampMillis()),
                Instant.ofEpochMilli(nowMillis),
                durationNanos,
                result.complete(),
                rules(group, result)));
    return Optional.of(new Report(status.key(), new Output(Topics.RULES, writer.write(status))));
  }

  /// Forgets what was reported: it may not have reached anyone.
  void forget() {
    reported.clear();
  }

  /// Takes the status of a group that is no more away.
  Report remove(GroupId group) {
    reported.remove(group);
    return new Report(
        RuleGroupRecord.statusKey(group.tenant(), group.file(), group.group()),
        new Output(Topics.RULES, null));
  }

  private static Gist gist(GroupPlan plan, GroupResult result) {
    List<Map<Labels, AlertState>> alerts = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (int i = 0; i < result.rules().size(); i++) {
      Map<Labels, AlertState> states = new TreeMap<>();
      for (Alert alert : result.state().rules().get(i).alerts()) {
        if (alert.isActive()) {
          states.put(alert.labels(), alert.state());
        }
      }
      alerts.add(states);
      errors.add(result.rules().get(i).error().orElse(""));
    }
    return new Gist(plan.leaves().definition(), result.complete(), alerts, errors);
  }

  private static List<RuleGroupRecord.RuleStatus> rules(GroupId group, GroupResult result) {
    List<RuleGroupRecord.RuleStatus> rules = new ArrayList<>();
    for (int i = 0; i < result.rules().size(); i++) {
      RuleResult rule = result.rules().get(i);
      List<RuleGroupRecord.ActiveAlert> alerts =
          result.state().rules().get(i).alerts().stream()
              .filter(Alert::isActive)
              .map(alert -> active(group, alert))
              .toList();
      rules.add(
          new RuleGroupRecord.RuleStatus(
              rule.rule().identity().toString(), rule.error(), rule.evaluationNanos(), alerts));
    }
    return rules;
  }

  private static RuleGroupRecord.ActiveAlert active(GroupId group, Alert alert) {
    Labels.Builder annotations = Labels.EMPTY.toBuilder();
    alert.annotations().forEach(annotations::set);
    return new RuleGroupRecord.ActiveAlert(
        ShadowSeries.marked(group, alert.labels()),
        annotations.build(),
        alert.state() == AlertState.FIRING,
        Instant.ofEpochMilli(alert.activeAtMillis()),
        alert.keepFiringSinceMillis() == Alert.NEVER
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(alert.keepFiringSinceMillis())),
        alert.value());
  }
}
