package dev.weir.streams.leaf;

import dev.weir.model.Hash128;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.definition.LeafPlans;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Knows of which rule groups all columns are in the window, as far back as they look.
final class SeededGroups {
  /// What some group selects.
  private record Selector(Tenant tenant, List<Matcher> matchers) {}

  /// The groups that are wanted, and the version that has to be seeded.
  ///
  /// @param reachMillis how far the furthest of them looks back
  record Missing(Map<GroupId, Hash128> groups, long reachMillis) {}

  private final Map<GroupId, Hash128> seeded = new HashMap<>();

  /// How far back each selector is kept.
  private final Map<Selector, Long> kept = new HashMap<>();

  /// Takes over what was seeded before a restart.
  void restore(GroupId group, Hash128 definition) {
    seeded.put(group, definition);
  }

  /// Takes over the versions of rule groups that hold from now on.
  void plans(LeafPlans plans) {
    Set<GroupId> defined = plans.byGroup().keySet();
    seeded.keySet().retainAll(defined);
    kept.clear();
    plans.all().stream()
        .filter(plan -> plan.definition().equals(seeded.get(plan.id())))
        .forEach(this::keep);
  }

  private void keep(LeafPlan plan) {
    for (SelectorReach reach : plan.selectors()) {
      kept.merge(selector(plan, reach), reach(plan, reach), Math::max);
    }
  }

  private static Selector selector(LeafPlan plan, SelectorReach reach) {
    return new Selector(plan.id().tenant(), reach.selector().matchers());
  }

  private static long reach(LeafPlan plan, SelectorReach reach) {
    return reach.fromMillis() + plan.queryOffsetMillis();
  }

  /// The groups whose latest version is not seeded. One that selects nothing but what others do
  /// already, and looks back no further, is.
  ///
  /// @param covered takes those that need no seeding
  Missing missing(LeafPlans plans, Consumer<LeafPlan> covered) {
    Map<GroupId, Hash128> groups = new HashMap<>();
    long furthest = 0;
    for (List<LeafPlan> versions : plans.byGroup().values()) {
      LeafPlan plan = versions.getLast();
      if (plan.definition().equals(seeded.get(plan.id()))) {
        continue;
      }
      if (isCovered(plan)) {
        done(plan);
        covered.accept(plan);
      } else {
        groups.put(plan.id(), plan.definition());
        furthest = Math.max(furthest, plan.reachMillis());
      }
    }
    return new Missing(groups, furthest);
  }

  private boolean isCovered(LeafPlan plan) {
    for (SelectorReach reach : plan.selectors()) {
      if (kept.getOrDefault(selector(plan, reach), -1L) < reach(plan, reach)) {
        return false;
      }
    }
    return true;
  }

  /// Takes note that all that a version looks back on is in the window.
  void done(LeafPlan plan) {
    seeded.put(plan.id(), plan.definition());
    keep(plan);
  }
}
