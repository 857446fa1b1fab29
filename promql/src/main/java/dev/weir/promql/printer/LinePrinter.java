package dev.weir.promql.printer;

import dev.weir.model.DurationText;
import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.DurationExpr;
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
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// Writes expressions on one line.
final class LinePrinter {
  private final StringBuilder out = new StringBuilder();
  private final int enough;

  LinePrinter() {
    this(Integer.MAX_VALUE);
  }

  private LinePrinter(int enough) {
    this.enough = enough;
  }

  /// Whether the line has at most that many bytes. Writes no more than it takes to know.
  static boolean fits(Expr expr, int bytes) {
    LinePrinter line = new LinePrinter(bytes);
    line.append(expr);
    return line.out.length() <= bytes
        && line.text().getBytes(StandardCharsets.UTF_8).length <= bytes;
  }

  String text() {
    return out.toString();
  }

  void append(Expr expr) {
    if (out.length() > enough) {
      return;
    }
    switch (expr) {
      case NumberLiteral(double value, boolean duration, _) -> out.append(number(value, duration));
      case StringLiteral(String value, _) -> LabelText.appendQuoted(out, value);
      case VectorSelector selector -> {
        appendMatchers(selector);
        out.append(at(selector.modifiers()))
            .append(edges(selector.edges()))
            .append(offset(selector.modifiers()));
      }
      case MatrixSelector(VectorSelector selector, DurationExpr range, _) -> {
        appendMatchers(selector);
        out.append('[')
            .append(duration(range))
            .append(']')
            .append(edges(selector.edges()))
            .append(at(selector.modifiers()))
            .append(offset(selector.modifiers()));
      }
      case Subquery subquery -> {
        append(subquery.inner());
        out.append(suffix(subquery));
      }
      case Unary(var operator, Expr operand, _) -> {
        out.append(operator.text());
        append(operand);
      }
      case BinaryOperation operation ->
          appendOperands(operation.left(), operator(operation), operation.right());
      case SetOperation operation ->
          appendOperands(operation.left(), operator(operation), operation.right());
      case Aggregation aggregation -> {
        out.append(operator(aggregation)).append('(');
        aggregation
            .parameter()
            .ifPresent(parameter -> {
              append(parameter);
              out.append(", ");
            });
        append(aggregation.operand());
        out.append(')');
      }
      case Call(var function, List<Expr> arguments, _) -> {
        out.append(function.text()).append('(');
        String comma = "";
        for (Expr argument : arguments) {
          out.append(comma);
          append(argument);
          comma = ", ";
        }
        out.append(')');
      }
      case Paren(Expr inner, _) -> {
        out.append('(');
        append(inner);
        out.append(')');
      }
    }
  }

  private void appendOperands(Expr left, String operator, Expr right) {
    if (isInfiniteBase(left, operator)) {
      out.append("Inf");
    } else {
      append(left);
    }
    out.append(' ').append(operator).append(' ');
    append(right);
  }

  /// Whether the left operand is `+Inf` and has to be written without its sign, which would apply
  /// to the power.
  static boolean isInfiniteBase(Expr left, String operator) {
    return operator.startsWith("^")
        && left instanceof NumberLiteral(double value, _, _)
        && value == Double.POSITIVE_INFINITY;
  }

  private void appendMatchers(VectorSelector selector) {
    out.append(selector.name());
    String braces =
        selector.sortedMatchers().stream()
            .filter(matcher -> !isName(matcher, selector.name()))
            .map(Matcher::toString)
            .collect(Collectors.joining(","));
    if (!braces.isEmpty() || selector.name().isEmpty()) {
      out.append('{').append(braces).append('}');
    }
  }

  private static boolean isName(Matcher matcher, String name) {
    return !name.isEmpty()
        && matcher.type() == Matcher.Type.EQUAL
        && matcher.name().equals(Labels.NAME)
        && matcher.value().equals(name);
  }

