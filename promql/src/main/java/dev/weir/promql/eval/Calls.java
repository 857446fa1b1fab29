package dev.weir.promql.eval;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.eval.function.CalendarFunctions;
import dev.weir.promql.eval.function.FloatFunctions;
import dev.weir.promql.eval.function.FloatFunctions.ColumnFunction;
import dev.weir.promql.eval.function.GoMath;
import dev.weir.promql.eval.function.LabelFunctions;
import dev.weir.promql.eval.function.Sorting;
import dev.weir.promql.eval.histogram.NativeStatistics;
import dev.weir.promql.eval.range.ExtremeOverTime;
import dev.weir.promql.eval.range.HistogramsOverTime;
import dev.weir.promql.eval.range.InstantRate;
import dev.weir.promql.eval.range.MixedInstantRate;
import dev.weir.promql.eval.range.MixedSamples;
import dev.weir.promql.eval.range.QuantileOverTime;
import dev.weir.promql.eval.range.RangeFunction.Histograms;
import dev.weir.promql.eval.range.Regression;
import dev.weir.promql.eval.range.SampleOverTime;
import dev.weir.promql.eval.range.Smoothing;
import dev.weir.promql.eval.range.SumOverTime;
import dev.weir.promql.eval.range.Transitions;
import dev.weir.promql.eval.range.VarianceOverTime;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.InstantSelector.Output;
import dev.weir.promql.eval.vector.DistinctStream;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// Which function is computed by what: the one place where functions are told apart.
final class Calls {
  private final QueryRun run;
  private final Evaluator evaluator;
  private final Selectors selectors;
  private final RangeCalls ranges;
  private final HistogramCalls histograms;
  private final InfoCalls infos;

  Calls(QueryRun run, Evaluator evaluator, Selectors selectors) {
    this.run = run;
    this.evaluator = evaluator;
    this.selectors = selectors;
    this.ranges = new RangeCalls(run, evaluator, selectors);
    this.histograms = new HistogramCalls(run, evaluator);
    this.infos = new InfoCalls(run, evaluator, selectors);
  }

