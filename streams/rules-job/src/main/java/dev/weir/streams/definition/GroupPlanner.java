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
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.service.config.RulesConfig;
import java.time.Duration;
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
/// @param engine how expressions are evaluated
/// @param maxWindowMillis how far the job looks back
/// @param byQuery whether the query API evaluates the rules that the stream cannot
public record GroupPlanner(EngineSettings engine, long maxWindowMillis, boolean byQuery) {
  private static final String CURE = "; set rules.query_url, and it is evaluated by query";

  private static final Pattern TEMPLATE_QUERY = Pattern.compile("\\{\\{[^}]*\\bquery\\b");

  /// Of an engine without features.
  ///
  /// @param lookbackMillis how far before an evaluation the latest sample still counts
  public GroupPlanner(long lookbackMillis, long maxWindowMillis, boolean byQuery) {
    this(
        EngineSettings.DEFAULT.withLookback(Duration.ofMillis(lookbackMillis)),
        maxWindowMillis,
        byQuery);
  }

  /// As a configuration says.
  ///
  /// @param engine with the features and the lookback of queries
  public static GroupPlanner of(RulesConfig config, EngineSettings engine) {
    return new GroupPlanner(engine, config.window().toMillis(), config.queryUrl().isPresent());
  }

  private long lookbackMillis() {
    return engine.lookback().toMillis();
  }

  private SplitExpr split(Rule rule, int firstLeaf, Predicate<VectorSelector> sharded) {
    return SplitExpr.of(rule.expr(), firstLeaf, sharded, engine.delayedNameRemoval());
  }

  /// Plans a version of a group. A rule that cannot be evaluated on the stream is evaluated by
  /// query, or fails each time and says why; the others of its group are evaluated.
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
      SplitExpr split = split(rule, leaves.size(), sharded);
      Optional<String> problem = problem(rule, split, sharded);
      if (problem.isPresent()) {
        problems.put(merged.size(), problem.get());
        merged.add(rule.expr());
        continue;
      }
      for (Leaf leaf : split.leaves()) {
        selectors.addAll(SelectorReach.in(leaf.expr(), lookbackMillis()));
      }
      for (SelectorReach reach : SelectorReach.in(split.merge(), lookbackMillis())) {
        if (SplitExpr.leafOf(reach.selector().matchers()).isEmpty()) {
          recordedMillis = Math.max(recordedMillis, reach.fromMillis());
        }
      }
      leaves.addAll(split.leaves());
      merged.add(split.merge());
    }
    Map<Integer, String> refused = new HashMap<>();
    Map<Integer, String> asked = new HashMap<>();
    problems.forEach((rule, problem) -> {
      int leaf = leaves.size() + refused.size() + asked.size();
      if (byQuery) {
        asked.put(leaf, group.rules().get(rule).expression());
      } else {
        refused.put(leaf, problem + CURE);
      }
      merged.set(rule, SplitExpr.standIn(leaf, List.of(), merged.get(rule).span()));
    });
    LeafPlan plan =
        new LeafPlan(
            new GroupId(tenant, group.file(), group.name()),
            group.contentHash(),
            engine,
            firstMillis,
            group.intervalMillis(),
            group.queryOffsetMillis(),
            leaves,
            selectors);
    return new GroupPlan(group, plan, withExprs(group, merged), refused, asked, recordedMillis);
  }

  /// The rules of a group that cannot be evaluated on the stream and what becomes of them, ready
  /// for the log.
  public List<String> warnings(RuleGroup group) {
    Predicate<VectorSelector> sharded = selectsOthersThan(recordedBy(group));
    List<String> warnings = new ArrayList<>();
    for (Rule rule : group.rules()) {
      problem(rule, split(rule, 0, sharded), sharded)
          .ifPresent(problem ->
              warnings.add(
                  "%s: group \"%s\": rule \"%s\" is %s: %s"
                      .formatted(
                          group.file(),
                          group.name(),
                          rule.name(),
                          byQuery ? "evaluated by query" : "not evaluated",
                          byQuery ? problem : problem + CURE)));
      if (!byQuery && asksInTemplates(rule)) {
        warnings.add(
            "%s: group \"%s\": rule \"%s\": queries in templates find only what the group itself"
                    .formatted(group.file(), group.name(), rule.name())
                + " records; set rules.query_url");
      }
    }
    return warnings;
  }

  /// How each rule of a group is evaluated.
  public List<RulePlan> explain(RuleGroup group) {
    Predicate<VectorSelector> sharded = selectsOthersThan(recordedBy(group));
    List<RulePlan> plans = new ArrayList<>();
    for (Rule rule : group.rules()) {
      SplitExpr split = split(rule, 0, sharded);
      String expression = PromqlPrinter.print(rule.expr());
      plans.add(
          problem(rule, split, sharded)
              .map(
                  problem -> RulePlan.byQuery(rule.name(), expression, reach(rule.expr()), problem))
              .orElseGet(
                  () -> RulePlan.onStream(rule.name(), expression, split, lookbackMillis())));
    }
    return plans;
  }

  private long reach(Expr expr) {
    return SelectorReach.in(expr, lookbackMillis()).stream()
        .mapToLong(SelectorReach::fromMillis)
        .max()
        .orElse(0);
  }

  private static boolean asksInTemplates(Rule rule) {
    return rule instanceof Rule.Alerting alerting
        && Stream.concat(
                alerting.annotationTexts().values().stream(),
                alerting.labelTexts().values().stream())
            .anyMatch(text -> TEMPLATE_QUERY.matcher(text).find());
  }

  /// Why an expression cannot be evaluated on the stream.
  private Optional<String> problem(Rule rule, SplitExpr split, Predicate<VectorSelector> sharded) {
    return split.unsplit(sharded).stream()
        .findFirst()
        .map(selector -> notOfPartitions(rule, selector, sharded))
        .or(() ->
            Stream.concat(split.leaves().stream().map(Leaf::expr), Stream.of(split.merge()))
                .flatMap(part -> SelectorReach.in(part, lookbackMillis()).stream())
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

  private String notOfPartitions(
      Rule rule, VectorSelector selector, Predicate<VectorSelector> sharded) {
    UnsplitReason reason =
        UnsplitReason.of(rule.expr(), selector, sharded, engine.delayedNameRemoval());
    return "%s is read %s, as rules on the stream cannot"
        .formatted(PromqlPrinter.print(selector), reason.text());
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
    return "%s looks back %s, rules on the stream %s (rules.window)"
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
