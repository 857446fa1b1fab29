package dev.weir.history.range;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.plan.StepDependence;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;

/// Evaluates a rule's expression at many times by few queries: at each it has the value that a
/// query at that time has, or fails as that query fails. For one thread.
///
/// A range query that fails says nothing of which times fail; it is halved until it says so. A
/// range that needs more memory than a query may use is halved just so.
public final class ExpressionRange {
  /// Evaluations of one query at most: what a day has, one a minute.
  private static final int MAX_STEPS = 1440;

  private final QueryEngine engine;
  private long samplesRead;
  private long evaluations;

  public ExpressionRange(QueryEngine engine) {
    this.engine = requireNonNull(engine, "engine");
  }

  /// Samples that were read so far, for all rules.
  public long samplesRead() {
    return samplesRead;
  }

  /// Evaluations of rules so far.
  public long evaluations() {
    return evaluations;
  }

  /// @param steps when its samples stand: the times that the expression is evaluated at
  /// @param context whose limits allow a query of [#MAX_STEPS] steps
  public StepValues evaluate(Rule rule, Steps steps, QueryContext context) {
    StepValues values = new StepValues(steps);
    evaluations += steps.count();
    int atOnce = StepDependence.holdsFor(rule.expr()) ? 1 : MAX_STEPS;
    for (int from = 0; from < steps.count(); from += atOnce) {
      evaluate(rule, from, Math.min(steps.count(), from + atOnce), values, context);
    }
    return values;
  }

  private void evaluate(Rule rule, int from, int to, StepValues into, QueryContext context) {
    Steps steps = into.steps();
    QueryTimes times =
        to - from == 1
            ? QueryTimes.instant(steps.timeMillis(from))
            : new QueryTimes(
                steps.timeMillis(from), steps.timeMillis(to - 1), steps.intervalMillis());
    try {
      QueryResult result = engine.evaluate(rule.expression(), rule.expr(), times, context);
      samplesRead += result.statistics().samplesRead();
      add(result.value(), into, from);
    } catch (WeirException.BadData
        | WeirException.Unprocessable
        | WeirException.LimitExceeded
        | WeirException.Corrupt e) {
      if (to - from == 1) {
        into.fail(from, e.getMessage());
      } else {
        int middle = (from + to) >>> 1;
        evaluate(rule, from, middle, into, context);
        evaluate(rule, middle, to, into, context);
      }
    }
  }

  private static void add(QueryValue value, StepValues into, int step) {
    switch (value) {
      case QueryValue.Scalar(_, double number) -> into.set(Labels.EMPTY, step, number, null);
      case QueryValue.Vector(_, var samples) ->
          samples.forEach(
              sample -> into.set(sample.labels(), step, sample.value(), sample.histogram()));
      case QueryValue.Matrix(var all) -> all.forEach(series -> add(series, into));
      case QueryValue.Text _ ->
          throw new WeirException.Unprocessable("rule result is not a vector or scalar");
    }
  }

  private static void add(QueryValue.Series series, StepValues into) {
    StepValues.Column column = into.column(series.labels());
    // A matrix has all steps of the query.
    int first = into.steps().from(series.timestampsMillis()[0]);
    for (int i = 0; i < series.values().length; i++) {
      if (series.hasSample(i)) {
        column.set(first + i, series.values()[i], series.histogram(i));
      }
    }
  }
}
