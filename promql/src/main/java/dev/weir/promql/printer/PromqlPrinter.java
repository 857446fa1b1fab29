package dev.weir.promql.printer;

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
import java.util.Iterator;

/// Writes an expression as Prometheus does.
public final class PromqlPrinter {
  /// What still fits on a line, indentation aside.
  private static final int MAX_LINE_BYTES = 100;

  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();

  private PromqlPrinter() {}

  /// On one line, whatever its length.
  public static String print(Expr expr) {
    LinePrinter line = new LinePrinter();
    line.append(expr);
    return line.text();
  }

  /// Over several lines: what is longer than 100 bytes is broken at operators, parentheses and
  /// arguments, with two more spaces for each level.
  public static String prettyPrint(Expr expr) {
    PromqlPrinter printer = new PromqlPrinter();
    printer.append(expr, 0);
    return printer.out.toString();
  }

  private void append(Expr expr, int level) {
    indent(level);
    appendFromHere(expr, level);
  }

  /// The same for an expression whose first line has its indentation already.
  private void appendFromHere(Expr expr, int level) {
    if (LinePrinter.fits(expr, MAX_LINE_BYTES)) {
      out.append(print(expr));
      return;
    }
    switch (expr) {
      case Aggregation aggregation -> appendAggregation(aggregation, level);
      case BinaryOperation operation ->
          appendOperands(
              operation.left(), LinePrinter.operator(operation), operation.right(), level);
      case SetOperation operation ->
          appendOperands(
              operation.left(), LinePrinter.operator(operation), operation.right(), level);
      case Call call -> appendCall(call, level);
      case Paren(Expr inner, _) -> {
        out.append("(\n");
        append(inner, level + 1);
        closeParen(level);
      }
      case Unary unary -> {
        // The sign stands right before the operand, wherever that begins.
        PromqlPrinter operand = new PromqlPrinter();
        operand.append(unary.operand(), level);
        out.append(unary.operator().text()).append(operand.out.toString().strip());
      }
      case Subquery subquery -> {
        appendFromHere(subquery.inner(), level);
        out.append(LinePrinter.suffix(subquery));
      }
      case NumberLiteral _, StringLiteral _, VectorSelector _, MatrixSelector _ ->
          out.append(print(expr));
    }
  }

  private void appendAggregation(Aggregation aggregation, int level) {
    out.append(LinePrinter.operator(aggregation)).append("(\n");
    aggregation
        .parameter()
        .ifPresent(parameter -> {
          append(parameter, level + 1);
          out.append(",\n");
        });
    append(aggregation.operand(), level + 1);
    closeParen(level);
  }

  /// The left operand goes one level further in, although the operation's own indentation has been
  /// written.
  private void appendOperands(Expr left, String operator, Expr right, int level) {
    out.append(INDENT);
    if (LinePrinter.isInfiniteBase(left, operator)) {
      out.append("Inf");
    } else {
      appendFromHere(left, level + 1);
    }
    out.append('\n');
    indent(level);
    out.append(operator).append('\n');
    append(right, level + 1);
  }

  private void appendCall(Call call, int level) {
    out.append(call.function().text()).append("(\n");
    for (Iterator<Expr> argument = call.arguments().iterator(); argument.hasNext(); ) {
      append(argument.next(), level + 1);
      if (argument.hasNext()) {
        out.append(",\n");
      }
    }
    closeParen(level);
  }

  private void closeParen(int level) {
    out.append('\n');
    indent(level);
    out.append(')');
  }

  private void indent(int level) {
    out.repeat(INDENT, level);
  }
}
