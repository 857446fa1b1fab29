package dev.weir.rules.group;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a group remembers from one evaluation to the next: plain data, so that whoever keeps it can
/// write it down. [#VERSION] says which shape this is, and changes with it.
///
/// @param lastMillis when the group was evaluated last; [#NEVER] if it was not
/// @param rules one for each rule of the group that was evaluated, in its order
/// @param orphans series of rules that are gone, which the next evaluation ends
public record GroupState(long lastMillis, List<RuleState> rules, List<Labels> orphans) {
  /// The version of this shape: version 1 is the first.
  public static final int VERSION = 1;

  public static final long NEVER = Long.MIN_VALUE;

  public static final GroupState EMPTY = new GroupState(NEVER, List.of(), List.of());

  public GroupState {
    rules = List.copyOf(rules);
    orphans = List.copyOf(orphans);
  }

  /// The state as rules of a definition find it, after it has changed or not: a rule keeps its
  /// state while its name, labels and expression stay the same, wherever in the group it stands. Of
  /// rules that are the same the first finds the state of the first. What no rule takes is
  /// orphaned.
  public GroupState adaptedTo(RuleGroup group) {
    return adaptedTo(group.rules().stream().map(Rule::identity).toList());
  }

  /// The same for rules with these identities, in their order.
  GroupState adaptedTo(List<Hash128> identities) {
    if (orphans.isEmpty() && rules.stream().map(RuleState::identity).toList().equals(identities)) {
      return this;
    }
    Map<Hash128, Deque<RuleState>> found = new HashMap<>();
    for (RuleState state : rules) {
      found.computeIfAbsent(state.identity(), _ -> new ArrayDeque<>()).add(state);
    }
    List<RuleState> adapted = new ArrayList<>();
    for (Hash128 identity : identities) {
      Deque<RuleState> states = found.get(identity);
      adapted.add(
          states == null || states.isEmpty() ? RuleState.empty(identity) : states.removeFirst());
    }
    List<Labels> ended = new ArrayList<>(orphans);
    found.values().forEach(states -> states.forEach(state -> ended.addAll(state.series())));
    return new GroupState(lastMillis, adapted, ended.stream().distinct().sorted().toList());
  }
}
