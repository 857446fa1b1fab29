package dev.weir.streams.definition;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The versions of all rule groups that may still be evaluated: of each the present one, and those
/// before it until it has held for a while, as a task that is behind still evaluates them.
///
/// @param version changes whenever anything else does
/// @param byGroup the versions of each group, oldest first; groups in order
public record LeafPlans(long version, Map<GroupId, List<LeafPlan>> byGroup) {
  public static final LeafPlans NONE = new LeafPlans(0, Map.of());

  public LeafPlans {
    byGroup = Collections.unmodifiableMap(new TreeMap<>(byGroup));
  }

  /// Every version of every group.
  public Collection<LeafPlan> all() {
    return byGroup.values().stream().flatMap(List::stream).toList();
  }
}