  /// A function that returns an instant vector.
  VectorStream vector(Call call, Steps steps) {
    return switch (call.function()) {
      case ABS -> floats(call, steps, FloatFunctions::abs);
      case CEIL -> floats(call, steps, FloatFunctions::ceil);
      case FLOOR -> floats(call, steps, FloatFunctions::floor);
      case SQRT -> floats(call, steps, FloatFunctions::sqrt);
      case EXP -> each(call, steps, Math::exp);
      case LN -> each(call, steps, Math::log);
      case LOG2 -> each(call, steps, GoMath::log2);
      case LOG10 -> each(call, steps, GoMath::log10);
      case SGN -> each(call, steps, FloatFunctions::sign);
      case SIN -> each(call, steps, Math::sin);
      case COS -> each(call, steps, Math::cos);
      case TAN -> each(call, steps, Math::tan);
      case ASIN -> each(call, steps, Math::asin);
      case ACOS -> each(call, steps, Math::acos);
      case ATAN -> each(call, steps, Math::atan);
      case SINH -> each(call, steps, Math::sinh);
      case COSH -> each(call, steps, Math::cosh);
      case TANH -> each(call, steps, Math::tanh);
      case ASINH -> each(call, steps, GoMath::asinh);
      case ACOSH -> each(call, steps, GoMath::acosh);
      case ATANH -> each(call, steps, GoMath::atanh);
      case DEG -> each(call, steps, FloatFunctions::radiansToDegrees);
      case RAD -> each(call, steps, FloatFunctions::degreesToRadians);
      case ROUND -> floats(call, steps, FloatFunctions.round(scalarOr(call, 1, steps, 1)));
      case CLAMP ->
          clamped(call, steps, scalarArgument(call, 1, steps), scalarArgument(call, 2, steps));
      case CLAMP_MIN ->
          clamped(
              call,
              steps,
              scalarArgument(call, 1, steps),
              Evaluator.constant(Double.POSITIVE_INFINITY, steps));
      case CLAMP_MAX ->
          clamped(
              call,
              steps,
              Evaluator.constant(Double.NEGATIVE_INFINITY, steps),
              scalarArgument(call, 1, steps));

      case YEAR -> calendar(call, steps, CalendarFunctions::year);
      case MONTH -> calendar(call, steps, CalendarFunctions::month);
      case DAY_OF_MONTH -> calendar(call, steps, CalendarFunctions::dayOfMonth);
      case DAY_OF_YEAR -> calendar(call, steps, CalendarFunctions::dayOfYear);
      case DAY_OF_WEEK -> calendar(call, steps, CalendarFunctions::dayOfWeek);
      case DAYS_IN_MONTH -> calendar(call, steps, CalendarFunctions::daysInMonth);
      case HOUR -> calendar(call, steps, CalendarFunctions::hour);
      case MINUTE -> calendar(call, steps, CalendarFunctions::minute);
      case TIMESTAMP -> timestamp(call, steps);
      case START_TIMESTAMP -> startTimestamp(call, steps);

      case LABEL_REPLACE ->
          relabelled(
              call,
              steps,
              LabelFunctions.replace(text(call, 1), text(call, 2), text(call, 3), text(call, 4)));
      case LABEL_JOIN ->
          relabelled(
              call, steps, LabelFunctions.join(text(call, 1), text(call, 2), texts(call, 3)));
      case SORT -> sorted(call, steps, Sorting.ascending(), true);
      case SORT_DESC -> sorted(call, steps, Sorting.descending(), true);
      case SORT_BY_LABEL -> sorted(call, steps, Sorting.byLabels(texts(call, 1)), false);
      case SORT_BY_LABEL_DESC ->
          sorted(call, steps, Sorting.byLabels(texts(call, 1)).reversed(), false);

      case ABSENT -> absent(call, evaluator.vector(argument(call, 0), steps, inside(call)), steps);
      case ABSENT_OVER_TIME ->
          absent(
              call,
              ranges.evaluate(call, steps, SampleOverTime.PRESENT, Histograms.COUNTED),
              steps);
      case VECTOR -> single(Labels.EMPTY, scalarArgument(call, 0, steps));

      case RATE -> ranges.rate(call, steps, true, true);
      case INCREASE -> ranges.rate(call, steps, true, false);
      case DELTA -> ranges.rate(call, steps, false, false);
      case IRATE ->
          ranges.evaluate(
              call, steps, InstantRate.irate(), new Histograms.Together(MixedInstantRate.IRATE));
      case IDELTA ->
          ranges.evaluate(
              call, steps, InstantRate.idelta(), new Histograms.Together(MixedInstantRate.IDELTA));
      case CHANGES ->
          ranges.evaluate(
              call, steps, Transitions.changes(), new Histograms.Together(MixedSamples.CHANGES));
      case RESETS ->
          ranges.evaluate(
              call, steps, Transitions.resets(), new Histograms.Together(MixedSamples.RESETS));
      case DERIV -> ranges.evaluate(call, steps, Regression.slope(steps), Histograms.IGNORED);
      case PREDICT_LINEAR ->
          ranges.evaluate(
              call,
              steps,
              Regression.prediction(steps, scalarArgument(call, 1, steps)),
              Histograms.IGNORED);
      case DOUBLE_EXPONENTIAL_SMOOTHING ->
          ranges.evaluate(
              call,
              steps,
              new Smoothing(scalarArgument(call, 1, steps), scalarArgument(call, 2, steps)),
              Histograms.IGNORED);
      case SUM_OVER_TIME ->
          ranges.evaluate(
              call, steps, sums(SumOverTime.sum()), new Histograms.Apart(HistogramsOverTime.SUM));
      case AVG_OVER_TIME ->
          ranges.evaluate(
              call,
              steps,
              sums(SumOverTime.average()),
              new Histograms.Apart(HistogramsOverTime.AVERAGE));
      case MIN_OVER_TIME -> ranges.evaluate(call, steps, ExtremeOverTime.min(), Histograms.IGNORED);
      case MAX_OVER_TIME -> ranges.evaluate(call, steps, ExtremeOverTime.max(), Histograms.IGNORED);
      case TS_OF_MIN_OVER_TIME ->
          ranges.evaluate(call, steps, ExtremeOverTime.timeOfMin(), Histograms.IGNORED);
      case TS_OF_MAX_OVER_TIME ->
          ranges.evaluate(call, steps, ExtremeOverTime.timeOfMax(), Histograms.IGNORED);
      case STDDEV_OVER_TIME ->
          ranges.evaluate(call, steps, VarianceOverTime.deviation(), Histograms.IGNORED);
      case STDVAR_OVER_TIME ->
          ranges.evaluate(call, steps, VarianceOverTime.variance(), Histograms.IGNORED);
      case QUANTILE_OVER_TIME ->
          ranges.evaluate(
              call,
              steps,
              QuantileOverTime.quantile(
                  scalarArgument(call, 0, steps),
                  quantile ->
                      run.annotations().invalidQuantile(quantile, argument(call, 0).span())),
              Histograms.IGNORED);
      case MAD_OVER_TIME ->
          ranges.evaluate(
              call, steps, QuantileOverTime.medianAbsoluteDeviation(), Histograms.IGNORED);
      case COUNT_OVER_TIME ->
          ranges.evaluate(call, steps, SampleOverTime.COUNT, Histograms.COUNTED);
      case PRESENT_OVER_TIME ->
          ranges.evaluate(call, steps, SampleOverTime.PRESENT, Histograms.COUNTED);
      case FIRST_OVER_TIME ->
          ranges.evaluate(
              call, steps, SampleOverTime.FIRST, new Histograms.Together(MixedSamples.FIRST));
      case LAST_OVER_TIME ->
          ranges.evaluate(
              call, steps, SampleOverTime.LAST, new Histograms.Together(MixedSamples.LAST));
      case TS_OF_FIRST_OVER_TIME ->
          ranges.evaluate(call, steps, SampleOverTime.TIME_OF_FIRST, Histograms.COUNTED);
      case TS_OF_LAST_OVER_TIME ->
          ranges.evaluate(call, steps, SampleOverTime.TIME_OF_LAST, Histograms.COUNTED);

      case HISTOGRAM_COUNT -> histograms.each(call, steps, NativeHistogram::count);
      case HISTOGRAM_SUM -> histograms.each(call, steps, NativeHistogram::sum);
      case HISTOGRAM_AVG -> histograms.each(call, steps, h -> h.sum() / h.count());
      case HISTOGRAM_STDVAR ->
          histograms.each(call, steps, h -> new NativeStatistics(h).variance());
      case HISTOGRAM_STDDEV ->
          histograms.each(call, steps, h -> Math.sqrt(new NativeStatistics(h).variance()));
      case HISTOGRAM_QUANTILE -> histograms.quantile(call, steps);
      case HISTOGRAM_QUANTILES -> histograms.quantiles(call, text(call, 1), steps);
      case HISTOGRAM_FRACTION -> histograms.fraction(call, steps);

      case INFO -> infos.evaluate(call, steps);
      case SCALAR, TIME, PI, STEP, RANGE, START, END, MIN_OF, MAX_OF ->
          throw new WeirException.Internal(call.function().text() + "() is no vector");
    };
  }

