package dev.weir.streams.definition;

import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.Function;
import dev.weir.promql.plan.SplitExpr;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Why partitions cannot give what a selector selects: what stands around it in the expression.
enum UnsplitReason {
  INFO("by info()"),
  TIME("at another time than the evaluation's (by @)"),
  SUBQUERY("inside a subquery over more than single series"),
  ARGUMENT("as a range, by a function that has to read its other argument as well"),
  NAMES("as a range, or for its times, while promql-delayed-name-removal is on");

  private final String text;

  UnsplitReason(String text) {
    this.text = text;
  }

  /// Follows on "is read".
  String text() {
    return text;
  }

  /// @param selector that [SplitExpr#unsplit] names
  /// @param delayedNameRemoval whether names are dropped at the end of the query
  static UnsplitReason of(
      Expr expr,
      VectorSelector selector,
      Predicate<VectorSelector> sharded,
      boolean delayedNameRemoval) {
    SplitExpr withNames = SplitExpr.of(expr, 0, sharded);
    if (delayedNameRemoval && !withNames.unsplit(sharded).contains(selector)) {
      return NAMES;
    }
    // The one that info() adds stands nowhere.
    return find(withNames.merge(), selector, sharded).orElse(INFO);
  }

  private static Optional<UnsplitReason> find(
      Expr expr, VectorSelector selector, Predicate<VectorSelector> sharded) {
    return switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> Optional.empty();
      case VectorSelector other -> other.equals(selector) ? Optional.of(TIME) : Optional.empty();
      case Expr.MatrixSelector(VectorSelector other, _, _) ->
          find(other, selector, sharded)
              .map(_ -> other.modifiers().at().isPresent() ? TIME : ARGUMENT);
      case Expr.Subquery subquery ->
          find(subquery.inner(), selector, sharded).map(_ -> around(subquery, selector, sharded));
      case Expr.Paren(Expr inner, _) -> find(inner, selector, sharded);
      case Expr.Unary(_, Expr operand, _) -> find(operand, selector, sharded);
      case Expr.BinaryOperation operation ->
          first(List.of(operation.left(), operation.right()), selector, sharded);
      case Expr.SetOperation operation ->
          first(List.of(operation.left(), operation.right()), selector, sharded);
      case Expr.Aggregation aggregation ->
          first(
              Stream.concat(aggregation.parameter().stream(), Stream.of(aggregation.operand()))
                  .toList(),
              selector,
              sharded);
      case Expr.Call(Function function, List<Expr> arguments, _) ->
          first(arguments, selector, sharded)
              .map(reason -> function == Function.INFO ? INFO : reason);
    };
  }

  private static Optional<UnsplitReason> first(
      List<Expr> parts, VectorSelector selector, Predicate<VectorSelector> sharded) {
    return parts.stream()
        .map(part -> find(part, selector, sharded))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /// A subquery over single series is like a range, which a function of it alone can be given.
  private static UnsplitReason around(
      Expr.Subquery subquery, VectorSelector selector, Predicate<VectorSelector> sharded) {
    if (subquery.modifiers().at().isPresent() || selector.modifiers().at().isPresent()) {
      return TIME;
    }
    Expr alone = new Expr.Call(Function.LAST_OVER_TIME, List.of(subquery), subquery.span());
    return SplitExpr.of(alone, 0, sharded).unsplit(sharded).isEmpty() ? ARGUMENT : SUBQUERY;
  }
}
