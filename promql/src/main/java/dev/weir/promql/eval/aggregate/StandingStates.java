package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.AggregationOperator;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.Paren;
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The states of an aggregation ([AggregationStates]) of one vector of floats after another, whose
/// series mostly are the same: which group each belongs to, and the labels that a group's state
/// travels under, are worked out once.
public final class StandingStates {
  private final Grouping grouping;
  private final AggregationOperator operator;
  private final Supplier<StatefulAccumulator> accumulators;
  private final String[] parts;
  private @Nullable List<Labels> series;
  private int[] groupOf = {};
  private int groups;
  private List<Labels> labels = List.of();
  private double[] values = {};
  private @Nullable Accumulator[] ofBlock = {};
  private @Nullable Accumulator[] total = {};

  /// @param node an aggregation that [#supports] says can be taken in again and again
  public StandingStates(Aggregation node) {
    this.grouping = node.grouping();
    this.operator = node.operator();
    this.accumulators =
        AggregationStates.accumulators(node, operandSpan(node), 1, new Annotations(""));
    this.parts = parts(operator);
  }

  static SourceSpan operandSpan(Aggregation node) {
    Expr operand = node.operand();
    while (operand instanceof Paren(Expr inner, _)) {
      operand = inner;
    }
    return operand.span();
  }

  public static boolean supports(Aggregation node) {
    return node.parameter().isEmpty() && parts(node.operator()).length > 0;
  }

  /// The columns of a state of floats.
  private static String[] parts(AggregationOperator operator) {
    return switch (operator) {
      case SUM -> new String[] {"sum", "lost"};
      case AVG -> new String[] {"sum", "mean", "lost", "count"};
      case MIN, MAX -> new String[] {"extreme"};
      case COUNT, GROUP -> new String[] {"count"};
      case STDVAR, STDDEV -> new String[] {"count", "mean", "squares"};
      case BOTTOMK, COUNT_VALUES, LIMITK, LIMIT_RATIO, QUANTILE, TOPK -> new String[0];
    };
  }

  /// Takes in a vector.
  ///
  /// @param vectorLabels of its series; the same object for as long as they are the same
  /// @param blockEnds behind the last series of each block that is added up by itself
  /// @param vectorValues of the series, absent where there is none
  // The same series: what is equal, but another object, is not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  public void take(List<Labels> vectorLabels, int[] blockEnds, double[] vectorValues) {
    if (vectorLabels != series) {
      series = vectorLabels;
      group(vectorLabels);
    }
    int slot = 0;
    for (int end : blockEnds) {
      int begin = slot;
      for (; slot < end; slot++) {
        if (!AbsentValue.is(vectorValues[slot])) {
          Accumulator accumulator = ofBlock[groupOf[slot]];
          if (accumulator == null) {
            accumulator = accumulators.get();
            ofBlock[groupOf[slot]] = accumulator;
          }
          accumulator.add(VectorSeries.ofValues(Labels.EMPTY, new double[] {vectorValues[slot]}));
        }
      }
      for (int i = begin; i < end; i++) {
        merge(groupOf[i]);
      }
    }
    for (int group = 0; group < groups; group++) {
      save(group);
    }
  }

  private void merge(int group) {
    Accumulator block = ofBlock[group];
    if (block == null) {
      return;
    }
    ofBlock[group] = null;
    Accumulator before = total[group];
    if (before == null) {
      total[group] = block;
    } else {
      before.merge(block);
    }
  }

  private void save(int group) {
    int first = group * parts.length;
    Arrays.fill(values, first, first + parts.length, AbsentValue.VALUE);
    if (total[group] instanceof StatefulAccumulator stateful) {
      StateColumns columns = new StateColumns(1);
      stateful.save(columns);
      columns.forEach((part, column) -> values[first + place(part)] = column.values()[0]);
    }
    total[group] = null;
  }

  private int place(String part) {
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].equals(part)) {
        return i;
      }
    }
    throw new WeirException.Internal(
        "the state of %s has a column \"%s\" that nobody expects".formatted(operator.text(), part));
  }

  private void group(List<Labels> vectorLabels) {
    boolean by = !grouping.without();
    Collection<String> names = MetricNames.lookup(grouping.labels());
    Map<Labels, Integer> numbers = new LinkedHashMap<>();
    groupOf = new int[vectorLabels.size()];
    for (int i = 0; i < groupOf.length; i++) {
      Labels signature = MetricNames.signature(vectorLabels.get(i), by, names);
      groupOf[i] = numbers.computeIfAbsent(signature, _ -> numbers.size());
    }
    groups = numbers.size();
    Labels[] all = new Labels[groups * parts.length];
    numbers.forEach((group, number) -> {
      for (int part = 0; part < parts.length; part++) {
        all[number * parts.length + part] = StateColumns.labels(group, parts[part]);
      }
    });
    labels = List.of(all);
    values = new double[all.length];
    ofBlock = new Accumulator[groups];
    total = new Accumulator[groups];
  }

  /// The series that carry the states: the same object for as long as they are the same.
  public List<Labels> labels() {
    return labels;
  }

  /// The states' columns; absent where a group has none. Valid until [#take] is called again.
  public double[] values() {
    return values;
  }
}
