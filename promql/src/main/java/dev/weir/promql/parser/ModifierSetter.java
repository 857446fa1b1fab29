package dev.weir.promql.parser;

import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.DurationExpr;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.TimeModifiers;
import java.util.Optional;

/// Puts `offset`, `@`, `anchored` and `smoothed` on the selector or subquery before them.
final class ModifierSetter {
  private ModifierSetter() {}

  /// @param whole from the expression's start to the modifier's end
  static Expr offset(Expr expr, DurationExpr offset, SourceSpan whole) {
    TimeModifiers modifiers = modifiers(expr).orElseThrow(() -> notBehind(expr, "offset modifier"));
    if (modifiers.offset().isPresent()) {
      throw new ParseError(expr.span(), "offset may not be set multiple times");
    }
    // An offset of nothing is none.
    boolean zero = offset instanceof DurationExpr.Literal(double seconds, _, _) && seconds == 0;
    return with(expr, zero ? modifiers : modifiers.withOffset(offset), whole);
  }

  static Expr at(Expr expr, AtModifier at, SourceSpan whole) {
    TimeModifiers modifiers = modifiers(expr).orElseThrow(() -> notBehind(expr, "@ modifier"));
    if (modifiers.at().isPresent()) {
      throw new ParseError(expr.span(), "@ <timestamp> may not be set multiple times");
    }
    return with(expr, modifiers.withAt(at), whole);
  }

  private static ParseError notBehind(Expr expr, String modifier) {
    return new ParseError(
        expr.span(),
        modifier
            + " must be preceded by an instant vector selector or range vector selector or a"
            + " subquery");
  }

  private static Optional<TimeModifiers> modifiers(Expr expr) {
    return switch (expr) {
      case Expr.VectorSelector selector -> Optional.of(selector.modifiers());
      case Expr.MatrixSelector matrix -> Optional.of(matrix.selector().modifiers());
      case Expr.Subquery subquery -> Optional.of(subquery.modifiers());
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Unary _,
          Expr.BinaryOperation _,
          Expr.SetOperation _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Paren _ ->
          Optional.empty();
    };
  }

  private static Expr with(Expr expr, TimeModifiers modifiers, SourceSpan whole) {
    return switch (expr) {
      case Expr.VectorSelector selector -> selector.withModifiers(modifiers, whole);
      case Expr.MatrixSelector(Expr.VectorSelector selector, DurationExpr range, _) ->
          new Expr.MatrixSelector(selector.withModifiers(modifiers, selector.span()), range, whole);
      case Expr.Subquery subquery -> subquery.withModifiers(modifiers, whole);
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Unary _,
          Expr.BinaryOperation _,
          Expr.SetOperation _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Paren _ ->
          throw new IllegalStateException("checked before: " + expr.type());
    };
  }

  static Expr edges(Expr expr, RangeEdges edges, SourceSpan whole) {
    return switch (expr) {
      case Expr.VectorSelector selector -> {
        checkEdges(expr, selector, edges);
        yield selector.withEdges(edges, whole);
      }
      case Expr.MatrixSelector(Expr.VectorSelector selector, DurationExpr range, _) -> {
        checkEdges(expr, selector, edges);
        yield new Expr.MatrixSelector(selector.withEdges(edges, selector.span()), range, whole);
      }
      case Expr.Subquery _ ->
          throw new ParseError(
              expr.span(), edges.text() + " modifier is not supported for subqueries");
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Unary _,
          Expr.BinaryOperation _,
          Expr.SetOperation _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Paren _ ->
          throw new ParseError(expr.span(), edges.text() + " modifier not implemented");
    };
  }

  private static void checkEdges(Expr expr, Expr.VectorSelector selector, RangeEdges edges) {
    if (selector.edges() != RangeEdges.PLAIN && selector.edges() != edges) {
      throw new ParseError(expr.span(), "anchored and smoothed modifiers cannot be used together");
    }
  }
}
