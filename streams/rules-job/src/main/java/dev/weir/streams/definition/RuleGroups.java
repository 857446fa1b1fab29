package dev.weir.streams.definition;

import dev.weir.model.Hash128;
import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import dev.weir.schemas.RuleGroupRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rule groups of `weir.rules` as this process knows them, planned. One thread writes, any
/// thread reads.
///
/// When a definition changes, the one before it holds up to the first time of the new one. Tasks of
/// other processes may see the change earlier or later; they combine results of equal definitions
/// only.
public final class RuleGroups {
  private static final Logger LOG = LoggerFactory.getLogger(RuleGroups.class);

  /// Reads a group from its text.
  @FunctionalInterface
  public interface Reader {
    /// @param file that the group stands in
    /// @throws WeirException.BadData if it cannot be read here
    RuleGroup read(String file, String text);
  }

  private final GroupPlanner planner;
  private final Reader reader;
  private final Map<GroupId, List<GroupPlan>> plans = new HashMap<>();
  private final Map<GroupId, Hash128> defined = new ConcurrentHashMap<>();
  private volatile LeafPlans leaves = LeafPlans.NONE;
  private volatile Map<GroupId, List<GroupPlan>> snapshot = Map.of();

  public RuleGroups(GroupPlanner planner, Reader reader) {
    this.planner = planner;
    this.reader = reader;
  }

  /// Takes in a definition. One that cannot be evaluated here (of a newer Weir, or beyond this
  /// process's limits) is logged, and its group is not evaluated.
  public synchronized void put(GroupId id, RuleGroupRecord.Definition definition) {
    defined.put(id, definition.definition());
    List<GroupPlan> before = plans.getOrDefault(id, List.of());
    if (!before.isEmpty()
        && before.getLast().leaves().definition().equals(definition.definition())) {
      // The same again: its first time stands.
      return;
    }
    List<GroupPlan> versions = new ArrayList<>(before);
    try {
      RuleGroup group = reader.read(id.file(), definition.text());
      versions.add(planner.plan(id.tenant(), group, definition.firstMillis()));
    } catch (WeirException e) {
      LOG.error("rule group {} is not evaluated: {}", id, e.getMessage());
      versions.clear();
    }
    if (versions.isEmpty()) {
      plans.remove(id);
    } else {
      plans.put(id, versions);
    }
    publish();
  }

  /// Forgets versions that others have followed for a while.
  ///
  /// @param beforeMillis the first time of the version that followed
  public synchronized void forgetFollowed(long beforeMillis) {
    boolean changed = false;
    for (Map.Entry<GroupId, List<GroupPlan>> entry : plans.entrySet()) {
      List<GroupPlan> versions = new ArrayList<>(entry.getValue());
      while (versions.size() > 1 && versions.get(1).leaves().firstMillis() < beforeMillis) {
        versions.removeFirst();
        changed = true;
      }
      entry.setValue(versions);
    }
    if (changed) {
      publish();
    }
  }

  /// Takes a group away.
  public synchronized void remove(GroupId id) {
    defined.remove(id);
    if (plans.remove(id) != null) {
      publish();
    }
  }

  private void publish() {
    Map<GroupId, List<LeafPlan>> byGroup = new HashMap<>();
    Map<GroupId, List<GroupPlan>> copy = new HashMap<>();
    plans.forEach((id, versions) -> {
      byGroup.put(id, versions.stream().map(GroupPlan::leaves).toList());
      copy.put(id, List.copyOf(versions));
    });
    snapshot = Map.copyOf(copy);
    leaves = new LeafPlans(leaves.version() + 1, byGroup);
  }

  /// What leaf tasks compute.
  public LeafPlans leaves() {
    return leaves;
  }

  /// The version of a group that partial results are of; null if it is not known, or no more.
  ///
  /// @param results see [LeafPlan#results]
  public @Nullable GroupPlan plan(GroupId id, Hash128 results) {
    for (GroupPlan plan : snapshot.getOrDefault(id, List.of())) {
      if (plan.leaves().results().equals(results)) {
        return plan;
      }
    }
    return null;
  }

  /// Which version of each group is the present one, whether it can be evaluated here or not.
  public Map<GroupId, Hash128> defined() {
    return Map.copyOf(defined);
  }

  /// Whether a group is defined.
  public boolean isDefined(GroupId id) {
    return defined.containsKey(id);
  }
}
