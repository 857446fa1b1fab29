package dev.weir.promql.oracle;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.NumberLiteral;
import dev.weir.promql.ast.Expr.Paren;
import dev.weir.promql.ast.Expr.SetOperation;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.Unary;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SetOperator;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.ast.UnaryOperator;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import dev.weir.promql.oracle.OracleValue.Element;
import dev.weir.promql.oracle.OracleValue.OracleError;
import dev.weir.promql.oracle.OracleValue.Range;
import dev.weir.promql.oracle.OracleValue.Row;
import dev.weir.promql.oracle.OracleValue.Sample;
import dev.weir.promql.oracle.OracleValue.Scalar;
import dev.weir.promql.oracle.OracleValue.Vector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Evaluates expressions at one time after the other. Knows what [RandomExpressions] writes.
final class Oracle {
  private final Map<Labels, NavigableMap<Long, Sample>> series;
  private final long lookbackMillis;
  private final QueryTimes times;
  private final boolean delayed;

  /// @param delayed whether names are dropped at the end
  Oracle(
      Map<Labels, NavigableMap<Long, Sample>> series,
      long lookbackMillis,
      QueryTimes times,
      boolean delayed) {
    this.series = series;
    this.lookbackMillis = lookbackMillis;
    this.times = times;
    this.delayed = delayed;
  }

  /// The value of a query.
  OracleValue result(Expr expr, long time) {
    OracleValue value = evaluate(expr, time);
    return value instanceof Vector(List<Element> elements)
        ? new Vector(
                elements.stream()
                    .map(element ->
                        element.dropName() ? element.changed(element.sample(), false) : element)
                    .toList())
            .distinct()
        : value;
  }

  /// Equal labels are an error where names are dropped.
  private Vector distinct(Vector vector) {
    return delayed ? vector : vector.distinct();
  }

  private OracleValue evaluate(Expr expr, long time) {
    return switch (expr) {
      case NumberLiteral(double value, _, _) -> new Scalar(value);
      case Paren(Expr inner, _) -> evaluate(inner, time);
      case Unary(UnaryOperator operator, Expr operand, _) ->
          operator == UnaryOperator.PLUS ? evaluate(operand, time) : negated(operand, time);
      case VectorSelector selector ->
          selector.edges() == RangeEdges.SMOOTHED
              ? smoothed(selector, time)
              : instant(selector, time);
      case MatrixSelector matrix -> range(matrix, time);
      case Subquery subquery -> subquery(subquery, time);
      case BinaryOperation operation -> binary(operation, time);
      case SetOperation operation -> set(operation, time);
      case Aggregation aggregation -> aggregation(aggregation, time);
      case Call call -> call(call, time);
      case StringLiteral _ -> throw new IllegalArgumentException("text");
    };
  }

  private Vector vector(Expr expr, long time) {
    return (Vector) evaluate(expr, time);
  }

  private OracleValue negated(Expr operand, long time) {
    return switch (evaluate(operand, time)) {
      case Scalar(double value) -> new Scalar(-value);
      case Vector(List<Element> elements) ->
          distinct(
              new Vector(
                  elements.stream()
                      .map(element -> {
                        Sample sample = element.sample();
                        return element.changed(
                            sample.isFloat()
                                ? Sample.of(-sample.value())
                                : Sample.of(sample.asHistogram().times(-1)),
                            delayed);
                      })
                      .toList()));
      case Range _ -> throw new IllegalArgumentException("a range");
    };
  }

  private long moved(TimeModifiers modifiers, long time) {
    long at =
        modifiers.at().isPresent() && modifiers.at().get() instanceof AtModifier.Timestamp(long t)
            ? t
            : time;
    return at - modifiers.offset().map(offset -> offset.offsetMillis(times)).orElse(0L);
  }

