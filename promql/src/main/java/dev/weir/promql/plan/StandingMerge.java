package dev.weir.promql.plan;

import dev.weir.model.Labels;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.eval.aggregate.StandingStateMerge;
import dev.weir.promql.eval.aggregate.StandingStates;
import dev.weir.promql.eval.standing.StandingExpr;
import dev.weir.promql.eval.standing.StandingInput;
import dev.weir.promql.eval.standing.StandingVector;
import dev.weir.promql.query.EngineSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Merges what shards give for leaves, one time after another: what depends on labels is worked out
/// once for as long as each shard gives the same series. Comes to what [LeafMerge] and the engine
/// over [LeafResults] come to, of floats alone. For one thread.
public final class StandingMerge {
  private final List<Leaf> leaves;
  private final EngineSettings settings;
  private final List<Merged> merged = new ArrayList<>();
  private IntFunction<@Nullable List<StandingVector>> shards = _ -> null;

  /// @param settings of the engine that evaluates what cannot stand
  public StandingMerge(List<Leaf> leaves, EngineSettings settings) {
    this.leaves = List.copyOf(leaves);
    this.settings = settings;
    this.leaves.forEach(leaf -> merged.add(new Merged(leaf)));
  }

  /// Prepares an expression over the leaves; empty if it cannot stand.
  public Optional<StandingExpr> prepare(Expr expr) {
    return StandingExpr.over(
        selector -> {
          OptionalInt number = SplitExpr.leafOf(selector.matchers());
          return number.isPresent() && number.getAsInt() < leaves.size()
              ? input(number.getAsInt())
              : null;
        },
        expr,
        settings);
  }

  private StandingInput input(int number) {
    return () -> {
      List<StandingVector> of = shards.apply(number);
      return of == null ? null : merged.get(number).of(of);
    };
  }

  /// Begins with another time.
  ///
  /// @param vectors of the shards that have something for a leaf, in their order; null if the leaf
  ///   has failed, or has histograms
  public void begin(IntFunction<@Nullable List<StandingVector>> vectors) {
    shards = vectors;
  }

  /// One leaf's result over all shards.
  private static final class Merged {
    private final @Nullable StandingStateMerge states;
    private final boolean stands;
    private List<List<Labels>> joined = List.of();
    private List<Labels> labels = List.of();

    Merged(Leaf leaf) {
      this.stands = !leaf.hasStates() || supports(leaf.expr());
      this.states =
          leaf.hasStates() && stands && leaf.expr() instanceof Aggregation aggregation
              ? new StandingStateMerge(aggregation)
              : null;
    }

    private static boolean supports(Expr expr) {
      return expr instanceof Aggregation aggregation && StandingStates.supports(aggregation);
    }

    @Nullable StandingVector of(List<StandingVector> vectors) {
      if (!stands) {
        return null;
      }
      List<List<Labels>> labelsOf = vectors.stream().map(StandingVector::labels).toList();
      if (states != null) {
        states.take(labelsOf, vectors.stream().map(StandingVector::values).toList());
        return new StandingVector(states.labels(), states.values());
      }
      if (vectors.size() == 1) {
        return vectors.getFirst();
      }
      return new StandingVector(labels(labelsOf), values(vectors));
    }

    // Lists that are equal, but others, are not worth comparing.
    @SuppressWarnings("ReferenceEquality")
    private List<Labels> labels(List<List<Labels>> labelsOf) {
      boolean same = labelsOf.size() == joined.size();
      for (int i = 0; same && i < joined.size(); i++) {
        same = labelsOf.get(i) == joined.get(i);
      }
      if (!same) {
        joined = labelsOf;
        labels = labelsOf.stream().flatMap(List::stream).toList();
      }
      return labels;
    }

    private static double[] values(List<StandingVector> vectors) {
      int count = vectors.stream().mapToInt(vector -> vector.values().length).sum();
      double[] values = new double[count];
      int at = 0;
      for (StandingVector vector : vectors) {
        System.arraycopy(vector.values(), 0, values, at, vector.values().length);
        at += vector.values().length;
      }
      return values;
    }
  }
}
