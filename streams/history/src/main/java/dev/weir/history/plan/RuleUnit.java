package dev.weir.history.plan;

import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Rules that are evaluated together, because some read or record what others record. Units know
/// nothing of each other.
///
/// @param number place among all units, from 0
/// @param rules each behind those that it reads from
/// @param stepwise whether the rules have to be evaluated one time after another, from the start to
///   the end: one of them reads what it recorded itself, or an alert. Others are evaluated over
///   whole slices at once
/// @param clocksMillis how long before results its alerts have to begin, so that all their clocks
///   are right then
public record RuleUnit(int number, List<PlannedRule> rules, boolean stepwise, long clocksMillis) {
  public RuleUnit {
    rules = List.copyOf(rules);
    if (rules.isEmpty()) {
      throw new IllegalArgumentException("unit " + number + " has no rules");
    }
  }

  /// How long before a slice the first of its rules begins.
  public long leadMillis() {
    return rules.stream().mapToLong(PlannedRule::leadMillis).max().orElse(0);
  }

  /// Whether any of its rules reads what one of them records.
  public boolean isChained() {
    return stepwise || rules.stream().anyMatch(rule -> rule.leadMillis() > 0);
  }

  /// Tells which series are to be taken for what the rules record, as far as labels tell.
  public Predicate<Labels> recorded() {
    List<RuleOutput> outputs = rules.stream().map(rule -> RuleOutput.of(rule.rule())).toList();
    return labels -> outputs.stream().anyMatch(output -> output.covers(labels));
  }

  /// The rules by group, each group with its rules of this unit in its order. Groups stand in the
  /// order of their first rule.
  public List<List<PlannedRule>> byGroup() {
    List<PlannedRule> sorted =
        rules.stream().sorted((a, b) -> Integer.compare(a.number(), b.number())).toList();
    List<List<PlannedRule>> groups = new ArrayList<>();
    for (PlannedRule rule : sorted) {
      if (groups.isEmpty() || !groups.getLast().getFirst().group().equals(rule.group())) {
        groups.add(new ArrayList<>());
      }
      groups.getLast().add(rule);
    }
    return groups;
  }
}
