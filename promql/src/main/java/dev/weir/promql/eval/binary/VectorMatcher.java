package dev.weir.promql.eval.binary;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import dev.weir.promql.eval.binary.ColumnOperator.Comparison;
import dev.weir.promql.eval.binary.SampleOperator.Operand;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.EqualLabels;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// An operator between two vectors. Series whose matching labels are equal are a match: any number
/// on the "many" side, and at each step at most one on the other. Columns are computed pair by
/// pair; what has to hold step by step is checked only where a match has more than one series on a
/// side.
public final class VectorMatcher {
  private final QueryRun run;
  private final BinaryOperation node;
  private final VectorMatching matching;
  private final Collection<String> matchingLabels;
  private final int steps;

  /// Whether the right side is the "many" one.
  private final boolean swapped;

  private final OptionalDouble fillOne;
  private final OptionalDouble fillMany;

  public VectorMatcher(QueryRun run, BinaryOperation node, int steps) {
    this.run = run;
    this.node = node;
    this.matching = node.matching();
    this.matchingLabels = MetricNames.lookup(matching.labels());
    this.steps = steps;
    this.swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
    // With `group_right`, Prometheus fills as if the sides had been swapped.
    this.fillOne = matching.fillRight();
    this.fillMany = matching.fillLeft();
  }

  /// The series of both sides that have the same matching labels.
  private record Match(Labels labels, List<VectorSeries> many, List<VectorSeries> one) {}

  /// The result. Both operands may be changed.
  public VectorBlock apply(VectorBlock left, VectorBlock right) {
    List<VectorSeries> many = swapped ? right.series() : left.series();
    List<VectorSeries> one = swapped ? left.series() : right.series();
    Map<Labels, Match> matches = new LinkedHashMap<>();
    for (VectorSeries series : many) {
      matchOf(matches, series).many.add(series);
    }
    for (VectorSeries series : one) {
      matchOf(matches, series).one.add(series);
    }
    List<VectorSeries> result = new ArrayList<>();
    boolean[] considered = stepsToConsider(many, one);
    for (Match match : matches.values()) {
      run.checkpoint();
      refuseSeveralOnOneSide(match, considered);
      result.addAll(evaluate(match));
    }
    left.release(run.budget());
    right.release(run.budget());
    VectorBlock block = VectorBlock.reserve(run.budget(), result);
    // Under delayed name removal, equal label sets at a single time are an error only at the end.
    return run.delayedNameRemoval() && steps == 1 ? block : EqualLabels.merge(block);
  }

  private Match matchOf(Map<Labels, Match> matches, VectorSeries series) {
    Labels labels = MetricNames.signature(series.labels(), matching.on(), matchingLabels);
    return matches.computeIfAbsent(
        labels, key -> new Match(key, new ArrayList<>(1), new ArrayList<>(1)));
  }

  /// Where one side has nothing at all, nothing matches and nothing is wrong.
  private boolean[] stepsToConsider(List<VectorSeries> many, List<VectorSeries> one) {
    boolean[] considered = new boolean[steps];
    boolean fills = fillOne.isPresent() || fillMany.isPresent();
    boolean[] inMany = anyAt(many);
    boolean[] inOne = anyAt(one);
    for (int step = 0; step < steps; step++) {
      considered[step] = fills ? inMany[step] || inOne[step] : inMany[step] && inOne[step];
    }
    return considered;
  }

  private boolean[] anyAt(List<VectorSeries> series) {
    boolean[] any = new boolean[steps];
    for (VectorSeries one : series) {
      for (int step = 0; step < steps; step++) {
        any[step] |= one.hasSample(step);
      }
    }
    return any;
  }

  private void refuseSeveralOnOneSide(Match match, boolean[] considered) {
    if (match.one.size() < 2) {
      return;
    }
    VectorSeries[] seen = new VectorSeries[steps];
    for (VectorSeries series : match.one) {
      for (int step = 0; step < steps; step++) {
        if (considered[step] && series.hasSample(step)) {
          if (seen[step] != null) {
            throw severalOnOneSide(match.labels, seen[step].labels(), series.labels());
          }
          seen[step] = series;
        }
      }
    }
  }

  private WeirException.Unprocessable severalOnOneSide(Labels match, Labels first, Labels second) {
    boolean inOrder = first.compareTo(second) < 0;
    return new WeirException.Unprocessable(
        ("found duplicate series for the match group %s on the %s hand-side of the operation: [%s,"
                + " %s];many-to-many matching not allowed: matching labels must be unique on one"
                + " side")
            .formatted(
                MetricNames.inBraces(match),
                swapped ? "left" : "right",
                MetricNames.inBraces(inOrder ? first : second),
                MetricNames.inBraces(inOrder ? second : first)));
  }

