package dev.weir.promql.script;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.AggregationOperator;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.BinaryOperator;
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
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SetOperator;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.script.Script.Evaluation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Our own scripts use every construct of the language, so that it is tested where there is no
/// folder of others. Only evaluations that are expected to succeed count.
class ScriptCoverageTest {
  private final Set<Function> functions = new TreeSet<>();
  private final Set<AggregationOperator> aggregations = new TreeSet<>();
  private final Set<String> operators = new TreeSet<>();
  private final Set<SetOperator> setOperators = new TreeSet<>();
  private final Set<String> modifiers = new TreeSet<>();

  private void readScripts() throws IOException {
    PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);
    List<Script> scripts = new ArrayList<>(ScriptSuite.own());
    scripts.addAll(ScriptSuite.ownStable());
    for (Script script : scripts) {
      for (Script.Command command : script.commands()) {
        if (command instanceof Evaluation evaluation
            && evaluation.expectation().failure().isEmpty()) {
          try {
            visit(parser.parse(evaluation.query()));
          } catch (WeirException.BadData e) {
            throw new AssertionError(evaluation.query(), e);
          }
        }
      }
    }
  }

  private void visit(Expr expr) {
    switch (expr) {
      case NumberLiteral _, StringLiteral _ -> {}
      case VectorSelector selector -> {
        time(selector.modifiers());
        if (selector.edges() != RangeEdges.PLAIN) {
          modifiers.add("instant " + selector.edges().text());
        }
      }
      case MatrixSelector(VectorSelector selector, DurationExpr range, _) -> {
        time(selector.modifiers());
        duration(range);
        if (selector.edges() != RangeEdges.PLAIN) {
          modifiers.add("range " + selector.edges().text());
        }
      }
      case Subquery subquery -> {
        modifiers.add(subquery.step().isPresent() ? "subquery with step" : "subquery");
        duration(subquery.range());
        time(subquery.modifiers());
        visit(subquery.inner());
      }
      case Paren(Expr inner, _) -> visit(inner);
      case Unary(var operator, Expr operand, _) -> {
        modifiers.add("sign " + operator);
        visit(operand);
      }
      case BinaryOperation operation -> {
        boolean scalars = isNumber(operation.left()) || isNumber(operation.right());
        operators.add((scalars ? "number " : "vector ") + operation.operator().text());
        if (operation.returnBool()) {
          modifiers.add("bool");
        }
        matching(operation.matching());
        visit(operation.left());
        visit(operation.right());
      }
      case SetOperation operation -> {
        setOperators.add(operation.operator());
        matching(operation.matching());
        visit(operation.left());
        visit(operation.right());
      }
      case Aggregation aggregation -> {
        aggregations.add(aggregation.operator());
        modifiers.add(
            aggregation.grouping().without()
                ? "without"
                : aggregation.grouping().labels().isEmpty() ? "no grouping" : "by");
        aggregation.parameter().ifPresent(this::visit);
        visit(aggregation.operand());
      }
      case Call call -> {
        functions.add(call.function());
        call.arguments().forEach(this::visit);
      }
    }
  }

  private static boolean isNumber(Expr expr) {
    return expr.type() == ValueType.SCALAR;
  }

  private void time(TimeModifiers time) {
    time.offset()
        .ifPresent(offset -> {
          modifiers.add("offset");
          duration(offset);
        });
    time.at()
        .ifPresent(at ->
            modifiers.add(
                switch (at) {
                  case AtModifier.Timestamp _ -> "@ number";
                  case AtModifier.Start _ -> "@ start()";
                  case AtModifier.End _ -> "@ end()";
                }));
  }

  private void duration(DurationExpr duration) {
    switch (duration) {
      case DurationExpr.Literal literal -> {
        if (literal.seconds() < 0) {
          modifiers.add("negative offset");
        }
      }
      case DurationExpr.Binary(var operator, DurationExpr left, DurationExpr right, _) -> {
        modifiers.add("duration " + operator);
        duration(left);
        duration(right);
      }
      case DurationExpr.Unary unary -> duration(unary.operand());
      case DurationExpr.Paren(DurationExpr inner, _) -> duration(inner);
      case DurationExpr.Step _ -> modifiers.add("duration step()");
      case DurationExpr.Range _ -> modifiers.add("duration range()");
    }
  }

  private void matching(VectorMatching matching) {
    if (matching.on()) {
      modifiers.add("on");
    } else if (!matching.labels().isEmpty()) {
      modifiers.add("ignoring");
    }
    if (matching.cardinality() == Cardinality.MANY_TO_ONE) {
      modifiers.add(matching.include().isEmpty() ? "group_left ()" : "group_left (labels)");
    }
    if (matching.cardinality() == Cardinality.ONE_TO_MANY) {
      modifiers.add(matching.include().isEmpty() ? "group_right ()" : "group_right (labels)");
    }
    if (matching.fillLeft().isPresent()) {
      modifiers.add("fill_left");
    }
    if (matching.fillRight().isPresent()) {
      modifiers.add("fill_right");
    }
  }

  private final List<String> missing = new ArrayList<>();

  private <T> void require(Stream<T> all, Set<T> used) {
    all.filter(one -> !used.contains(one)).map(String::valueOf).forEach(missing::add);
  }

  @Test
  void scriptsUseEverythingThatThereIs() throws IOException {
    readScripts();

    require(Arrays.stream(Function.values()), functions);
    require(Arrays.stream(AggregationOperator.values()), aggregations);
    require(Arrays.stream(SetOperator.values()), setOperators);
    require(
        Arrays.stream(BinaryOperator.values())
            .flatMap(operator ->
                operator.isTrim()
                    ? Stream.of("number " + operator.text())
                    : Stream.of("number " + operator.text(), "vector " + operator.text())),
        operators);
    require(
        Stream.concat(
            Arrays.stream(DurationExpr.Operator.values()).map(operator -> "duration " + operator),
            Stream.of("duration step()", "duration range()")),
        modifiers);
    require(
        Stream.of(
            "@ end()",
            "@ number",
            "@ start()",
            "bool",
            "by",
            "fill_left",
            "fill_right",
            "group_left ()",
            "group_left (labels)",
            "group_right ()",
            "group_right (labels)",
            "ignoring",
            "instant smoothed",
            "negative offset",
            "no grouping",
            "offset",
            "on",
            "range anchored",
            "range smoothed",
            "sign MINUS",
            "sign PLUS",
            "subquery",
            "subquery with step",
            "without"),
        modifiers);
    assertEquals(List.of(), missing);
  }
}
