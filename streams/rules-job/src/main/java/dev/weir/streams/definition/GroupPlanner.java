package dev.weir.streams.definition;

import dev.weir.model.DurationText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Plans rule groups.
///
/// A metric that the group itself records is read from what the group recorded, at the same time
/// already; all others from the partitions.
///
/// @param lookbackMillis how far before an evaluation the latest sample still counts
/// @param maxWindowMillis how far the job looks back
public record GroupPlanner(long lookbackMillis, long maxWindowMillis) {
  private static final Pattern TEMPLATE_QUERY = Pattern.compile("\\{\\{[^}]*\\bquery\\b");

  /// Plans a version of a group. A rule that cannot be evaluated on the stream fails each time, and
  /// says why; the others of its group are evaluated.
  ///
  /// @param firstMillis its first evaluation time
  public GroupPlan plan(Tenant tenant, RuleGroup group, long firstMillis) {
    Predicate<VectorSelector> sharded = selectsOthersThan(recordedBy(group));
    List<Leaf> leaves = new ArrayList<>();
    List<SelectorReach> selectors = new ArrayList<>();
    Map<Integer, String> problems = new TreeMap<>();
    List<Expr> merged = new ArrayList<>();
    long recordedMillis = 0;
    for (Rule rule : group.rules()) {
      SplitExpr split = SplitExpr.of(rule.expr(), leaves.size(), sharded);
      Optional<String> problem = problem(split, sharded);
      if (problem.isPresent()) {
        problems.put(merged.size(), problem.get());
        merged.add(rule.expr());
        continue;
      }
      for (Leaf leaf : split.leaves()) {
        selectors.addAll(SelectorReach.in(leaf.expr(), lookbackMillis));
      }
      for (SelectorReach reach : SelectorReach.in(split.merge(), lookbackMillis)) {
        if (SplitExpr.leafOf(reach.selector().matchers()).isEmpty()) {
          recordedMillis = Math.max(recordedMillis, reach.fromMillis());
        }
      }
      leaves.addAll(split.leaves());
      merged.add(split.merge());
    }
    Map<Integer, String> refused = new HashMap<>();
    problems.forEach((rule, problem) -> {
      int leaf = leaves.size() + refused.size();
      refused.put(leaf, problem);
      merged.set(rule, SplitExpr.standIn(leaf, List.of(), merged.get(rule).span()));
    });
    LeafPlan plan =
        new LeafPlan(
            new GroupId(tenant, group.file(), group.name()),
            group.contentHash(),
            firstMillis,
            group.intervalMillis(),
            group.queryOffsetMillis(),
            leaves,
            selectors);
    return new GroupPlan(group, plan, withExprs(group, merged), refused, recordedMillis);
  }

  /// The rules of a group that cannot be evaluated on the stream, ready for the log.
  public List<String> warnings(RuleGroup group) {
    Predicate<VectorSelector> sharded = selectsOthersThan(recordedBy(group));
    List<String> warnings = new ArrayList<>();
    for (Rule rule : group.rules()) {
      problem(SplitExpr.of(rule.expr(), 0, sharded), sharded)
          .ifPresent(problem ->
              warnings.add(
                  "%s: group \"%s\": rule \"%s\" is not evaluated: %s"
                      .formatted(group.file(), group.name(), rule.name(), problem)));
      if (asksInTemplates(rule)) {
        warnings.add(
            "%s: group \"%s\": rule \"%s\": queries in templates are not answered by rules on the"
                    .formatted(group.file(), group.name(), rule.name())
                + " stream yet; they find only what the group itself records");
      }
    }
    return warnings;
  }

  private static boolean asksInTemplates(Rule rule) {
    return rule instanceof Rule.Alerting alerting
        && Stream.concat(
                alerting.annotationTexts().values().stream(),
                alerting.labelTexts().values().stream())
            .anyMatch(text -> TEMPLATE_QUERY.matcher(text).find());
  }

  /// Why an expression cannot be evaluated on the stream.
  private Optional<String> problem(SplitExpr split, Predicate<VectorSelector> sharded) {
    return split.unsplit(sharded).stream()
        .findFirst()
        .map(GroupPlanner::atOtherTimes)
        .or(() ->
            Stream.concat(split.leaves().stream().map(Leaf::expr), Stream.of(split.merge()))
                .flatMap(part -> SelectorReach.in(part, lookbackMillis).stream())
                .map(this::problem)
                .flatMap(Optional::stream)
                .findFirst());
  }

  private Optional<String> problem(SelectorReach reach) {
    if (reach.selector().edges() == RangeEdges.SMOOTHED) {
      return Optional.of(
          "%s needs samples after the evaluation's time, which rules on the stream do not wait for"
              .formatted(PromqlPrinter.print(reach.selector())));
    }
    return reach.fromMillis() > maxWindowMillis ? Optional.of(tooFar(reach)) : Optional.empty();
  }

  private static String atOtherTimes(VectorSelector selector) {
    return "%s needs other times than the evaluation's (by @, or inside a subquery over an"
            .formatted(PromqlPrinter.print(selector))
        + " aggregation), which rules on the stream do not read yet";
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

  private static RuleGroup withExprs(RuleGroup group, List<Expr> exprs) {
    List<Rule> rules = new ArrayList<>();
    for (int i = 0; i < exprs.size(); i++) {
      rules.add(group.rules().get(i).withExpr(exprs.get(i)));
    }
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
