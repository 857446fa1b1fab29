package dev.weir.streams.definition;

import dev.weir.model.DurationText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Plans rule groups.
///
/// A metric that the group itself records is read from what the group recorded, at the same time
/// already; all others from the partitions.
///
/// @param lookbackMillis how far before an evaluation the latest sample still counts
/// @param maxWindowMillis how far the job looks back
public record GroupPlanner(long lookbackMillis, long maxWindowMillis) {
  /// Plans a version of a group.
  ///
  /// @param firstMillis its first evaluation time
  /// @throws WeirException.BadData if an expression cannot be evaluated on the stream, with all
  ///   such rules
  public GroupPlan plan(Tenant tenant, RuleGroup group, long firstMillis) {
    Predicate<VectorSelector> sharded = selectsOthersThan(recordedBy(group));
    List<Expr> leaves = new ArrayList<>();
    List<SelectorReach> selectors = new ArrayList<>();
    List<Rule> merged = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    long recordedMillis = 0;
    for (Rule rule : group.rules()) {
      SplitExpr split = SplitExpr.of(rule.expr(), leaves.size(), sharded);
      for (VectorSelector selector : split.unsplit(sharded)) {
        problems.add(
            problem(
                group,
                rule,
                "%s needs other times than the evaluation's (by @, or inside a subquery over an"
                        .formatted(PromqlPrinter.print(selector))
                    + " aggregation), which rules on the stream do not read yet"));
      }
      for (Expr leaf : split.leaves()) {
        List<SelectorReach> reaches = SelectorReach.in(leaf, lookbackMillis);
        reaches.stream()
            .filter(reach -> reach.fromMillis() > maxWindowMillis)
            .forEach(reach -> problems.add(problem(group, rule, tooFar(reach))));
        selectors.addAll(reaches);
      }
      for (SelectorReach reach : SelectorReach.in(split.merge(), lookbackMillis)) {
        if (SplitExpr.leafOf(reach.selector().matchers()).isEmpty()) {
          recordedMillis = Math.max(recordedMillis, reach.fromMillis());
        }
      }
      leaves.addAll(split.leaves());
      merged.add(withExpr(rule, split.merge()));
    }
    if (!problems.isEmpty()) {
      throw new WeirException.BadData(String.join("\n", problems));
    }
    LeafPlan plan =
        new LeafPlan(
            new GroupId(tenant, group.file(), group.name()),
            group.contentHash(),
            firstMillis,
            group.intervalMillis(),
            group.queryOffsetMillis(),
            leaves,
            selectors);
    return new GroupPlan(group, plan, withRules(group, merged), recordedMillis);
  }

  private static Set<String> recordedBy(RuleGroup group) {
    Set<String> names = new HashSet<>();
    for (Rule rule : group.rules()) {
      if (rule instanceof Rule.Recording recording) {
        names.add(recording.name());
      }
    }
    return names;
  }

  private static Predicate<VectorSelector> selectsOthersThan(Set<String> recorded) {
    return selector -> {
      for (Matcher matcher : selector.matchers()) {
        if (matcher.name().equals(Labels.NAME)
            && matcher.type() == Matcher.Type.EQUAL
            && recorded.contains(matcher.value())) {
          return false;
        }
      }
      return true;
    };
  }

  private String tooFar(SelectorReach reach) {
    return "%s looks back %s, rules on the stream %s; raise rules.window or look back less"
        .formatted(
            PromqlPrinter.print(reach.selector()), text(reach.fromMillis()), text(maxWindowMillis));
  }

  private static String text(long millis) {
    return DurationText.format(millis);
  }

  private static String problem(RuleGroup group, Rule rule, String what) {
    return "%s: group \"%s\": rule \"%s\": %s"
        .formatted(group.file(), group.name(), rule.name(), what);
  }

  private static Rule withExpr(Rule rule, Expr expr) {
    return switch (rule) {
      case Rule.Recording(String name, String expression, _, var labels) ->
          new Rule.Recording(name, expression, expr, labels);
      case Rule.Alerting(
              String name,
              String expression,
              _,
              long forMillis,
              long keepFiringForMillis,
              var labels,
              var annotations) ->
          new Rule.Alerting(
              name, expression, expr, forMillis, keepFiringForMillis, labels, annotations);
    };
  }

  private static RuleGroup withRules(RuleGroup group, List<Rule> rules) {
    return new RuleGroup(
        group.file(),
        group.name(),
        group.intervalMillis(),
        group.queryOffsetMillis(),
        group.limit(),
        group.labels(),
        rules);
  }
}
