package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What an alert has become: the value of [Topics#ALERTS]. Format: `alert-transition.avsc`.
///
/// Transitions are written when a state changes, and again at least every [#REPEAT_HOURS] hours
/// while an alert is pending or fires.
///
/// @param labels all of them, external labels included
/// @param externalLabels names of those that come from `external_labels`
/// @param activeAt since when the expression holds
/// @param startsAt when it began to fire; there for a firing and a resolved alert
/// @param keepFiringSince since when it fires only because of `keep_firing_for`
/// @param endsAt when it was resolved, or when a firing alert counts as resolved unless a later
///   record says otherwise
/// @param value of the expression
/// @param evaluatedAt the evaluation's time, or when the alert was received
/// @param rule empty for an alert that was received over HTTP
/// @param generatorUrl may be empty
public record AlertTransition(
    Tenant tenant,
    Labels labels,
    List<String> externalLabels,
    Labels annotations,
    State state,
    Instant activeAt,
    Optional<Instant> startsAt,
    Optional<Instant> keepFiringSince,
    Optional<Instant> endsAt,
    double value,
    Instant evaluatedAt,
    Optional<Rule> rule,
    String generatorUrl) {

  /// How many hours a transition may be alone before its state is written again. The topic keeps
  /// records for much longer.
  public static final int REPEAT_HOURS = 24;

  /// What an alert is.
  public enum State {
    /// The expression holds, but not yet for long enough.
    PENDING,
    FIRING,
    /// It fired and no longer does.
    RESOLVED,
    /// It was pending and did not fire.
    INACTIVE;

    static final State[] BY_CODE = {PENDING, FIRING, RESOLVED, INACTIVE};

    int code() {
      return switch (this) {
        case PENDING -> 0;
        case FIRING -> 1;
        case RESOLVED -> 2;
        case INACTIVE -> 3;
      };
    }
  }

  /// Names an alerting rule within its tenant. Two rules may give alerts of equal labels; the alert
  /// then fires while one of them does. What alerting watches by itself counts as a rule: one whose
  /// file has no name.
  ///
  /// @param id tells the rules of a group apart; the same while name, labels and expression stay
  ///   the same
  public record Rule(String file, String group, String id) {
    public Rule {
      requireNonNull(file, "file");
      requireNonNull(group, "group");
      requireNonNull(id, "id");
    }
  }

  public AlertTransition {
    requireNonNull(tenant, "tenant");
    requireNonNull(labels, "labels");
    externalLabels = List.copyOf(externalLabels);
    requireNonNull(annotations, "annotations");
    requireNonNull(activeAt, "activeAt");
    requireNonNull(keepFiringSince, "keepFiringSince");
    requireNonNull(evaluatedAt, "evaluatedAt");
    requireNonNull(rule, "rule");
    requireNonNull(generatorUrl, "generatorUrl");
    boolean fired =
        switch (state) {
          case FIRING, RESOLVED -> true;
          case PENDING, INACTIVE -> false;
        };
    if (fired != startsAt.isPresent()) {
      throw new WeirException.BadData(
          "alert %s of tenant %s is %s and %s; firing and resolved alerts have one, others do not"
              .formatted(
                  labels,
                  tenant,
                  state,
                  startsAt.map(at -> "has startsAt " + at).orElse("has no startsAt")));
    }
    if (state == State.RESOLVED && endsAt.isEmpty()) {
      throw new WeirException.BadData(
          "alert %s of tenant %s is resolved and has no endsAt; give the time when it was resolved"
              .formatted(labels, tenant));
    }
  }

  public Fingerprint fingerprint() {
    return Fingerprint.of(labels);
  }

  /// The key of this record.
  public byte[] key() {
    return RecordKeys.of(tenant.name(), fingerprint().toString());
  }
}
