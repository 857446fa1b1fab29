package dev.weir.promql.parser;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.SetOperator;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import java.util.ArrayList;
import java.util.List;

/// Collects what is wrong with the types of a query. Nodes are checked as they are built, children
/// first; the first problem is reported, once the whole query is known to have no syntax error.
final class TypeChecker {
  private final List<ParseError> problems = new ArrayList<>();

  /// @throws ParseError if anything was wrong
  void throwFirst() {
    if (!problems.isEmpty()) {
      throw problems.getFirst();
    }
  }

  /// A mark for [#forget] and for problems that are found late but come first.
  int mark() {
    return problems.size();
  }

  /// Takes back the problems found since a mark.
  void forget(int mark) {
    problems.subList(mark, problems.size()).clear();
  }

  private void problem(SourceSpan span, String message) {
    problems.add(new ParseError(span, message));
  }

  private void expect(Expr expr, ValueType wanted, String where) {
    if (expr.type() != wanted) {
      problem(
          expr.span(),
          "expected type %s in %s, got %s"
              .formatted(wanted.documentedName(), where, expr.type().documentedName()));
    }
  }

  /// @param inBraces the matchers between the braces
  void selector(String name, List<Matcher> inBraces, SourceSpan span) {
    if (name.isEmpty()) {
      if (inBraces.stream().allMatch(Matcher::matchesEmpty)) {
        problem(span, "vector selector must contain at least one non-empty matcher");
      }
      return;
    }
    for (Matcher matcher : inBraces) {
      if (matcher.name().equals(Labels.NAME)) {
        problem(
            span,
            "metric name must not be set twice: %s or %s"
                .formatted(LabelText.quote(name), LabelText.quote(matcher.value())));
      }
    }
  }

  void subquery(Expr.Subquery subquery) {
    if (subquery.inner().type() != ValueType.INSTANT_VECTOR) {
      problem(
          subquery.span(),
          "subquery is only allowed on instant vector, got %s instead"
              .formatted(subquery.inner().type().apiName()));
    }
  }

  void unary(Expr.Unary unary) {
    ValueType type = unary.operand().type();
    if (!isNumeric(type)) {
      problem(
          unary.span(),
          "unary expression only allowed on expressions of type scalar or instant vector, got %s"
              .formatted(LabelText.quote(type.documentedName())));
    }
  }

  void aggregation(Expr.Aggregation aggregation) {
    expect(aggregation.operand(), ValueType.INSTANT_VECTOR, "aggregation expression");
    aggregation
        .operator()
        .parameterType()
        .ifPresent(
            type -> expect(aggregation.parameter().orElseThrow(), type, "aggregation parameter"));
  }

  /// @param beforeArguments the mark from before the arguments were read
  /// @param secondArgument the mark from before the second one was read
  void call(Expr.Call call, int beforeArguments, int secondArgument) {
    Function function = call.function();
    if (function == Function.INFO && call.arguments().size() > 1) {
      infoLabels(call, secondArgument);
    }
    int given = call.arguments().size();
    String wanted = "";
    if (!function.isVariadic() && given != function.minArguments()) {
      wanted = "expected " + function.minArguments();
    } else if (given < function.minArguments()) {
      wanted = "expected at least " + function.minArguments();
    } else if (given > function.maxArguments()) {
      wanted = "expected at most " + function.maxArguments();
    }
    if (!wanted.isEmpty()) {
      problems.add(
          beforeArguments,
          new ParseError(
              call.span(),
              "%s argument(s) in call to %s, got %d"
                  .formatted(wanted, LabelText.quote(function.text()), given)));
    }
    int checked = function.isVariadic() ? given : Math.min(given, function.parameterTypes().size());
    for (int i = 0; i < checked; i++) {
      expect(
          call.arguments().get(i),
          function.parameterType(i),
          "call to function " + LabelText.quote(function.text()));
    }
  }

  /// The second argument of `info` names labels, in the form of a selector without a metric's name;
  /// it may match everything.
  private void infoLabels(Expr.Call call, int secondArgument) {
    Expr labels = call.arguments().get(1);
    if (!(labels instanceof Expr.VectorSelector selector)) {
      problem(labels.span(), "expected label selectors only");
    } else if (!selector.name().isEmpty()) {
      problem(labels.span(), "expected label selectors only, got vector selector instead");
    } else {
      forget(secondArgument);
    }
  }

  /// @param operator where the operator stands
  void binary(
      BinaryOperator operation,
      Expr left,
      Expr right,
      MatchingParser.Modifiers modifiers,
      SourceSpan operator) {
    boolean scalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
    if (modifiers.returnBool() && !operation.isComparison()) {
      problem(operator, "bool modifier can only be used on comparison operators");
    }
    if (operation.isComparison() && !modifiers.returnBool() && scalars) {
      problem(operator, "comparisons between scalars must use BOOL modifier");
    }
    operands(left, right, modifiers, operator);
  }

  void set(
      SetOperator operation,
      Expr left,
      Expr right,
      MatchingParser.Modifiers modifiers,
      SourceSpan operator) {
    if (modifiers.returnBool()) {
      problem(operator, "bool modifier can only be used on comparison operators");
    }
    operands(left, right, modifiers, operator);
    SourceSpan span = SourceSpan.between(left.span(), right.span());
    if (areVectors(left, right)) {
      if (modifiers.matching().cardinality() != Cardinality.ONE_TO_ONE) {
        problem(span, "no grouping allowed for %s operation".formatted(quote(operation)));
      }
      if (modifiers.fills()) {
        problem(span, "filling in missing series not allowed for set operators");
      }
    }
    if (left.type() == ValueType.SCALAR || right.type() == ValueType.SCALAR) {
      problem(
          span,
          "set operator %s not allowed in binary scalar expression".formatted(quote(operation)));
    }
  }

  private static String quote(SetOperator operator) {
    return LabelText.quote(operator.text());
  }

  private void operands(
      Expr left, Expr right, MatchingParser.Modifiers modifiers, SourceSpan operator) {
    VectorMatching matching = modifiers.matching();
    for (String label : matching.labels()) {
      if (matching.on() && matching.include().contains(label)) {
        problem(
            operator,
            "label %s must not occur in ON and GROUP clause at once"
                .formatted(LabelText.quote(label)));
      }
    }
    for (Expr side : List.of(left, right)) {
      if (!isNumeric(side.type())) {
        problem(side.span(), "binary expression must contain only scalar and instant vector types");
      }
    }
    if (!areVectors(left, right)) {
      SourceSpan span = SourceSpan.between(left.span(), right.span());
      if (!matching.labels().isEmpty()) {
        problem(span, "vector matching only allowed between instant vectors");
      }
      if (modifiers.fills()) {
        problem(span, "filling in missing series only allowed between instant vectors");
      }
    }
  }

  static boolean areVectors(Expr left, Expr right) {
    return left.type() == ValueType.INSTANT_VECTOR && right.type() == ValueType.INSTANT_VECTOR;
  }

  private static boolean isNumeric(ValueType type) {
    return type == ValueType.SCALAR || type == ValueType.INSTANT_VECTOR;
  }
}
