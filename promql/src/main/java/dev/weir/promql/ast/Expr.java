package dev.weir.promql.ast;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// A parsed PromQL expression.
///
/// Nodes are immutable values. Printing a node and parsing the text again gives an equal tree,
/// apart from source spans. A tree that comes from the parser is well typed.
public sealed interface Expr {
  /// The order of matchers in a selector.
  Comparator<Matcher> BY_TEXT = Comparator.comparing(Matcher::toString, Labels::compareText);

  ValueType type();

  SourceSpan span();

  /// The expressions that it is made of, from left to right.
  default List<Expr> parts() {
    return switch (this) {
      case NumberLiteral _, StringLiteral _, VectorSelector _ -> List.of();
      case MatrixSelector(VectorSelector selector, _, _) -> List.of(selector);
      case Subquery subquery -> List.of(subquery.inner());
      case Unary(_, Expr operand, _) -> List.of(operand);
      case BinaryOperation operation -> List.of(operation.left(), operation.right());
      case SetOperation operation -> List.of(operation.left(), operation.right());
      case Aggregation aggregation ->
          aggregation
              .parameter()
              .map(parameter -> List.of(parameter, aggregation.operand()))
              .orElse(List.of(aggregation.operand()));
      case Call(_, List<Expr> arguments, _) -> arguments;
      case Paren(Expr inner, _) -> List.of(inner);
    };
  }

  /// Whether it passes a test, or anything that it is made of does.
  default boolean anyMatch(Predicate<Expr> test) {
    if (test.test(this)) {
      return true;
    }
    for (Expr part : parts()) {
      if (part.anyMatch(test)) {
        return true;
      }
    }
    return false;
  }

  /// `1.5`, `0x1f`, `+Inf`.
  ///
  /// @param duration whether it was written as one: `5m` is the number 300
  record NumberLiteral(double value, boolean duration, SourceSpan span) implements Expr {
    public NumberLiteral {
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }

    /// Equal bits: a tree with a NaN equals itself, and 0 is not -0.
    @Override
    public boolean equals(Object other) {
      return other instanceof NumberLiteral literal
          && Double.doubleToLongBits(value) == Double.doubleToLongBits(literal.value)
          && duration == literal.duration
          && span.equals(literal.span);
    }

    @Override
    public int hashCode() {
      return Double.hashCode(value);
    }
  }

  /// `"job"`
  record StringLiteral(String value, SourceSpan span) implements Expr {
    public StringLiteral {
      requireNonNull(value, "value");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.STRING;
    }
  }

  /// `up{job="api"} offset 5m`: at each step, the latest sample of every matching series.
  ///
  /// @param name the metric's name where it stands before the braces; empty if it does not. Only
  ///   the printer needs it: `matchers` hold the name as well
  /// @param matchers every test that a series must pass, as written. Selectors that have them in
  ///   another order are equal: the order matters for nothing but the labels of what is `absent`
  /// @param edges [RangeEdges#PLAIN], unless a range over this selector says otherwise
  record VectorSelector(
      String name,
      List<Matcher> matchers,
      TimeModifiers modifiers,
      RangeEdges edges,
      SourceSpan span)
      implements Expr {
    public VectorSelector {
      requireNonNull(name, "name");
      matchers = List.copyOf(matchers);
      requireNonNull(modifiers, "modifiers");
      requireNonNull(edges, "edges");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }

    /// The matchers in order of their text.
    public List<Matcher> sortedMatchers() {
      return matchers.stream().sorted(BY_TEXT).toList();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof VectorSelector selector
          && name.equals(selector.name)
          && modifiers.equals(selector.modifiers)
          && edges == selector.edges
          && span.equals(selector.span)
          && (matchers.equals(selector.matchers)
              || sortedMatchers().equals(selector.sortedMatchers()));
    }

    @Override
    public int hashCode() {
      return Objects.hash(name, Set.copyOf(matchers), modifiers, edges);
    }

    public VectorSelector withModifiers(TimeModifiers changed, SourceSpan widened) {
      return new VectorSelector(name, matchers, changed, edges, widened);
    }

    public VectorSelector withEdges(RangeEdges changed, SourceSpan widened) {
      return new VectorSelector(name, matchers, modifiers, changed, widened);
    }
  }

  /// `up{job="api"}[5m] offset 1h`: at each step, the samples of the last five minutes of every
  /// matching series. Modifiers and edges are those of the selector inside.
  record MatrixSelector(VectorSelector selector, DurationExpr range, SourceSpan span)
      implements Expr {
    public MatrixSelector {
      requireNonNull(selector, "selector");
      requireNonNull(range, "range");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }
  }

  /// `rate(http_requests_total[5m])[30m:1m]`: an instant vector, evaluated at the multiples of its
  /// own step in a range.
  ///
  /// @param step left out, it is the engine's default
  record Subquery(
      Expr inner,
      DurationExpr range,
      Optional<DurationExpr> step,
      TimeModifiers modifiers,
      SourceSpan span)
      implements Expr {
    public Subquery {
      requireNonNull(inner, "inner");
      requireNonNull(range, "range");
      requireNonNull(step, "step");
      requireNonNull(modifiers, "modifiers");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }

    public Subquery withModifiers(TimeModifiers changed, SourceSpan widened) {
      return new Subquery(inner, range, step, changed, widened);
    }
  }

  /// `-up`
  record Unary(UnaryOperator operator, Expr operand, SourceSpan span) implements Expr {
    public Unary {
      requireNonNull(operator, "operator");
      requireNonNull(operand, "operand");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return operand.type();
    }
  }

  /// `a / on (job) group_left b`: arithmetic or comparison, value by value.
  ///
  /// @param returnBool a comparison answers 0 or 1 instead of filtering
  /// @param matching only matters between two vectors
  record BinaryOperation(
      BinaryOperator operator,
      Expr left,
      Expr right,
      boolean returnBool,
      VectorMatching matching,
      SourceSpan span)
      implements Expr {
    public BinaryOperation {
      requireNonNull(operator, "operator");
      requireNonNull(left, "left");
      requireNonNull(right, "right");
      requireNonNull(matching, "matching");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.INSTANT_VECTOR;
    }
  }

  /// `a unless on (instance) b`
  record SetOperation(
      SetOperator operator, Expr left, Expr right, VectorMatching matching, SourceSpan span)
      implements Expr {
    public SetOperation {
      requireNonNull(operator, "operator");
      requireNonNull(left, "left");
      requireNonNull(right, "right");
      requireNonNull(matching, "matching");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /// `topk by (job) (5, http_requests_total)`
  record Aggregation(
      AggregationOperator operator,
      Optional<Expr> parameter,
      Expr operand,
      Grouping grouping,
      SourceSpan span)
      implements Expr {
    public Aggregation {
      requireNonNull(operator, "operator");
      requireNonNull(parameter, "parameter");
      requireNonNull(operand, "operand");
      requireNonNull(grouping, "grouping");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }
  }

  /// `rate(http_requests_total[5m])`
  record Call(Function function, List<Expr> arguments, SourceSpan span) implements Expr {
    public Call {
      requireNonNull(function, "function");
      arguments = List.copyOf(arguments);
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return function.returnType();
    }
  }

  /// `(a + b)`
  record Paren(Expr inner, SourceSpan span) implements Expr {
    public Paren {
      requireNonNull(inner, "inner");
      requireNonNull(span, "span");
    }

    @Override
    public ValueType type() {
      return inner.type();
    }
  }
}
