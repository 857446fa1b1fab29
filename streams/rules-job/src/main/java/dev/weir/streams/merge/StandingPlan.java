package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.eval.standing.StandingVector;
import dev.weir.promql.plan.StandingMerge;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.group.StandingRules;
import dev.weir.streams.definition.GroupPlan;
import dev.weir.streams.partial.Partial;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A version of a group that is evaluated at one time after another, with what depends on the
/// labels of partial results alone.
final class StandingPlan {
  private final GroupPlan plan;
  private final StandingMerge merge;
  private final StandingRules rules;

  StandingPlan(GroupPlan plan, EngineSettings engine) {
    this.plan = requireNonNull(plan, "plan");
    this.merge = new StandingMerge(plan.leaves().leaves(), engine);
    this.rules = new StandingRules(plan.merge(), merge::prepare);
  }

  @SuppressWarnings("ReferenceEquality")
  boolean isOf(GroupPlan other) {
    return plan == other;
  }

  /// The rules, to be evaluated over what the partitions gave for a time.
  ///
  /// @param partials of the plan's definition, in the order of partitions
  StandingRules over(List<Partial> partials) {
    merge.begin(leaf -> vectors(leaf, partials));
    return rules;
  }

  private static @Nullable List<StandingVector> vectors(int leaf, List<Partial> partials) {
    List<StandingVector> vectors = new ArrayList<>(partials.size());
    for (Partial partial : partials) {
      switch (partial.leaves().get(leaf)) {
        case Partial.Leaf.Values values when values.row().histograms().columns().length == 0 ->
            vectors.add(new StandingVector(values.layout().labels(), values.row().values()));
        case Partial.Leaf.Values _, Partial.Leaf.Failed _ -> {
          return null;
        }
        case null -> {}
      }
    }
    return vectors;
  }
}
