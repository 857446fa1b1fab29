package dev.weir.promql.parser;

import dev.weir.promql.ast.DurationExpr;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.TimeModifiers;

/// Trees without their places in the source, so that those of different texts compare.
public final class SourceFree {
  private static final SourceSpan NONE = SourceSpan.NONE;

  private final boolean dropParens;

  private SourceFree(boolean dropParens) {
    this.dropParens = dropParens;
  }

  public static Expr of(Expr expr) {
    return new SourceFree(false).strip(expr);
  }

  /// Without parentheses as well: what remains is how operators bind.
  static Expr withoutParens(Expr expr) {
    return new SourceFree(true).strip(expr);
  }

  private Expr strip(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral(double value, boolean duration, _) ->
          new Expr.NumberLiteral(value, duration, NONE);
      case Expr.StringLiteral(String value, _) -> new Expr.StringLiteral(value, NONE);
      case Expr.VectorSelector selector -> selector(selector);
      case Expr.MatrixSelector(Expr.VectorSelector selector, DurationExpr range, _) ->
          new Expr.MatrixSelector(selector(selector), strip(range), NONE);
      case Expr.Subquery(Expr inner, DurationExpr range, var step, TimeModifiers modifiers, _) ->
          new Expr.Subquery(
              strip(inner), strip(range), step.map(this::strip), strip(modifiers), NONE);
      case Expr.Unary(var operator, Expr operand, _) ->
          new Expr.Unary(operator, strip(operand), NONE);
      case Expr.BinaryOperation(
              var operator,
              Expr left,
              Expr right,
              boolean returnBool,
              var matching,
              _) ->
          new Expr.BinaryOperation(operator, strip(left), strip(right), returnBool, matching, NONE);
      case Expr.SetOperation(var operator, Expr left, Expr right, var matching, _) ->
          new Expr.SetOperation(operator, strip(left), strip(right), matching, NONE);
      case Expr.Aggregation(var operator, var parameter, Expr operand, var grouping, _) ->
          new Expr.Aggregation(
              operator, parameter.map(this::strip), strip(operand), grouping, NONE);
      case Expr.Call(var function, var arguments, _) ->
          new Expr.Call(function, arguments.stream().map(this::strip).toList(), NONE);
      case Expr.Paren(Expr inner, _) ->
          dropParens ? strip(inner) : new Expr.Paren(strip(inner), NONE);
    };
  }

  private Expr.VectorSelector selector(Expr.VectorSelector selector) {
    return new Expr.VectorSelector(
        selector.name(), selector.matchers(), strip(selector.modifiers()), selector.edges(), NONE);
  }

  private TimeModifiers strip(TimeModifiers modifiers) {
    return new TimeModifiers(modifiers.offset().map(this::strip), modifiers.at());
  }

  private DurationExpr strip(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal(double seconds, boolean unit, _) ->
          new DurationExpr.Literal(seconds, unit, NONE);
      case DurationExpr.Step _ -> new DurationExpr.Step(NONE);
      case DurationExpr.Range _ -> new DurationExpr.Range(NONE);
      case DurationExpr.Unary(var operator, DurationExpr operand, _) ->
          new DurationExpr.Unary(operator, strip(operand), NONE);
      case DurationExpr.Binary(var operator, DurationExpr left, DurationExpr right, _) ->
          new DurationExpr.Binary(operator, strip(left), strip(right), NONE);
      case DurationExpr.Paren(DurationExpr inner, _) ->
          dropParens ? strip(inner) : new DurationExpr.Paren(strip(inner), NONE);
    };
  }
}