  /// A function that returns a scalar.
  double[] scalar(Call call, Steps steps) {
    return switch (call.function()) {
      case PI -> Evaluator.constant(Math.PI, steps);
      case TIME -> {
        double[] times = new double[steps.count()];
        for (int step = 0; step < times.length; step++) {
          times[step] = steps.timeMillis(step) / 1000.0;
        }
        yield times;
      }
      case START -> Evaluator.constant(run.times().startMillis() / 1000.0, steps);
      case END -> Evaluator.constant(run.times().endMillis() / 1000.0, steps);
      case STEP -> Evaluator.constant(run.times().stepMillis() / 1000.0, steps);
      case RANGE -> Evaluator.constant(run.times().rangeMillis() / 1000.0, steps);
      case SCALAR -> onlyFloat(evaluator.vector(argument(call, 0), steps, inside(call)), steps);
      case MIN_OF -> pairwise(call, steps, Math::min);
      case MAX_OF -> pairwise(call, steps, Math::max);
      default -> throw new WeirException.Internal(call.function().text() + "() is no scalar");
    };
  }

  private double[] pairwise(Call call, Steps steps, DoubleBinaryOperator operator) {
    double[] left = scalarArgument(call, 0, steps);
    double[] right = scalarArgument(call, 1, steps);
    double[] values = new double[steps.count()];
    for (int step = 0; step < values.length; step++) {
      values[step] = operator.applyAsDouble(left[step], right[step]);
    }
    return values;
  }

