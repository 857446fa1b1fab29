package dev.weir.rules.group;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.rules.alert.Alert;
import java.util.List;

/// What a rule remembers from one evaluation to the next.
///
/// @param identity of the rule that it belongs to, [dev.weir.rules.Rule#identity]
/// @param series that it recorded last, those that tell of its alerts among them; by labels
/// @param alerts of an alerting rule, by labels
public record RuleState(Hash128 identity, List<Labels> series, List<Alert> alerts) {
  public RuleState {
    requireNonNull(identity, "identity");
    series = List.copyOf(series);
    alerts = List.copyOf(alerts);
  }

  static RuleState empty(Hash128 identity) {
    return new RuleState(identity, List.of(), List.of());
  }
}
