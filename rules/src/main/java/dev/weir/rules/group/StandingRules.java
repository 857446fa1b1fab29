package dev.weir.rules.group;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.eval.standing.StandingExpr;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// A group that is evaluated again and again, with what depends on labels alone: results are the
/// same without it. For one thread.
public final class StandingRules {
  private final RuleGroup group;
  private final List<Hash128> identities;
  private final List<StandingRule> rules;

  /// @param prepare prepares a rule's expression; empty if it cannot stand
  public StandingRules(RuleGroup group, Function<Expr, Optional<StandingExpr>> prepare) {
    this.group = requireNonNull(group, "group");
    this.identities = group.rules().stream().map(Rule::identity).toList();
    this.rules =
        group.rules().stream()
            .map(rule -> new StandingRule(prepare.apply(rule.expr()).orElse(null)))
            .toList();
  }

  RuleGroup group() {
    return group;
  }

  List<Hash128> identities() {
    return identities;
  }

  List<StandingRule> rules() {
    return rules;
  }
}
