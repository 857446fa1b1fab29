package dev.weir.query.rules;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import dev.weir.schemas.RuleGroupRecord.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A rule group, and what its last evaluation came to.
///
/// Only a group that is defined is there: when one is taken away, what it last came to goes with
/// it. After a definition has changed, rules that are in both keep what they came to under the one
/// before, until the first evaluation under the new one.
///
/// @param status empty if it has not been evaluated yet
/// @param rules in the group's order
public record EvaluatedGroup(RuleGroup group, Optional<Status> status, List<EvaluatedRule> rules) {
  /// As Prometheus lists groups: by file, then by name.
  private static final Comparator<EvaluatedGroup> ORDER =
      Comparator.<EvaluatedGroup, String>comparing(one -> one.group().file(), Labels::compareText)
          .thenComparing(one -> one.group().name(), Labels::compareText);

  public EvaluatedGroup {
    requireNonNull(group, "group");
    requireNonNull(status, "status");
    rules = List.copyOf(rules);
  }

  /// The groups of a tenant, in order.
  ///
  /// @param entries what the topic has, of all tenants, in any order
  public static List<EvaluatedGroup> of(Tenant tenant, Collection<? extends RuleEntry> entries) {
    List<RuleEntry.Defined> defined = new ArrayList<>();
    Map<RuleEntry.Key, Status> statuses = new HashMap<>();
    for (RuleEntry entry : entries) {
      if (entry.key().tenant().equals(tenant)) {
        switch (entry) {
          case RuleEntry.Defined one -> defined.add(one);
          case RuleEntry.Evaluated(RuleEntry.Key key, Status status) -> statuses.put(key, status);
        }
      }
    }
    return defined.stream()
        .map(one -> of(one.group(), Optional.ofNullable(statuses.get(one.key()))))
        .sorted(ORDER)
        .toList();
  }

  private static EvaluatedGroup of(RuleGroup group, Optional<Status> status) {
    // Equal rules of a group have equal ids, and one status each, in order.
    Map<String, Deque<RuleStatus>> left = new HashMap<>();
    for (RuleStatus rule : status.map(Status::rules).orElse(List.of())) {
      left.computeIfAbsent(rule.id(), _ -> new ArrayDeque<>()).add(rule);
    }
    List<EvaluatedRule> rules = new ArrayList<>();
    for (Rule rule : group.rules()) {
      Deque<RuleStatus> ofRule = left.getOrDefault(rule.identity().toString(), new ArrayDeque<>());
      rules.add(new EvaluatedRule(rule, Optional.ofNullable(ofRule.poll())));
    }
    return new EvaluatedGroup(group, status, rules);
  }
}