  private List<VectorSeries> evaluate(Match match) {
    List<Pair> pairs = pairs(match);
    if (pairs.size() > 1) {
      refuseSeveralMatches(pairs);
    }
    List<VectorSeries> result = new ArrayList<>(pairs.size());
    for (Pair pair : pairs) {
      VectorSeries series = evaluate(pair);
      if (!series.isEmpty()) {
        result.add(series);
      }
    }
    return result;
  }

  /// Two series that are combined where both have a sample, and the labels of what comes out.
  private record Pair(VectorSeries many, VectorSeries one, Labels result) {
    boolean meetAt(int step) {
      return many.hasSample(step) && one.hasSample(step);
    }
  }

  private List<Pair> pairs(Match match) {
    List<Pair> pairs = new ArrayList<>(match.many.size());
    for (VectorSeries many : match.many) {
      for (VectorSeries one : match.one) {
        pairs.add(pair(many, one));
      }
      if (fillOne.isPresent()) {
        pairs.add(pair(many, fill(match.labels, fillOne.getAsDouble(), anyAt(match.one))));
      }
    }
    if (fillMany.isPresent()) {
      boolean[] matched = anyAt(match.many);
      for (VectorSeries one : match.one) {
        pairs.add(pair(fill(match.labels, fillMany.getAsDouble(), matched), one));
      }
    }
    return pairs;
  }

  private VectorSeries fill(Labels labels, double value, boolean[] missingIn) {
    double[] values = VectorSeries.absent(steps);
    for (int step = 0; step < steps; step++) {
      if (!missingIn[step]) {
        values[step] = value;
      }
    }
    return VectorSeries.ofValues(labels, values);
  }

  private Pair pair(VectorSeries many, VectorSeries one) {
    return new Pair(many, one, resultLabels(many.labels(), one.labels()));
  }

  private Labels resultLabels(Labels many, Labels one) {
    Labels labels = many;
    if (!node.operator().isComparison() && !node.operator().isTrim()) {
      labels = MetricNames.drop(labels);
    }
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      boolean on = matching.on();
      labels = labels.keep(name -> matchingLabels.contains(name) == on);
    }
    if (!matching.include().isEmpty()) {
      Labels.Builder builder = labels.toBuilder();
      for (String name : matching.include()) {
        builder.set(name, one.get(name));
      }
      labels = builder.build();
    }
    return node.returnBool() && !run.delayedNameRemoval() ? MetricNames.drop(labels) : labels;
  }

  private void refuseSeveralMatches(List<Pair> pairs) {
    boolean oneToOne = matching.cardinality() == Cardinality.ONE_TO_ONE;
    Map<Labels, boolean[]> meetings = new HashMap<>();
    for (Pair pair : pairs) {
      boolean[] met =
          meetings.computeIfAbsent(oneToOne ? Labels.EMPTY : pair.result, _ -> new boolean[steps]);
      for (int step = 0; step < steps; step++) {
        if (pair.meetAt(step)) {
          if (met[step]) {
            throw new WeirException.Unprocessable(
                oneToOne
                    ? "multiple matches for labels: many-to-one matching must be explicit"
                        + " (group_left/group_right)"
                    : "multiple matches for labels: grouping labels must ensure unique matches");
          }
          met[step] = true;
        }
      }
    }
  }

  private VectorSeries evaluate(Pair pair) {
    BinaryOperator operator = node.operator();
    VectorSeries left = swapped ? pair.one : pair.many;
    VectorSeries right = swapped ? pair.many : pair.one;
    double[] out = VectorSeries.absent(steps);
    Comparison comparison = node.returnBool() ? Comparison.BOOL : Comparison.KEEP_LEFT;
    if (!operator.isTrim()) {
      ColumnOperator.apply(operator, left.values(), right.values(), out, comparison);
    }
    if (left.histograms() == null && right.histograms() == null && !operator.isTrim()) {
      return new VectorSeries(pair.result, node.returnBool(), out, null);
    }
    @Nullable NativeHistogram[] outHistograms = new NativeHistogram[steps];
    new SampleOperator(operator, comparison, run.annotations(), node.span())
        .apply(
            new Operand(left.values(), left.histograms()),
            new Operand(right.values(), right.histograms()),
            out,
            outHistograms);
    return new VectorSeries(pair.result, node.returnBool(), out, outHistograms);
  }
}