  static Surroundings inside(Call call) {
    return Surroundings.inside(call.function().text());
  }

  static Expr argument(Call call, int index) {
    return Evaluator.withoutParentheses(call.arguments().get(index));
  }

  /// Sums as the engine's settings want them.
  private SumOverTime sums(SumOverTime sums) {
    return run.settings().slidingSums() ? sums : sums.withoutSliding();
  }

  private double[] scalarArgument(Call call, int index, Steps steps) {
    return evaluator.scalar(argument(call, index), steps);
  }

  private double[] scalarOr(Call call, int index, Steps steps, double otherwise) {
    return index < call.arguments().size()
        ? scalarArgument(call, index, steps)
        : Evaluator.constant(otherwise, steps);
  }

  private static String text(Call call, int index) {
    if (argument(call, index) instanceof StringLiteral(String value, _)) {
      return value;
    }
    throw new WeirException.Internal(
        "argument %d of %s() is no text".formatted(index + 1, call.function().text()));
  }

  private static List<String> texts(Call call, int from) {
    List<String> texts = new ArrayList<>();
    for (int i = from; i < call.arguments().size(); i++) {
      texts.add(text(call, i));
    }
    return texts;
  }

  private VectorStream floats(Call call, Steps steps, ColumnFunction function) {
    VectorStream input = evaluator.vector(argument(call, 0), steps, inside(call));
    return evaluator.withoutNames(
        input.mapSeries(series -> {
          VectorSeries floats = series.withoutHistograms();
          function.apply(floats.values());
          return MetricNames.dropName(floats, run.delayedNameRemoval());
        }),
        DistinctStream.Rule.NEVER_MEET);
  }

  private VectorStream each(Call call, Steps steps, DoubleUnaryOperator operator) {
    return floats(call, steps, FloatFunctions.each(operator));
  }

  private VectorStream clamped(Call call, Steps steps, double[] minima, double[] maxima) {
    return floats(call, steps, FloatFunctions.clamp(minima, maxima));
  }

  private VectorStream calendar(Call call, Steps steps, DoubleUnaryOperator part) {
    if (!call.arguments().isEmpty()) {
      return each(call, steps, part);
    }
    double[] values = new double[steps.count()];
    for (int step = 0; step < values.length; step++) {
      values[step] = part.applyAsDouble((double) Math.floorDiv(steps.timeMillis(step), 1000));
    }
    return single(Labels.EMPTY, values);
  }

  private VectorStream single(Labels labels, double[] values) {
    return VectorStream.of(
        VectorBlock.reserve(run.budget(), List.of(VectorSeries.ofValues(labels, values))),
        Traits.NONE);
  }

  /// The times of samples, where the argument is a selector; else every sample is one of its step.
  private VectorStream timestamp(Call call, Steps steps) {
    VectorStream times =
        argument(call, 0) instanceof VectorSelector selector
                && selector.edges() != RangeEdges.SMOOTHED
            ? selectors.instant(selector, steps, Output.TIMESTAMP, inside(call))
            : evaluator
                .vector(argument(call, 0), steps, inside(call))
                .mapSeries(series -> stepTimes(series, steps));
    return nameless(times);
  }

