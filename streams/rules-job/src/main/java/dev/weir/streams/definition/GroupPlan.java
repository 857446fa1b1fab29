package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.RuleGroup;
import java.util.Map;

/// One version of a rule group, in two stages.
///
/// @param source the group as it is defined
/// @param leaves what every partition computes
/// @param merge the group with expressions over the leaves' results
/// @param refused why rules cannot be evaluated on the stream, by the number of the leaf that
///   stands for them; the leaves of [LeafPlan] have lower numbers
/// @param asked what the query API is asked for rules that the stream cannot evaluate, by the
///   number of the leaf that stands for them; numbers above those of the leaves, and of `refused`
/// @param recordedMillis how far the group looks back on what it recorded itself
public record GroupPlan(
    RuleGroup source,
    LeafPlan leaves,
    RuleGroup merge,
    Map<Integer, String> refused,
    Map<Integer, String> asked,
    long recordedMillis) {
  public GroupPlan {
    requireNonNull(source, "source");
    requireNonNull(leaves, "leaves");
    requireNonNull(merge, "merge");
    refused = Map.copyOf(refused);
    asked = Map.copyOf(asked);
  }
}