  /// `sum by (job) `, with the space before the parenthesis only behind labels.
  static String operator(Aggregation aggregation) {
    String operator = aggregation.operator().text();
    List<String> grouping = aggregation.grouping().labels();
    if (aggregation.grouping().without()) {
      return operator + " without " + labels(grouping) + " ";
    }
    return grouping.isEmpty() ? operator : operator + " by " + labels(grouping) + " ";
  }

  static String operator(BinaryOperation operation) {
    return operation.operator().text()
        + (operation.returnBool() ? " bool" : "")
        + matching(operation.matching());
  }

  static String operator(SetOperation operation) {
    return operation.operator().text() + matching(operation.matching());
  }

  private static String matching(VectorMatching matching) {
    StringBuilder out = new StringBuilder();
    boolean grouped =
        matching.cardinality() == Cardinality.MANY_TO_ONE
            || matching.cardinality() == Cardinality.ONE_TO_MANY;
    if (matching.on() || grouped || !matching.labels().isEmpty()) {
      out.append(matching.on() ? " on " : " ignoring ").append(labels(matching.labels()));
    }
    if (grouped) {
      out.append(
              matching.cardinality() == Cardinality.MANY_TO_ONE ? " group_left " : " group_right ")
          .append(labels(matching.include()));
    }
    if (matching.fillLeft().isPresent() && matching.fillLeft().equals(matching.fillRight())) {
      return out.append(fill(" fill", matching.fillLeft().getAsDouble())).toString();
    }
    matching.fillLeft().ifPresent(value -> out.append(fill(" fill_left", value)));
    matching.fillRight().ifPresent(value -> out.append(fill(" fill_right", value)));
    return out.toString();
  }

  private static String fill(String keyword, double value) {
    return keyword + " (" + FloatText.shortest(value) + ")";
  }

  private static String labels(List<String> labels) {
    StringBuilder out = new StringBuilder("(");
    String comma = "";
    for (String label : labels) {
      out.append(comma);
      LabelText.appendName(out, label);
      comma = ", ";
    }
    return out.append(')').toString();
  }

  /// What stands behind the inner expression: `[30m:1m] @ 1609746000.000 offset 5m`.
  static String suffix(Subquery subquery) {
    return "["
        + duration(subquery.range())
        + ":"
        + subquery.step().map(LinePrinter::duration).orElse("")
        + "]"
        + at(subquery.modifiers())
        + offset(subquery.modifiers());
  }

  private static String edges(RangeEdges edges) {
    return edges == RangeEdges.PLAIN ? "" : " " + edges.text();
  }

  private static String at(TimeModifiers modifiers) {
    return modifiers
        .at()
        .map(at ->
            switch (at) {
              case AtModifier.Timestamp(long millis) ->
                  " @ " + BigDecimal.valueOf(millis, 3).toPlainString();
              case AtModifier.Start _ -> " @ start()";
              case AtModifier.End _ -> " @ end()";
            })
        .orElse("");
  }

  private static String offset(TimeModifiers modifiers) {
    return modifiers.offset().map(offset -> " offset " + duration(offset)).orElse("");
  }

  private static String duration(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal(double seconds, boolean unit, _) -> number(seconds, unit);
      case DurationExpr.Step _ -> "step()";
      case DurationExpr.Range _ -> "range()";
      case DurationExpr.Unary(var operator, DurationExpr operand, _) ->
          operator.text() + duration(operand);
      case DurationExpr.Binary(var operator, DurationExpr left, DurationExpr right, _) ->
          operator.isCall()
              ? "%s(%s, %s)".formatted(operator.text(), duration(left), duration(right))
              : "%s %s %s".formatted(duration(left), operator.text(), duration(right));
      case DurationExpr.Paren(DurationExpr inner, _) -> "(" + duration(inner) + ")";
    };
  }

  private static String number(double value, boolean duration) {
    if (!duration) {
      return FloatText.plain(value);
    }
    boolean negativeZero = value == 0 && Math.copySign(1, value) < 0;
    return (negativeZero ? "-" : "") + DurationText.format(Math.round(value * 1000));
  }
}
