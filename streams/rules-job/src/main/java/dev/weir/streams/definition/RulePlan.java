package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.printer.PromqlPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a rule is evaluated, for people who want to know what it costs.
///
/// @param expression as it is printed
/// @param leaves what each partition does; none for a rule that is evaluated by query
/// @param merge what is done with the leaves' results, which it calls `leaf 1` and so on; empty if
///   that is nothing but to bring them together
/// @param windowMillis how far the rule looks back, which is how long partitions keep its columns
/// @param byQuery why the rule is evaluated by query; empty if it is evaluated on the stream
public record RulePlan(
    String rule,
    String expression,
    List<PlannedLeaf> leaves,
    Optional<String> merge,
    long windowMillis,
    Optional<String> byQuery) {
  private static final Pattern STAND_IN =
      Pattern.compile("\\{[^{}]*" + SplitExpr.LEAF + "=~\"(\\d+)\"\\}");

  /// A leaf of a rule.
  ///
  /// @param selectors what it reads, without ranges and offsets
  /// @param columns series that travel from each partition for one of the leaf's result
  public record PlannedLeaf(
      String expression, Leaf.Kind kind, List<String> selectors, int columns) {
    public PlannedLeaf {
      requireNonNull(kind, "kind");
      selectors = List.copyOf(selectors);
    }
  }

  public RulePlan {
    leaves = List.copyOf(leaves);
    requireNonNull(merge, "merge");
    requireNonNull(byQuery, "byQuery");
  }

  /// Whether nothing but the rule's result leaves the partitions.
  public boolean staysInPartitions() {
    return merge.isEmpty()
        && !leaves.isEmpty()
        && leaves.stream().noneMatch(leaf -> leaf.kind() == Leaf.Kind.SERIES);
  }

  static RulePlan onStream(String rule, String expression, SplitExpr split, long lookbackMillis) {
    List<PlannedLeaf> leaves = new ArrayList<>();
    long window = 0;
    for (Leaf leaf : split.leaves()) {
      List<String> selectors = new ArrayList<>();
      for (SelectorReach reach : SelectorReach.in(leaf.expr(), lookbackMillis)) {
        selectors.add(bare(reach.selector()));
        window = Math.max(window, reach.fromMillis());
      }
      leaves.add(
          new PlannedLeaf(PromqlPrinter.print(leaf.expr()), leaf.kind(), selectors, columns(leaf)));
    }
    boolean union =
        split.merge() instanceof VectorSelector selector
            && SplitExpr.leafOf(selector.matchers()).isPresent();
    return new RulePlan(
        rule,
        expression,
        leaves,
        union ? Optional.empty() : Optional.of(named(PromqlPrinter.print(split.merge()))),
        window,
        Optional.empty());
  }

  static RulePlan byQuery(String rule, String expression, long windowMillis, String why) {
    return new RulePlan(
        rule, expression, List.of(), Optional.empty(), windowMillis, Optional.of(why));
  }

  private static String bare(VectorSelector selector) {
    return PromqlPrinter.print(
        new VectorSelector(
            selector.name(),
            selector.matchers(),
            TimeModifiers.NONE,
            RangeEdges.PLAIN,
            selector.span()));
  }

  /// A merge as people read it. Leaves are counted from 1.
  private static String named(String merge) {
    Matcher standIn = STAND_IN.matcher(merge);
    return standIn.replaceAll(found -> "leaf " + (Integer.parseInt(found.group(1)) + 1));
  }

  private static int columns(Leaf leaf) {
    if (!leaf.hasStates() || !(leaf.expr() instanceof Aggregation aggregation)) {
      return 1;
    }
    return switch (aggregation.operator()) {
      case SUM -> 2;
      case AVG, STDDEV, STDVAR -> 3;
      case BOTTOMK, COUNT, COUNT_VALUES, GROUP, LIMITK, LIMIT_RATIO, MAX, MIN, QUANTILE, TOPK -> 1;
    };
  }
}