  private static VectorSeries stepTimes(VectorSeries series, Steps steps) {
    double[] values = VectorSeries.absent(steps.count());
    for (int step = 0; step < values.length; step++) {
      if (series.hasSample(step)) {
        values[step] = steps.timeMillis(step) / 1000.0;
      }
    }
    return new VectorSeries(series.labels(), series.dropName(), values, null);
  }

  /// Only samples have start timestamps, what is computed from them has none.
  private VectorStream startTimestamp(Call call, Steps steps) {
    return argument(call, 0) instanceof VectorSelector selector && run.settings().startTimestamps()
        ? nameless(selectors.instant(selector, steps, Output.START_TIMESTAMP, inside(call)))
        : VectorStream.of(VectorBlock.EMPTY, Traits.NONE);
  }

  private VectorStream nameless(VectorStream stream) {
    return evaluator.withoutNames(
        stream.mapSeries(series -> MetricNames.dropName(series, run.delayedNameRemoval())),
        DistinctStream.Rule.NEVER_MEET);
  }

  private VectorStream relabelled(Call call, Steps steps, UnaryOperator<VectorSeries> change) {
    VectorStream input = evaluator.vector(argument(call, 0), steps, inside(call));
    return new DistinctStream(input.mapSeries(change), DistinctStream.Rule.NEVER_MEET);
  }

  private VectorStream sorted(
      Call call, Steps steps, Comparator<VectorSeries> order, boolean onlyFloats) {
    VectorStream input = evaluator.vector(argument(call, 0), steps, inside(call));
    if (!steps.isSingle()) {
      run.annotations().sortIsIneffective(call.span());
      return onlyFloats ? input.mapSeries(VectorSeries::withoutHistograms) : input;
    }
    VectorBlock block = input.collect();
    List<VectorSeries> series = new ArrayList<>(block.series());
    if (onlyFloats) {
      series.removeIf(one -> !one.hasFloat(0));
    }
    series.sort(order);
    return VectorStream.of(block.with(series), input.traits().asOrdered());
  }

  /// 1 where there is nothing, with the labels that the argument asks for by equality.
  private VectorStream absent(Call call, VectorStream input, Steps steps) {
    BitSet present = new BitSet(steps.count());
    input.process(
        block -> {
          BitSet ofBlock = new BitSet(steps.count());
          for (VectorSeries series : block.series()) {
            for (int step = 0; step < steps.count(); step++) {
              if (series.hasSample(step)) {
                ofBlock.set(step);
              }
            }
          }
          block.release(run.budget());
          return ofBlock;
        },
        present::or);
    double[] values = VectorSeries.absent(steps.count());
    for (int step = present.nextClearBit(0);
        step < values.length;
        step = present.nextClearBit(step + 1)) {
      values[step] = 1;
    }
    return single(absentLabels(argument(call, 0)), values);
  }

  /// Labels that are asked for in two ways are left out.
  private static Labels absentLabels(Expr argument) {
    List<Matcher> matchers =
        switch (argument) {
          case VectorSelector selector -> selector.matchers();
          case MatrixSelector matrix -> matrix.selector().matchers();
          default -> List.of();
        };
    Labels.Builder labels = Labels.builder();
    Set<String> set = new HashSet<>();
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.NAME)) {
        continue;
      }
      if (matcher.type() == Matcher.Type.EQUAL && set.add(matcher.name())) {
        labels.set(matcher.name(), matcher.value());
      } else {
        labels.remove(matcher.name());
      }
    }
    return labels.build();
  }

  /// The one float of each step; NaN where there are none or several.
  private double[] onlyFloat(VectorStream input, Steps steps) {
    double[] values = Evaluator.constant(Double.NaN, steps);
    int[] counts = new int[steps.count()];
    input.process(
        block -> block,
        block -> {
          for (VectorSeries series : block.series()) {
            for (int step = 0; step < values.length; step++) {
              if (!AbsentValue.is(series.values()[step])) {
                values[step] = counts[step]++ == 0 ? series.values()[step] : Double.NaN;
              }
            }
          }
          block.release(run.budget());
        });
    return values;
  }
}
