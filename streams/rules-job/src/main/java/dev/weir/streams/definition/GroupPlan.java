package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.RuleGroup;

/// One version of a rule group, in two stages.
///
/// @param source the group as it is defined
/// @param leaves what every partition computes
/// @param merge the group with expressions over the leaves' results
/// @param recordedMillis how far the group looks back on what it recorded itself
public record GroupPlan(RuleGroup source, LeafPlan leaves, RuleGroup merge, long recordedMillis) {
  public GroupPlan {
    requireNonNull(source, "source");
    requireNonNull(leaves, "leaves");
    requireNonNull(merge, "merge");
  }
}
