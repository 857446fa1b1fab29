package dev.weir.rules.file;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.Rule;
import java.util.function.IntFunction;

/// Where a rule stands, for remarks about its expression.
///
/// @param where a character of the expression stands, by its offset, as problems begin:
///   `rules.yml:9:14: group "node", rule 1 "cpu": expr`
public record RulePlace(Rule rule, IntFunction<String> where) {
  public RulePlace {
    requireNonNull(rule, "rule");
    requireNonNull(where, "where");
  }
}
