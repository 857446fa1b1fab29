package dev.weir.promql.eval;

import dev.weir.model.AbsentValue;
import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.histogram.ClassicHistogram;
import dev.weir.promql.eval.histogram.NativeStatistics;
import dev.weir.promql.eval.run.MonotonicityFix;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.DistinctStream;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Functions of histograms: of native ones, and of classic ones that are put together from the
/// series of their buckets.
final class HistogramCalls {
  private final QueryRun run;
  private final Evaluator evaluator;

  HistogramCalls(QueryRun run, Evaluator evaluator) {
    this.run = run;
    this.evaluator = evaluator;
  }

  /// A number for each native histogram; samples that are none go.
  VectorStream each(Call call, Steps steps, ToDoubleFunction<NativeHistogram> function) {
    VectorStream input = evaluator.vector(Calls.argument(call, 0), steps, Calls.inside(call));
    return evaluator.withoutNames(
        input.mapSeries(series -> {
          double[] values = VectorSeries.absent(steps.count());
          for (int step = 0; step < values.length; step++) {
            NativeHistogram histogram = series.histogram(step);
            if (histogram != null) {
              values[step] = function.applyAsDouble(histogram);
            }
          }
          return MetricNames.dropName(
              new VectorSeries(series.labels(), series.dropName(), values, null),
              run.delayedNameRemoval());
        }),
        DistinctStream.Rule.NEVER_MEET);
  }

  /// `histogram_quantile(q, v)`
  VectorStream quantile(Call call, Steps steps) {
    Expr quantile = Calls.argument(call, 0);
    Expr vector = Calls.argument(call, 1);
    double[] quantiles = evaluator.scalar(quantile, steps);
    warnOfInvalid(quantiles, quantile.span());
    Inputs inputs = inputs(call, vector, steps);
    Map<String, MonotonicityFix> fixes = new TreeMap<>();
    VectorStream result =
        combined(
            inputs,
            steps,
            new Statistic() {
              @Override
              public double ofClassic(ClassicHistogram histogram, Labels labels, int step) {
                return classicQuantile(histogram, quantiles[step], labels, fixes, steps, step);
              }

              @Override
              public double ofNative(NativeStatistics histogram, Labels labels, int step) {
                return annotated(histogram.quantile(quantiles[step]), labels, vector.span());
              }
            });
    report(fixes, vector.span());
    return result;
  }

  /// `histogram_quantiles(v, label, q...)`: a series for each quantile, told apart by a label.
  VectorStream quantiles(Call call, String label, Steps steps) {
    Expr vector = Calls.argument(call, 0);
    Inputs inputs = inputs(call, vector, steps);
    Map<String, MonotonicityFix> fixes = new TreeMap<>();
    List<VectorSeries> results = new ArrayList<>();
    for (int argument = 2; argument < call.arguments().size(); argument++) {
      Expr expr = Calls.argument(call, argument);
      double[] quantiles = evaluator.scalar(expr, steps);
      warnOfInvalid(quantiles, expr.span());
      for (Input input : inputs.all()) {
        // A quantile may change from step to step, and its label with it.
        Map<String, double[]> byLabel = new LinkedHashMap<>();
        for (int step = 0; step < steps.count(); step++) {
          double q = quantiles[step];
          int at = step;
          OptionalDouble value =
              input.value(
                  step,
                  new Statistic() {
                    @Override
                    public double ofClassic(
                        ClassicHistogram histogram, Labels labels, int ignored) {
                      return classicQuantile(histogram, q, labels, fixes, steps, at);
                    }

                    @Override
                    public double ofNative(NativeStatistics histogram, Labels labels, int ignored) {
                      return annotated(histogram.quantile(q), labels, vector.span());
                    }
                  });
          if (value.isPresent()) {
            byLabel
                    .computeIfAbsent(openMetricsText(q), _ -> VectorSeries.absent(steps.count()))[
                    step] =
                value.getAsDouble();
          }
        }
        byLabel.forEach((text, values) ->
            results.add(
                MetricNames.dropName(
                    VectorSeries.ofValues(input.labels.with(label, text), values),
                    run.delayedNameRemoval())));
      }
    }
    report(fixes, vector.span());
    return stream(inputs, results);
  }

  /// `histogram_fraction(lower, upper, v)`
  VectorStream fraction(Call call, Steps steps) {
    double[] lower = evaluator.scalar(Calls.argument(call, 0), steps);
    double[] upper = evaluator.scalar(Calls.argument(call, 1), steps);
    Expr vector = Calls.argument(call, 2);
    return combined(
        inputs(call, vector, steps),
        steps,
        new Statistic() {
          @Override
          public double ofClassic(ClassicHistogram histogram, Labels labels, int step) {
            return histogram.fraction(lower[step], upper[step]);
          }

          @Override
          public double ofNative(NativeStatistics histogram, Labels labels, int step) {
            return annotated(histogram.fraction(lower[step], upper[step]), labels, vector.span());
          }
        });
  }

  /// What is asked of a histogram.
  private interface Statistic {
    double ofClassic(ClassicHistogram histogram, Labels labels, int step);

    double ofNative(NativeStatistics histogram, Labels labels, int step);
  }

  /// A bucket's bound and its counts.
  private record Bucket(double bound, VectorSeries series) {}

  /// The series that have the same labels but for the bucket's bound.
  private final class Input {
    private final Labels labels;
    private final SourceSpan span;
    private final List<Bucket> buckets = new ArrayList<>();
    private @Nullable VectorSeries histograms;