  private static boolean matches(List<Matcher> matchers, Labels labels) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())));
  }

  private static boolean isStale(Sample sample) {
    return sample.isFloat() && StalenessMarker.is(sample.value());
  }

  private Vector instant(VectorSelector selector, long time) {
    long at = moved(selector.modifiers(), time);
    List<Element> elements = new ArrayList<>();
    series.forEach((labels, samples) -> {
      Map.Entry<Long, Sample> latest = samples.floorEntry(at);
      if (matches(selector.matchers(), labels)
          && latest != null
          && latest.getKey() > at - lookbackMillis
          && !isStale(latest.getValue())) {
        elements.add(new Element(labels, latest.getValue()));
      }
    });
    return new Vector(elements);
  }

  private Range range(MatrixSelector matrix, long time) {
    long end = moved(matrix.selector().modifiers(), time);
    long start = end - matrix.range().rangeMillis(times);
    List<Row> rows = new ArrayList<>();
    series.forEach((labels, samples) -> {
      if (matches(matrix.selector().matchers(), labels)) {
        rows.add(
            new Row(
                labels,
                samples.subMap(start, false, end, true).values().stream()
                    .filter(sample -> !isStale(sample))
                    .toList()));
      }
    });
    return new Range(start, end, rows);
  }

  private Range subquery(Subquery subquery, long time) {
    long end = moved(subquery.modifiers(), time);
    long start = end - subquery.range().rangeMillis(times);
    long step = subquery.step().orElseThrow().rangeMillis(times);
    Map<Labels, List<Sample>> rows = new TreeMap<>();
    for (long at = (Math.floorDiv(start, step) + 1) * step; at <= end; at += step) {
      long now = at;
      vector(subquery.inner(), at)
          .elements()
          .forEach(element -> {
            Sample sample = element.sample();
            rows.computeIfAbsent(element.labels(), _ -> new ArrayList<>())
                .add(new Sample(now, sample.value(), sample.histogram()));
          });
    }
    return new Range(
        start,
        end,
        rows.entrySet().stream().map(row -> new Row(row.getKey(), row.getValue())).toList());
  }

  private Vector call(Call call, long time) {
    return switch (call.function()) {
      case ABS -> floats(call, time, Math::abs);
      case SGN -> floats(call, time, Math::signum);
      case HISTOGRAM_COUNT -> histograms(call, time, NaiveHistogram::count);
      case HISTOGRAM_SUM -> histograms(call, time, NaiveHistogram::sum);
      default -> {
        if (call.arguments().getFirst() instanceof MatrixSelector matrix
            && matrix.selector().edges() != RangeEdges.PLAIN) {
          yield extended(call.function(), matrix, time);
        }
        Range range = (Range) evaluate(call.arguments().getFirst(), time);
        List<Element> elements = new ArrayList<>();
        for (Row row : range.rows()) {
          if (row.samples().isEmpty()) {
            continue;
          }
          Sample result =
              new OracleRanges(range.startMillis(), range.endMillis(), row.samples())
                  .apply(call.function());
          if (result != null) {
            boolean keepsName =
                switch (call.function()) {
                  case FIRST_OVER_TIME, LAST_OVER_TIME -> true;
                  default -> false;
                };
            Element element = new Element(row.labels(), result);
            elements.add(keepsName ? element : element.changed(result, delayed));
          }
        }
        yield distinct(new Vector(elements));
      }
    };
  }

  private Vector extended(Function function, MatrixSelector matrix, long time) {
    VectorSelector selector = matrix.selector();
    long end = moved(selector.modifiers(), time);
    List<Element> elements = new ArrayList<>();
    series.forEach((labels, samples) -> {
      if (matches(selector.matchers(), labels)) {
        Sample result =
            new OracleEdges(
                    selector.edges(),
                    end - matrix.range().rangeMillis(times),
                    end,
                    lookbackMillis,
                    withoutStale(samples))
                .apply(function);
        if (result != null) {
          elements.add(new Element(labels, result).changed(result, delayed));
        }
      }
    });
    return distinct(new Vector(elements));
  }

  private static NavigableMap<Long, Sample> withoutStale(NavigableMap<Long, Sample> samples) {
    TreeMap<Long, Sample> kept = new TreeMap<>(samples);
    kept.values().removeIf(Oracle::isStale);
    return kept;
  }

  private Vector smoothed(VectorSelector selector, long time) {
    long at = moved(selector.modifiers(), time);
    List<Element> elements = new ArrayList<>();
    series.forEach((labels, all) -> {
      NavigableMap<Long, Sample> samples =
          withoutStale(all).subMap(at - lookbackMillis, false, at + lookbackMillis, true);
      boolean mixed =
          samples.values().stream().anyMatch(Sample::isFloat)
              && !samples.values().stream().allMatch(Sample::isFloat);
      Map.Entry<Long, Sample> before = samples.floorEntry(at);
      Map.Entry<Long, Sample> after = samples.ceilingEntry(at);
      if (!matches(selector.matchers(), labels) || before == null || mixed) {
        return;
      }
      Sample sample = before.getValue();
      if (after == null || before.getKey() == at) {
        elements.add(new Element(labels, sample));
      } else if (OracleRanges.allFit(List.of(sample, after.getValue()))) {
        elements.add(new Element(labels, OracleEdges.between(sample, after.getValue(), at, false)));
      }
    });
    return new Vector(elements);
  }

  private Vector floats(Call call, long time, DoubleUnaryOperator operator) {
    return distinct(
        new Vector(
            vector(call.arguments().getFirst(), time).elements().stream()
                .filter(element -> element.sample().isFloat())
                .map(element ->
                    element.changed(
                        Sample.of(operator.applyAsDouble(element.sample().value())), delayed))
                .toList()));
  }

  private Vector histograms(Call call, long time, ToDoubleFunction<NaiveHistogram> function) {
    return distinct(
        new Vector(
            vector(call.arguments().getFirst(), time).elements().stream()
                .filter(element -> !element.sample().isFloat())
                .map(element ->
                    element.changed(
                        Sample.of(function.applyAsDouble(element.sample().asHistogram())), delayed))
                .toList()));
  }

  private static Labels signature(Labels labels, VectorMatching matching) {
    return matching.on()
        ? labels.keep(matching.labels()::contains)
        : labels.keep(name -> !name.equals(Labels.NAME) && !matching.labels().contains(name));
  }

  private Vector set(SetOperation operation, long time) {
    List<Element> left = vector(operation.left(), time).elements();
    List<Element> right = vector(operation.right(), time).elements();
    VectorMatching matching = operation.matching();
    Set<Labels> lefts = new HashSet<>();
    left.forEach(element -> lefts.add(signature(element.labels(), matching)));
    Set<Labels> rights = new HashSet<>();
    right.forEach(element -> rights.add(signature(element.labels(), matching)));
    List<Element> result = new ArrayList<>();
    for (Element element : left) {
      boolean there = rights.contains(signature(element.labels(), matching));
      if (operation.operator() == SetOperator.OR
          || there == (operation.operator() == SetOperator.AND)) {
        result.add(element);
      }
    }
    if (operation.operator() == SetOperator.OR) {
      right.stream()
          .filter(element -> !lefts.contains(signature(element.labels(), matching)))
          .forEach(result::add);
    }
    return distinct(new Vector(result));
  }

  private OracleValue binary(BinaryOperation operation, long time) {
    OracleValue left = evaluate(operation.left(), time);
    OracleValue right = evaluate(operation.right(), time);
    if (left instanceof Vector many && right instanceof Vector one) {
      return operation.matching().cardinality() == Cardinality.ONE_TO_MANY
          ? matched(operation, one, many, true)
          : matched(operation, many, one, false);
    }
    BinaryOperator operator = operation.operator();
    if (left instanceof Scalar(double a) && right instanceof Scalar(double b)) {
      Sample result = combined(operator, Sample.of(a), Sample.of(b), true);
      return new Scalar(result == null ? Double.NaN : result.value());
    }
    boolean scalarIsLeft = left instanceof Scalar;
    List<Element> elements = new ArrayList<>();
    for (Element element : ((Vector) (scalarIsLeft ? right : left)).elements()) {
      Sample scalar = Sample.of(((Scalar) (scalarIsLeft ? left : right)).value());
      Sample result =
          scalarIsLeft
              ? combined(operator, scalar, element.sample(), operation.returnBool())
              : combined(operator, element.sample(), scalar, operation.returnBool());
      if (result != null) {
        boolean filters = operator.isComparison() && !operation.returnBool();
        elements.add(filters ? element : element.changed(result, delayed));
      }
    }
    return distinct(new Vector(elements));
  }

  /// @return null if there is no result
  private static @Nullable Sample combined(
      BinaryOperator operator, Sample left, Sample right, boolean returnBool) {
    if (operator.isComparison()) {
      Boolean holds = holds(operator, left, right);
      if (holds == null || (!holds && !returnBool)) {
        return null;
      }
      return returnBool ? Sample.of(holds ? 1 : 0) : left;
    }
    if (left.isFloat() && right.isFloat()) {
      double a = left.value();
      double b = right.value();
      return switch (operator) {
        case ADD -> Sample.of(a + b);
        case SUBTRACT -> Sample.of(a - b);
        case MULTIPLY -> Sample.of(a * b);
        case DIVIDE -> Sample.of(a / b);
        default -> throw new IllegalArgumentException(operator.text());
      };
    }
    if (!left.isFloat() && !right.isFloat()) {
      return switch (operator) {
        case ADD ->
            left.asHistogram().fits(right.asHistogram())
                ? Sample.of(left.asHistogram().plus(right.asHistogram()))
                : null;
        case SUBTRACT ->
            left.asHistogram().fits(right.asHistogram())
                ? Sample.of(left.asHistogram().minus(right.asHistogram()))
                : null;
        default -> null;
      };
    }
    if (operator == BinaryOperator.MULTIPLY) {
      return left.isFloat()
          ? Sample.of(right.asHistogram().times(left.value()))
          : Sample.of(left.asHistogram().times(right.value()));
    }
    return operator == BinaryOperator.DIVIDE && !left.isFloat()
        ? Sample.of(left.asHistogram().dividedBy(right.value()))
        : null;
  }

  private static @Nullable Boolean holds(BinaryOperator operator, Sample left, Sample right) {
    if (left.isFloat() != right.isFloat()) {
      return null;
    }
    double a = left.value();
    double b = right.value();
    return switch (operator) {
      case EQUAL -> left.isFloat() ? a == b : left.asHistogram().equals(right.asHistogram());
      case NOT_EQUAL -> left.isFloat() ? a != b : !left.asHistogram().equals(right.asHistogram());
      case GREATER -> left.isFloat() ? a > b : null;
      case LESS_OR_EQUAL -> left.isFloat() ? a <= b : null;
      default -> throw new IllegalArgumentException(operator.text());
    };
  }

  private Vector matched(BinaryOperation operation, Vector many, Vector one, boolean swapped) {
    VectorMatching matching = operation.matching();
    // With group_right, values are filled in as if the sides had been swapped.
    OptionalDouble fillOne = matching.fillRight();
    OptionalDouble fillMany = matching.fillLeft();
    boolean fills = fillOne.isPresent() || fillMany.isPresent();
    if (!fills && (many.elements().isEmpty() || one.elements().isEmpty())) {
      return new Vector(List.of());
    }
    Map<Labels, Element> ones = new TreeMap<>();
    for (Element element : one.elements()) {
      if (ones.put(signature(element.labels(), matching), element) != null) {
        throw new OracleError("found duplicate series for the match group");
      }
    }
    boolean oneToOne = matching.cardinality() == Cardinality.ONE_TO_ONE;
    List<Element> left = new ArrayList<>(many.elements());
    Set<Labels> matched = new HashSet<>();
    many.elements().forEach(element -> matched.add(signature(element.labels(), matching)));
    if (fillMany.isPresent()) {
      for (Labels signature : ones.keySet()) {
        if (!matched.contains(signature)) {
          left.add(new Element(signature, Sample.of(fillMany.getAsDouble())));
        }
      }
    }
    Set<List<Labels>> seen = new HashSet<>();
    List<Element> result = new ArrayList<>();
    for (Element element : left) {
      Labels signature = signature(element.labels(), matching);
      Element partner = ones.get(signature);
      if (partner == null && fillOne.isPresent()) {
        partner = new Element(signature, Sample.of(fillOne.getAsDouble()));
      }
      if (partner == null) {
        continue;
      }
      Labels labels = labels(operation, element.labels(), partner.labels());
      if (!seen.add(List.of(signature, oneToOne ? Labels.EMPTY : labels))) {
        throw new OracleError("multiple matches for labels");
      }
      Sample sample =
          swapped
              ? combined(
                  operation.operator(), partner.sample(), element.sample(), operation.returnBool())
              : combined(
                  operation.operator(), element.sample(), partner.sample(), operation.returnBool());
      if (sample != null) {
        result.add(new Element(labels, sample, delayed && operation.returnBool()));
      }
    }
    return distinct(new Vector(result));
  }

  private Labels labels(BinaryOperation operation, Labels many, Labels one) {
    VectorMatching matching = operation.matching();
    Labels labels =
        operation.operator().isComparison() && (delayed || !operation.returnBool())
            ? many
            : many.without(Labels.NAME);
    if (matching.cardinality() == Cardinality.ONE_TO_ONE) {
      labels = labels.keep(name -> matching.labels().contains(name) == matching.on());
    }
    for (String name : matching.include()) {
      labels = labels.with(name, one.get(name));
    }
    return labels;
  }

  private Vector aggregation(Aggregation aggregation, long time) {
    OracleAggregations aggregations =
        new OracleAggregations(aggregation, vector(aggregation.operand(), time).elements());
    if (aggregation.parameter().isEmpty()) {
      return aggregations.result(Double.NaN);
    }
    return aggregation.parameter().get() instanceof StringLiteral(String label, _)
        ? aggregations.countsOfValues(label)
        : aggregations.result(((Scalar) evaluate(aggregation.parameter().get(), time)).value());
  }
}
