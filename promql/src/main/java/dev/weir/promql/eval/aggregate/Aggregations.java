package dev.weir.promql.eval.aggregate;

import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.AggregationOperator;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.function.LabelFunctions;
import dev.weir.promql.eval.function.Sorting;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Evaluates aggregation operators.
public final class Aggregations {
  /// The largest float that Go converts to a 64-bit integer, and the least.
  private static final double MAX_LONG = 9.223372036854775e18;

  private static final double MIN_LONG = -0x1p63;

  private final QueryRun run;
  private final Steps steps;
  private final Aggregation node;
  private final SourceSpan operandSpan;
  private final SourceSpan parameterSpan;

  /// @param operandSpan of the operand without the parentheses around it
  /// @param parameterSpan of the parameter, if there is one
  public Aggregations(
      QueryRun run,
      Steps steps,
      Aggregation node,
      SourceSpan operandSpan,
      SourceSpan parameterSpan) {
    this.run = run;
    this.steps = steps;
    this.node = node;
    this.operandSpan = operandSpan;
    this.parameterSpan = parameterSpan;
  }

  /// An operator without a parameter.
  public VectorStream aggregate(VectorStream input) {
    return accumulate(input, accumulators(), false);
  }

  private Supplier<StatefulAccumulator> accumulators() {
    return AggregationStates.accumulators(node, operandSpan, steps.count(), run.annotations());
  }

  /// What the operator has taken in, for [AggregationStates] to go on with.
  public VectorStream states(VectorStream input) {
    Reduced reduced = reduced(input, accumulators(), false);
    List<VectorSeries> states = new ArrayList<>();
    reduced.groups.forEach((labels, accumulator) -> {
      if (accumulator instanceof StatefulAccumulator stateful) {
        StateColumns columns = new StateColumns(steps.count());
        stateful.save(columns);
        states.addAll(columns.series(labels));
      }
    });
    VectorBlock result = VectorBlock.reserve(run.budget(), states);
    run.budget().release(reduced.samples, reduced.bytes);
    return VectorStream.of(result, Traits.NONE);
  }

  /// The counts of `count_values`, as states.
  public VectorStream statesOfCounts(VectorStream input, String label) {
    return countValues(input, label)
        .mapSeries(series -> {
          StateColumns columns = new StateColumns(steps.count());
          columns.put("count", series.values());
          return columns.series(series.labels()).getFirst();
        });
  }

  private IgnoredHistograms ignored() {
    return new IgnoredHistograms(run.annotations(), node.operator().text(), operandSpan);
  }

  /// An operator with a number as its parameter.
  ///
  /// @param parameter at each step
  public VectorStream aggregate(VectorStream input, double[] parameter) {
    return switch (node.operator()) {
      case QUANTILE -> {
        warnOfQuantiles(parameter);
        yield accumulate(input, () -> new QuantileAccumulator(parameter, ignored()), true);
      }
      case TOPK, BOTTOMK, LIMITK -> {
        if (max(parameter) < 1) {
          yield nothingOf(input);
        }
        yield choose(input, kChoice(counts(parameter)));
      }
      case LIMIT_RATIO -> {
        if (max(parameter) == 0 && min(parameter) == 0) {
          yield nothingOf(input);
        }
        checkRatios(parameter);
        yield choose(input, new SeriesChoice.Share(parameter));
      }
      case SUM, AVG, MIN, MAX, COUNT, GROUP, STDVAR, STDDEV, COUNT_VALUES ->
          throw new WeirException.Internal(node.operator().text() + " has no number for parameter");
    };
  }

  /// What is wrong with the operand, or odd, is wrong even if nothing of it is asked for.
  private VectorStream nothingOf(VectorStream input) {
    input.process(
        block -> {
          block.release(run.budget());
          return block.series().size();
        },
        _ -> {});
    return VectorStream.of(VectorBlock.EMPTY, Traits.NONE);
  }

  private SeriesChoice kChoice(int[] counts) {
    boolean limit = node.operator() == AggregationOperator.LIMITK;
    return limit
        ? new SeriesChoice.First(counts)
        : new SeriesChoice.Best(
            node.operator() == AggregationOperator.TOPK,
            counts,
            new IgnoredHistograms(run.annotations(), node.operator().text(), node.span()));
  }

  /// `count_values`.
  ///
  /// @param label that the values go into
  public VectorStream countValues(VectorStream input, String label) {
    if (!LabelFunctions.isLabelName(label)) {
      throw new WeirException.Unprocessable("invalid label name \"" + label + "\"");
    }
    ValueCounts total = new ValueCounts(label, node.grouping(), steps.count(), run.budget());
    input.process(
        block -> {
          ValueCounts counts = new ValueCounts(label, node.grouping(), steps.count(), run.budget());
          counts.add(block);
          block.release(run.budget());
          return counts;
        },
        total::merge);
    return VectorStream.of(VectorBlock.reserve(run.budget(), total.finish()), Traits.NONE);
  }

  /// @param keepsColumns whether accumulators keep the columns of series
  private VectorStream accumulate(
      VectorStream input, Supplier<? extends Accumulator> accumulators, boolean keepsColumns) {
    Reduced reduced = reduced(input, accumulators, keepsColumns);
    VectorBlock result = VectorBlock.reserve(run.budget(), reduced.groups.finish());
    run.budget().release(reduced.samples, reduced.bytes);
    return VectorStream.of(result, Traits.NONE);
  }

