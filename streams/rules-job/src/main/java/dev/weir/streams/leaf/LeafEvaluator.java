package dev.weir.streams.leaf;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.eval.standing.StandingExpr;
import dev.weir.promql.eval.standing.StandingVector;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.window.RowWindow;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Evaluates the leaves of one version of a rule group over a window, at one time after another.
/// Leaves that can stand remember what they know of their series; the others are evaluated by the
/// engine, as all are where the data asks for it.
final class LeafEvaluator {
  private final LeafPlan plan;
  private final QueryEngine engine;
  private final RowWindow window;
  private final List<Evaluated> leaves;

  /// A leaf.
  ///
  /// @param standing null if it cannot stand
  private record Evaluated(Leaf leaf, @Nullable StandingExpr standing, PresentSeries present) {}

  LeafEvaluator(LeafPlan plan, QueryEngine engine, RowWindow window) {
    this.plan = plan;
    this.engine = engine;
    this.window = window;
    this.leaves =
        plan.leaves().stream()
            .map(leaf ->
                new Evaluated(
                    leaf,
                    StandingExpr.over(
                            window,
                            plan.id().tenant(),
                            leaf.expr(),
                            leaf.hasStates(),
                            engine.settings())
                        .orElse(null),
                    new PresentSeries()))
            .toList();
  }

  /// What the leaves come to, by number; one that comes to nothing is not among them.
  Map<Integer, Partial.Leaf> evaluate(long timestampMillis) {
    Map<Integer, Partial.Leaf> results = new LinkedHashMap<>();
    long sampleMillis = timestampMillis - plan.queryOffsetMillis();
    for (int number = 0; number < leaves.size(); number++) {
      Partial.Leaf result = evaluate(leaves.get(number), number, sampleMillis, timestampMillis);
      if (!(result instanceof Partial.Leaf.Values values && values.isEmpty())) {
        results.put(number, result);
      }
    }
    return results;
  }

  private Partial.Leaf evaluate(
      Evaluated one, int number, long sampleMillis, long timestampMillis) {
    StandingVector vector = one.standing == null ? null : one.standing.evaluate(sampleMillis);
    return vector == null
        ? byEngine(one.leaf, number, sampleMillis, timestampMillis)
        : one.present.of(vector, timestampMillis);
  }

  private Partial.Leaf byEngine(Leaf leaf, int number, long sampleMillis, long timestampMillis) {
    QueryValue value;
    try {
      value =
          engine
              .evaluatePart(
                  "",
                  leaf.expr(),
                  leaf.expr(),
                  leaf.hasStates(),
                  QueryTimes.instant(sampleMillis),
                  QueryContext.of(plan.id().tenant(), window))
              .value();
    } catch (WeirException.BadData
        | WeirException.Unprocessable
        | WeirException.LimitExceeded
        | WeirException.TimedOut e) {
      return new Partial.Leaf.Failed(String.valueOf(e.getMessage()));
    }
    return switch (value) {
      case QueryValue.Vector(_, List<Sample> samples) ->
          Partial.Leaf.Values.of(samples, timestampMillis);
      case QueryValue.Scalar _, QueryValue.Text _, QueryValue.Matrix _ ->
          throw new WeirException.Internal(
              "leaf %d of %s gave a %s, not a vector".formatted(number, plan.id(), value.type()));
    };
  }
}
