package dev.weir.query.rules;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.Rule;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import java.util.Optional;

/// A rule, and what its last evaluation came to.
///
/// @param status empty if it has not been evaluated yet
public record EvaluatedRule(Rule rule, Optional<RuleStatus> status) {
  public EvaluatedRule {
    requireNonNull(rule, "rule");
    requireNonNull(status, "status");
  }
}
