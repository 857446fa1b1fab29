package dev.weir.promql.eval;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.eval.explain.PlanRecorder;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.EqualLabels;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes the value of a query out of what its expression evaluates to: names dropped, equal series
/// merged, empty ones gone, the rest in order.
final class Results {
  private final QueryRun run;
  private final PlanRecorder recorder;
  private final Evaluator evaluator;
  private final boolean states;

  /// @param whole the query, of which all or a part will be evaluated
  /// @param states whether that is an aggregation whose states are wanted and not its value
  /// @param recorder notes how
  Results(QueryRun run, Expr whole, boolean states, PlanRecorder recorder) {
    this.run = run;
    this.recorder = recorder;
    this.states = states;
    this.evaluator = new Evaluator(run, whole, recorder);
  }

  private VectorStream stream(Expr expr, Steps steps) {
    return states && expr instanceof Expr.Aggregation aggregation
        ? evaluator.states(aggregation, steps)
        : evaluator.vector(expr, steps, Surroundings.NONE);
  }

  /// The value at one time.
  QueryValue instant(Expr expr, long timestampMillis) {
    Steps at = Steps.single(timestampMillis);
    Expr bare = Evaluator.withoutParentheses(expr);
    return switch (bare.type()) {
      case SCALAR -> new QueryValue.Scalar(timestampMillis, evaluator.scalar(bare, at)[0]);
      case STRING -> text(bare, timestampMillis);
      case INSTANT_VECTOR -> vector(stream(bare, at), timestampMillis);
      case RANGE_VECTOR ->
          new QueryValue.Matrix(sorted(recorder.range(bare, at, () -> samples(bare, at))));
    };
  }

  private static QueryValue text(Expr expr, long timestampMillis) {
    if (expr instanceof StringLiteral(String value, _)) {
      return new QueryValue.Text(timestampMillis, value);
    }
    throw new WeirException.Internal("a text that is no literal");
  }

  private QueryValue vector(VectorStream stream, long timestampMillis) {
    List<VectorSeries> series = finished(stream);
    if (!stream.traits().ordered()) {
      run.sort(() -> series.sort(Comparator.comparing(VectorSeries::labels)));
    }
    List<QueryValue.Sample> samples = new ArrayList<>(series.size());
    for (VectorSeries one : series) {
      samples.add(new QueryValue.Sample(one.labels(), one.values()[0], one.histogram(0)));
    }
    return new QueryValue.Vector(timestampMillis, samples);
  }

  private List<QueryValue.Series> samples(Expr expr, Steps at) {
    return switch (expr) {
      case MatrixSelector matrix -> evaluator.selectors().samples(matrix, at);
      case Subquery subquery -> {
        Steps ends = evaluator.selectors().times(subquery.modifiers(), at);
        Steps inner = evaluator.selectors().subquerySteps(subquery, ends);
        yield inner == null
            ? List.of()
            : evaluator
                .selectors()
                .counting(
                    evaluator.selectors().tally().collapsed(),
                    () ->
                        matrix(
                            evaluator.vector(subquery.inner(), inner, Surroundings.NONE), inner));
      }
      case Expr other ->
          throw new WeirException.Internal(
              "a range that is neither selected nor a subquery: " + other);
    };
  }

  /// The values at some steps.
  QueryValue range(Expr expr, Steps steps) {
    return switch (expr.type()) {
      case SCALAR ->
          new QueryValue.Matrix(
              List.of(
                  new QueryValue.Series(
                      Labels.EMPTY,
                      steps.timestampsMillis(),
                      evaluator.scalar(expr, steps),
                      null)));
      case INSTANT_VECTOR -> new QueryValue.Matrix(sorted(matrix(stream(expr, steps), steps)));
      case STRING, RANGE_VECTOR ->
          throw new WeirException.BadData(
              "invalid expression type \"%s\" for range query, must be Scalar or instant Vector"
                  .formatted(expr.type().documentedName()));
    };
  }

  private List<QueryValue.Series> matrix(VectorStream stream, Steps steps) {
    long[] timestamps = steps.timestampsMillis();
    List<QueryValue.Series> result = new ArrayList<>();
    for (VectorSeries series : finished(stream)) {
      result.add(
          new QueryValue.Series(series.labels(), timestamps, series.values(), series.histograms()));
    }
    return result;
  }

  private List<QueryValue.Series> sorted(List<QueryValue.Series> series) {
    List<QueryValue.Series> sorted = new ArrayList<>(series);
    run.sort(() -> sorted.sort(Comparator.comparing(QueryValue.Series::labels)));
    return sorted;
  }

  private List<VectorSeries> finished(VectorStream stream) {
    VectorBlock block = stream.collect();
    List<VectorSeries> series = new ArrayList<>(block.series().size());
    for (VectorSeries one : block.series()) {
      if (!one.isEmpty()) {
        series.add(
            one.dropName() && run.delayedNameRemoval()
                ? one.withLabels(MetricNames.drop(one.labels()))
                : one);
      }
    }
    return new ArrayList<>(EqualLabels.merge(block.with(series)).series());
  }
}
