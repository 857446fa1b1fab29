package dev.weir.promql.script;

import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.printer.PromqlPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A query with every selector pinned to a time by `@`, which must give the same whenever it is
/// asked.
record PinnedQuery(String query, long timestampMillis) {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);

  private static final Pattern TIMES =
      Pattern.compile("(?i)\\b(start|end|range|step)\\s*\\(\\s*\\)");

  /// Whether the query's value depends on the range that it is asked for.
  static boolean asksForTimes(String query) {
    return TIMES.matcher(query).find();
  }

  /// The pinned query at other times; none if the query minds the time itself.
  static List<PinnedQuery> of(String query, long timestampMillis) {
    Expr expr = PARSER.parse(query);
    if (asksForTimes(query) || mindsTime(expr)) {
      return List.of();
    }
    String pinned = PromqlPrinter.print(pin(expr, new AtModifier.Timestamp(timestampMillis)));
    List<Long> times =
        timestampMillis == 0
            ? List.of(-1000L, 0L, 1000L)
            : List.of(
                -10 * timestampMillis,
                0L,
                timestampMillis / 5,
                timestampMillis,
                10 * timestampMillis);
    List<PinnedQuery> queries = new ArrayList<>();
    times.forEach(time -> queries.add(new PinnedQuery(pinned, time)));
    return queries;
  }

  /// Functions whose value changes with the time of evaluation although their arguments do not.
  private static boolean mindsTime(Expr expr) {
    return switch (expr) {
      case Expr.Call(Function function, List<Expr> arguments, _) ->
          switch (function) {
                case TIME,
                    TIMESTAMP,
                    START_TIMESTAMP,
                    PREDICT_LINEAR,
                    DAYS_IN_MONTH,
                    DAY_OF_MONTH,
                    DAY_OF_WEEK,
                    DAY_OF_YEAR,
                    HOUR,
                    MINUTE,
                    MONTH,
                    YEAR ->
                    true;
                default -> false;
              }
              || arguments.stream().anyMatch(PinnedQuery::mindsTime);
      case Expr.Aggregation aggregation ->
          mindsTime(aggregation.operand())
              || aggregation.parameter().map(PinnedQuery::mindsTime).orElse(false);
      case Expr.BinaryOperation operation ->
          mindsTime(operation.left()) || mindsTime(operation.right());
      case Expr.SetOperation operation ->
          mindsTime(operation.left()) || mindsTime(operation.right());
      case Expr.Unary unary -> mindsTime(unary.operand());
      case Expr.Paren paren -> mindsTime(paren.inner());
      case Expr.Subquery subquery -> mindsTime(subquery.inner());
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _ ->
          false;
    };
  }

  private static Expr pin(Expr expr, AtModifier at) {
    return switch (expr) {
      case Expr.VectorSelector selector -> pinned(selector, at);
      case Expr.MatrixSelector matrix ->
          new Expr.MatrixSelector(pinned(matrix.selector(), at), matrix.range(), matrix.span());
      // A pinned subquery is evaluated at the same times whenever; so are the selectors inside.
      case Expr.Subquery subquery ->
          subquery.withModifiers(pinned(subquery.modifiers(), at), subquery.span());
      case Expr.Unary(var operator, Expr operand, var span) ->
          new Expr.Unary(operator, pin(operand, at), span);
      case Expr.BinaryOperation operation ->
          new Expr.BinaryOperation(
              operation.operator(),
              pin(operation.left(), at),
              pin(operation.right(), at),
              operation.returnBool(),
              operation.matching(),
              operation.span());
      case Expr.SetOperation operation ->
          new Expr.SetOperation(
              operation.operator(),
              pin(operation.left(), at),
              pin(operation.right(), at),
              operation.matching(),
              operation.span());
      case Expr.Aggregation(var operator, var parameter, Expr operand, var grouping, var span) ->
          new Expr.Aggregation(
              operator, parameter.map(inner -> pin(inner, at)), pin(operand, at), grouping, span);
      case Expr.Call(Function function, List<Expr> arguments, var span) ->
          new Expr.Call(
              function, arguments.stream().map(argument -> pin(argument, at)).toList(), span);
      case Expr.Paren(Expr inner, var span) -> new Expr.Paren(pin(inner, at), span);
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> expr;
    };
  }

  private static Expr.VectorSelector pinned(Expr.VectorSelector selector, AtModifier at) {
    return selector.withModifiers(pinned(selector.modifiers(), at), selector.span());
  }

  private static TimeModifiers pinned(TimeModifiers modifiers, AtModifier at) {
    return new TimeModifiers(modifiers.offset(), modifiers.at().or(() -> Optional.of(at)));
  }
}
