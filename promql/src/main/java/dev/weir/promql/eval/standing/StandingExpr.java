package dev.weir.promql.eval.standing;

import dev.weir.model.Tenant;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.eval.aggregate.StandingStates;
import dev.weir.promql.query.EngineSettings;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An expression that is evaluated at one time after another over a source in which series stay:
/// what depends on their labels is worked out once, and what a range holds is remembered. Values
/// are those of [dev.weir.promql.eval.QueryEngine], to the last bit, without annotations and
/// statistics. For one thread.
///
/// Not every expression can stand, and not over all data: the engine does the rest.
public final class StandingExpr {
  private final StandingNode node;
  private final @Nullable StandingStates states;

  private StandingExpr(StandingNode node, @Nullable StandingStates states) {
    this.node = node;
    this.states = states;
  }

  /// Prepares an expression over a source; empty if it cannot stand.
  ///
  /// @param wantsStates whether what is wanted of an aggregation is not its value but what it has
  ///   taken in
  /// @param settings of the engine that evaluates what cannot stand
  public static Optional<StandingExpr> over(
      StandingSource source,
      Tenant tenant,
      Expr expr,
      boolean wantsStates,
      EngineSettings settings) {
    StandingNodes.Origin origin =
        (selector, length, offset, function) ->
            Optional.of(
                new SelectedNode(source, tenant, selector.matchers(), length, offset, function));
    if (!wantsStates) {
      return nodes(settings, origin)
          .flatMap(nodes -> nodes.of(expr))
          .map(node -> new StandingExpr(node, null));
    }
    return expr instanceof Aggregation aggregation && StandingStates.supports(aggregation)
        ? nodes(settings, origin)
            .flatMap(nodes -> nodes.of(aggregation.operand()))
            .map(node -> new StandingExpr(node, new StandingStates(aggregation)))
        : Optional.empty();
  }

  /// Prepares an expression over vectors that somebody else evaluates; empty if it cannot stand.
  ///
  /// @param vectors of selectors, at the time of each evaluation; null for other selectors
  public static Optional<StandingExpr> over(
      Function<VectorSelector, @Nullable StandingInput> vectors,
      Expr expr,
      EngineSettings settings) {
    StandingNodes.Origin origin =
        (selector, _, offset, function) -> {
          StandingInput input = vectors.apply(selector);
          return input == null || offset != 0 || function != null
              ? Optional.empty()
              : Optional.of(new InputNode(input));
        };
    return nodes(settings, origin)
        .flatMap(nodes -> nodes.of(expr))
        .map(node -> new StandingExpr(node, null));
  }

  private static Optional<StandingNodes> nodes(
      EngineSettings settings, StandingNodes.Origin origin) {
    return settings.delayedNameRemoval() || settings.startTimestamps()
        ? Optional.empty()
        : Optional.of(new StandingNodes(settings.lookback().toMillis(), origin));
  }

  /// The value at a time; null if the expression cannot be evaluated in this way over what there is
  /// now.
  public @Nullable StandingVector evaluate(long timestampMillis) {
    Slots slots = node.evaluate(timestampMillis);
    if (slots == null) {
      return null;
    }
    if (states == null) {
      return new StandingVector(slots.labels(), node.values());
    }
    states.take(slots.labels(), slots.blockEnds(), node.values());
    return new StandingVector(states.labels(), states.values());
  }
}