  /// What a stream was reduced to, and what the budget was told of that.
  private record Reduced(Groups groups, long samples, long bytes) {}

  private Reduced reduced(
      VectorStream input, Supplier<? extends Accumulator> accumulators, boolean keepsColumns) {
    Groups total = new Groups(node.grouping(), accumulators);
    long[] held = new long[3];
    input.process(
        block -> {
          Groups groups = new Groups(node.grouping(), accumulators);
          groups.add(block);
          if (!keepsColumns) {
            block.release(run.budget());
          }
          return new Partial(groups, block);
        },
        partial -> {
          total.merge(partial.groups);
          if (keepsColumns) {
            held[0] += partial.block.samples();
            held[1] += partial.block.bytes();
          } else {
            long bytes = total.bytes(steps.count());
            run.budget().reserve(0, bytes - held[2]);
            held[2] = bytes;
          }
        });
    return new Reduced(total, held[0], held[1] + held[2]);
  }

  private record Partial(Groups groups, VectorBlock block) {}

  private VectorStream choose(VectorStream input, SeriesChoice choice) {
    Map<Labels, List<VectorSeries>> groups = new TreeMap<>();
    Map<Labels, Integer> prunedSizes = new LinkedHashMap<>();
    long[] held = new long[2];
    input.process(
        block -> block.with(chosen(grouped(block), choice)),
        block -> {
          held[0] += block.samples();
          held[1] += block.bytes();
          grouped(block)
              .forEach((labels, series) -> {
                List<VectorSeries> candidates =
                    groups.computeIfAbsent(labels, _ -> new ArrayList<>());
                candidates.addAll(series);
                // Pruning again whenever they have doubled keeps them few at little cost.
                if (candidates.size() > 2 * prunedSizes.getOrDefault(labels, 32)) {
                  List<VectorSeries> pruned = choice.prune(candidates, steps.count());
                  prunedSizes.put(labels, pruned.size());
                  groups.put(labels, pruned);
                }
              });
        });
    List<VectorSeries> result = new ArrayList<>();
    groups.forEach((_, candidates) -> {
      List<VectorSeries> pruned = choice.prune(candidates, steps.count());
      if (steps.isSingle() && choice instanceof SeriesChoice.Best best) {
        pruned.sort(best.greatest() ? Sorting.descending() : Sorting.ascending());
      } else {
        pruned.sort(Comparator.comparing(VectorSeries::labels));
      }
      result.addAll(pruned);
    });
    run.budget().release(held[0], held[1]);
    VectorBlock block = VectorBlock.reserve(run.budget(), result);
    boolean ordered = steps.isSingle() && choice instanceof SeriesChoice.Best;
    Traits traits = input.traits();
    return VectorStream.of(block, ordered ? traits.asOrdered() : traits);
  }

  private Map<Labels, List<VectorSeries>> grouped(VectorBlock block) {
    Grouping grouping = node.grouping();
    Collection<String> names = MetricNames.lookup(grouping.labels());
    Map<Labels, List<VectorSeries>> groups = new LinkedHashMap<>();
    for (VectorSeries series : block.series()) {
      Labels labels = MetricNames.signature(series.labels(), !grouping.without(), names);
      groups.computeIfAbsent(labels, _ -> new ArrayList<>()).add(series);
    }
    return groups;
  }

  private List<VectorSeries> chosen(Map<Labels, List<VectorSeries>> groups, SeriesChoice choice) {
    List<VectorSeries> result = new ArrayList<>();
    groups.forEach((_, series) -> result.addAll(choice.prune(series, steps.count())));
    return result;
  }

  private static int[] counts(double[] parameter) {
    double min = min(parameter);
    double max = max(parameter);
    if (Double.isNaN(max)) {
      throw new WeirException.Unprocessable("Parameter value is NaN");
    }
    if (min <= MIN_LONG) {
      throw new WeirException.Unprocessable("Scalar value " + goText(min) + " underflows int64");
    }
    if (max >= MAX_LONG) {
      throw new WeirException.Unprocessable("Scalar value " + goText(max) + " overflows int64");
    }
    int[] counts = new int[parameter.length];
    for (int step = 0; step < counts.length; step++) {
      counts[step] = (int) Math.clamp((long) parameter[step], 0L, (long) Integer.MAX_VALUE);
    }
    return counts;
  }

  private static String goText(double value) {
    return FloatText.shortest(value);
  }

  private void checkRatios(double[] ratios) {
    if (Double.isNaN(max(ratios))) {
      throw new WeirException.Unprocessable("Ratio value is NaN");
    }
    if (max(ratios) > 1) {
      run.annotations().invalidRatio(max(ratios), 1, parameterSpan);
    }
    if (min(ratios) < -1) {
      run.annotations().invalidRatio(min(ratios), -1, parameterSpan);
    }
  }

  private void warnOfQuantiles(double[] quantiles) {
    if (Double.isNaN(max(quantiles))) {
      run.annotations().invalidQuantile(Double.NaN, parameterSpan);
    }
    if (max(quantiles) > 1) {
      run.annotations().invalidQuantile(max(quantiles), parameterSpan);
    }
    if (min(quantiles) < 0) {
      run.annotations().invalidQuantile(min(quantiles), parameterSpan);
    }
  }

  /// NaN if any is.
  private static double max(double[] values) {
    double max = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /// NaN if any is.
  private static double min(double[] values) {
    double min = Double.POSITIVE_INFINITY;
    for (double value : values) {
      min = Math.min(min, value);
    }
    return min;
  }
}
