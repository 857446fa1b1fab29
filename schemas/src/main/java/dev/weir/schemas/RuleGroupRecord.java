package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is known of a rule group: a value of [Topics#RULES]. Format: `rule-group.avsc`.
///
/// @param file that the group stands in
/// @param group its name
public record RuleGroupRecord(Tenant tenant, String file, String group, Body body) {
  private static final String STATUS = "status";

  /// What a record of a group says.
  public sealed interface Body {}

  /// What the group says.
  ///
  /// @param text the group as a rule file of its own
  /// @param definition hash of file and text
  /// @param firstMillis the first evaluation time under this definition
  public record Definition(String text, Hash128 definition, long firstMillis) implements Body {
    public Definition {
      requireNonNull(text, "text");
      requireNonNull(definition, "definition");
    }
  }

  /// What its last evaluation came to.
  ///
  /// @param definition that was evaluated
  /// @param evaluatedAt the evaluation's time
  /// @param finishedAt when it was done, by the wall clock
  /// @param complete whether every partition had reported
  /// @param rules in the group's order
  public record Status(
      Hash128 definition,
      Instant evaluatedAt,
      Instant finishedAt,
      long durationNanos,
      boolean complete,
      List<RuleStatus> rules)
      implements Body {
    public Status {
      requireNonNull(definition, "definition");
      requireNonNull(evaluatedAt, "evaluatedAt");
      requireNonNull(finishedAt, "finishedAt");
      rules = List.copyOf(rules);
    }
  }

  /// What a rule's last evaluation came to.
  ///
  /// @param id tells the rules of a group apart, as [AlertTransition.Rule#id] does: the same under
  ///   another definition of the group while name, labels and expression stay the same
  /// @param error why it could not be evaluated
  /// @param alerts that are pending or fire
  public record RuleStatus(
      String id, Optional<String> error, long durationNanos, List<ActiveAlert> alerts) {
    public RuleStatus {
      requireNonNull(id, "id");
      requireNonNull(error, "error");
      alerts = List.copyOf(alerts);
    }
  }

  /// An alert that is pending or fires.
  ///
  /// @param labels without external labels
  /// @param activeAt since when the expression holds
  /// @param keepFiringSince since when it fires only because of `keep_firing_for`
  public record ActiveAlert(
      Labels labels,
      Labels annotations,
      boolean firing,
      Instant activeAt,
      Optional<Instant> keepFiringSince,
      double value) {
    public ActiveAlert {
      requireNonNull(labels, "labels");
      requireNonNull(annotations, "annotations");
      requireNonNull(activeAt, "activeAt");
      requireNonNull(keepFiringSince, "keepFiringSince");
    }
  }

  public RuleGroupRecord {
    requireNonNull(tenant, "tenant");
    requireNonNull(file, "file");
    requireNonNull(group, "group");
    requireNonNull(body, "body");
  }

  /// The key of this record.
  public byte[] key() {
    return switch (body) {
      case Definition _ -> definitionKey(tenant, file, group);
      case Status _ -> statusKey(tenant, file, group);
    };
  }

  /// The key of a group's definition.
  public static byte[] definitionKey(Tenant tenant, String file, String group) {
    return RecordKeys.of(tenant.name(), file, group);
  }

  /// The key of a group's status.
  public static byte[] statusKey(Tenant tenant, String file, String group) {
    return RecordKeys.of(tenant.name(), file, group, STATUS);
  }
}
