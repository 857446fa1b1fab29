package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

/// Evaluations of a rule that failed.
///
/// @param firstMillis the earliest of them
/// @param reason what that one said
public record RuleFailures(long count, long firstMillis, String reason) {
  public RuleFailures {
    requireNonNull(reason, "reason");
  }

  RuleFailures and(RuleFailures other) {
    RuleFailures first = other.firstMillis < firstMillis ? other : this;
    return new RuleFailures(count + other.count, first.firstMillis, first.reason);
  }
}