    private Input(Labels labels, SourceSpan span) {
      this.labels = labels;
      this.span = span;
    }

    private OptionalDouble value(int step, Statistic statistic) {
      ClassicHistogram classic = new ClassicHistogram(buckets.size());
      for (Bucket bucket : buckets) {
        double count = bucket.series.values()[step];
        if (!AbsentValue.is(count)) {
          classic.add(bucket.bound, count);
        }
      }
      NativeHistogram histogram = histograms == null ? null : histograms.histogram(step);
      if (histogram == null) {
        return classic.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(statistic.ofClassic(classic, labels, step));
      }
      if (!classic.isEmpty()) {
        run.annotations().mixedClassicAndNativeHistograms(labels.metricName(), span);
        return OptionalDouble.empty();
      }
      return OptionalDouble.of(statistic.ofNative(new NativeStatistics(histogram), labels, step));
    }
  }

  private record Inputs(VectorBlock block, List<Input> all) {}

  private Inputs inputs(Call call, Expr vector, Steps steps) {
    VectorBlock block = evaluator.vector(vector, steps, Calls.inside(call)).whole().collect();
    Map<Labels, Input> inputs = new LinkedHashMap<>();
    for (VectorSeries series : block.series()) {
      Labels labels = series.labels().without(Labels.BUCKET);
      Input input = inputs.computeIfAbsent(labels, key -> new Input(key, vector.span()));
      if (series.histograms() != null) {
        input.histograms = series;
      }
      if (hasFloats(series)) {
        String text = series.labels().get(Labels.BUCKET);
        OptionalDouble bound = bound(text);
        if (bound.isPresent()) {
          input.buckets.add(new Bucket(bound.getAsDouble(), series));
        } else {
          run.annotations().badBucketLabel(series.metricName(), text, vector.span());
        }
      }
    }
    return new Inputs(block, List.copyOf(inputs.values()));
  }

  private static boolean hasFloats(VectorSeries series) {
    for (int step = 0; step < series.values().length; step++) {
      if (series.hasFloat(step)) {
        return true;
      }
    }
    return false;
  }

  private static OptionalDouble bound(String text) {
    try {
      return switch (text) {
        case "+Inf", "Inf", "+inf", "inf" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
        case "-Inf", "-inf" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
        default -> OptionalDouble.of(Double.parseDouble(text));
      };
    } catch (NumberFormatException e) {
      // Whoever asks warns of it.
      return OptionalDouble.empty();
    }
  }

  private VectorStream combined(Inputs inputs, Steps steps, Statistic statistic) {
    List<VectorSeries> results = new ArrayList<>();
    for (Input input : inputs.all) {
      run.checkpoint();
      double[] values = VectorSeries.absent(steps.count());
      for (int step = 0; step < values.length; step++) {
        OptionalDouble value = input.value(step, statistic);
        if (value.isPresent()) {
          values[step] = value.getAsDouble();
        }
      }
      results.add(
          MetricNames.dropName(
              VectorSeries.ofValues(input.labels, values), run.delayedNameRemoval()));
    }
    return stream(inputs, results);
  }

  private VectorStream stream(Inputs inputs, List<VectorSeries> results) {
    VectorBlock block = VectorBlock.reserve(run.budget(), results);
    inputs.block.release(run.budget());
    return evaluator.withoutNames(
        VectorStream.of(block, Traits.NONE), DistinctStream.Rule.NEVER_MEET);
  }

  private double classicQuantile(
      ClassicHistogram histogram,
      double q,
      Labels labels,
      Map<String, MonotonicityFix> fixes,
      Steps steps,
      int step) {
    MonotonicityFix fix = fixes.computeIfAbsent(shownName(labels), _ -> new MonotonicityFix());
    double value = histogram.quantile(q, fix);
    fix.endSample(steps.timeMillis(step));
    return value;
  }

  private void report(Map<String, MonotonicityFix> fixes, SourceSpan span) {
    fixes.forEach((metricName, fix) -> {
      if (fix.isNeeded()) {
        run.annotations().forcedMonotonicity(metricName, fix, span);
      }
    });
  }

  private double annotated(NativeStatistics.Result result, Labels labels, SourceSpan span) {
    switch (result.effect()) {
      case NONE -> {}
      case RESULT_IS_NAN -> run.annotations().quantileIsNan(shownName(labels), span);
      case RESULT_IS_HIGHER -> run.annotations().quantileIsHigher(shownName(labels), span);
      case EXCLUDED -> run.annotations().fractionWithoutNan(shownName(labels), span);
    }
    return result.value();
  }

  /// The metric's name where it is still there: it goes before the function computes, unless it is
  /// removed at the end of the query.
  private String shownName(Labels labels) {
    return run.delayedNameRemoval() ? labels.metricName() : "";
  }

  private void warnOfInvalid(double[] quantiles, SourceSpan span) {
    for (double q : quantiles) {
      if (!(q >= 0 && q <= 1)) {
        run.annotations().invalidQuantile(q, span);
      }
    }
  }

  /// A float as OpenMetrics writes it in labels: never without a dot or an exponent.
  private static String openMetricsText(double value) {
    String text = FloatText.shortest(value);
    return Double.isFinite(value) && text.indexOf('.') < 0 && text.indexOf('e') < 0
        ? text + ".0"
        : text;
  }
}
