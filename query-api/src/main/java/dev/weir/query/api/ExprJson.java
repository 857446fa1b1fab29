package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.FloatText;
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
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.ast.VectorMatching;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Expressions as trees, as Prometheus gives them to its user interface. Fields are in the order of
/// their names.
///
/// ```
/// {"expr":{"anchored":false,"matchers":[{"name":"__name__","type":"=","value":"up"}],"name":"up",
///   "offset":0,"smoothed":false,"startOrEnd":null,"timestamp":null,"type":"vectorSelector"},
///  "grouping":["job"],"op":"sum","param":null,"type":"aggregation","without":false}
/// ```
///
/// Times are milliseconds. Where a range, step or offset depends on the query's own times, it is 0,
/// as there.
final class ExprJson {
  /// Between operands that are not both vectors nothing is matched.
  private static final Optional<VectorMatching> NOTHING_MATCHED = Optional.empty();

  private ExprJson() {}

  static void write(JsonGenerator json, Expr expr) throws IOException {
    json.writeStartObject();
    switch (expr) {
      case Aggregation aggregation -> writeAggregation(json, aggregation);
      case BinaryOperation(var operator, Expr left, Expr right, boolean bool, var matching, _) ->
          writeOperation(
              json,
              operator.text(),
              left,
              right,
              bool,
              left.type() == ValueType.INSTANT_VECTOR && right.type() == ValueType.INSTANT_VECTOR
                  ? Optional.of(matching)
                  : NOTHING_MATCHED);
      case SetOperation(var operator, Expr left, Expr right, var matching, _) ->
          writeOperation(json, operator.text(), left, right, false, Optional.of(matching));
      case Call call -> writeCall(json, call);
      case MatrixSelector(VectorSelector selector, DurationExpr range, _) ->
          writeSelector(json, "matrixSelector", selector, Optional.of(range));
      case VectorSelector selector ->
          writeSelector(json, "vectorSelector", selector, Optional.empty());
      case Subquery subquery -> writeSubquery(json, subquery);
      case NumberLiteral(double value, _, _) -> {
        json.writeStringField("type", "numberLiteral");
        json.writeStringField("val", FloatText.plain(value));
      }
      case StringLiteral(String value, _) -> {
        json.writeStringField("type", "stringLiteral");
        json.writeStringField("val", value);
      }
      case Paren(Expr inner, _) -> {
        writeChild(json, "expr", inner);
        json.writeStringField("type", "parenExpr");
      }
      case Unary(var operator, Expr operand, _) -> {
        writeChild(json, "expr", operand);
        json.writeStringField("op", operator.text());
        json.writeStringField("type", "unaryExpr");
      }
    }
    json.writeEndObject();
  }

  private static void writeChild(JsonGenerator json, String field, Expr child) throws IOException {
    json.writeFieldName(field);
    write(json, child);
  }

  private static void writeAggregation(JsonGenerator json, Aggregation aggregation)
      throws IOException {
    writeChild(json, "expr", aggregation.operand());
    writeTexts(json, "grouping", aggregation.grouping().labels());
    json.writeStringField("op", aggregation.operator().text());
    if (aggregation.parameter().isPresent()) {
      writeChild(json, "param", aggregation.parameter().get());
    } else {
      json.writeNullField("param");
    }
    json.writeStringField("type", "aggregation");
    json.writeBooleanField("without", aggregation.grouping().without());
  }

  private static void writeOperation(
      JsonGenerator json,
      String operator,
      Expr left,
      Expr right,
      boolean bool,
      Optional<VectorMatching> matching)
      throws IOException {
    json.writeBooleanField("bool", bool);
    writeChild(json, "lhs", left);
    if (matching.isPresent()) {
      writeMatching(json, matching.get());
    } else {
      json.writeNullField("matching");
    }
    json.writeStringField("op", operator);
    writeChild(json, "rhs", right);
    json.writeStringField("type", "binaryExpr");
  }

  private static void writeMatching(JsonGenerator json, VectorMatching matching)
      throws IOException {
    json.writeObjectFieldStart("matching");
    json.writeStringField("card", matching.cardinality().text());
    json.writeObjectFieldStart("fillValues");
    writeFill(json, "lhs", matching.fillLeft());
    writeFill(json, "rhs", matching.fillRight());
    json.writeEndObject();
    writeTexts(json, "include", matching.include());
    writeTexts(json, "labels", matching.labels());
    json.writeBooleanField("on", matching.on());
    json.writeEndObject();
  }

  private static void writeFill(JsonGenerator json, String side, OptionalDouble value)
      throws IOException {
    json.writeFieldName(side);
    if (value.isEmpty()) {
      json.writeNull();
    } else if (Double.isFinite(value.getAsDouble())) {
      json.writeNumber(FloatText.json(value.getAsDouble()));
    } else {
      // JSON has no number for it; Prometheus gives no answer at all.
      json.writeString(FloatText.json(value.getAsDouble()));
    }
  }

  private static void writeCall(JsonGenerator json, Call call) throws IOException {
    json.writeArrayFieldStart("args");
    for (Expr argument : call.arguments()) {
      write(json, argument);
    }
    json.writeEndArray();
    Function function = call.function();
    json.writeObjectFieldStart("func");
    writeTexts(
        json, "argTypes", function.parameterTypes().stream().map(ValueType::apiName).toList());
    json.writeStringField("name", function.text());
    json.writeStringField("returnType", function.returnType().apiName());
    json.writeNumberField("variadic", variadic(function));
    json.writeEndObject();
    json.writeStringField("type", "call");
  }

  /// How many arguments there may be beyond those before the last parameter; 0 if their number is
  /// fixed, -1 if it has no end.
  private static int variadic(Function function) {
    if (!function.isVariadic()) {
      return 0;
    }
    return function.maxArguments() == Function.UNLIMITED
        ? -1
        : function.maxArguments() - (function.parameterTypes().size() - 1);
  }

  private static void writeSelector(
      JsonGenerator json, String type, VectorSelector selector, Optional<DurationExpr> range)
      throws IOException {
    json.writeBooleanField("anchored", selector.edges() == RangeEdges.ANCHORED);
    writeMatchers(json, selector);
    json.writeStringField("name", selector.name());
    json.writeNumberField("offset", offsetMillis(selector.modifiers()));
    if (range.isPresent()) {
      json.writeNumberField("range", millis(range.get()));
    }
    json.writeBooleanField("smoothed", selector.edges() == RangeEdges.SMOOTHED);
    writeStartOrEnd(json, selector.modifiers());
    writeTimestamp(json, selector.modifiers());
    json.writeStringField("type", type);
  }

  /// The name that stands before the braces comes last, as in Prometheus; the others in the order
  /// of their text.
  private static void writeMatchers(JsonGenerator json, VectorSelector selector)
      throws IOException {
    Matcher name = Matcher.equal(Labels.NAME, selector.name());
    List<Matcher> ordered =
        selector.matchers().stream().sorted(Comparator.comparing(name::equals)).toList();
    json.writeArrayFieldStart("matchers");
    for (Matcher matcher : ordered) {
      json.writeStartObject();
      json.writeStringField("name", matcher.name());
      json.writeStringField("type", matcher.type().text());
      json.writeStringField("value", matcher.value());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeSubquery(JsonGenerator json, Subquery subquery) throws IOException {
    writeChild(json, "expr", subquery.inner());
    json.writeNumberField("offset", offsetMillis(subquery.modifiers()));
    json.writeNumberField("range", millis(subquery.range()));
    writeStartOrEnd(json, subquery.modifiers());
    json.writeNumberField("step", subquery.step().map(ExprJson::millis).orElse(0L));
    writeTimestamp(json, subquery.modifiers());
    json.writeStringField("type", "subquery");
  }

  private static void writeStartOrEnd(JsonGenerator json, TimeModifiers modifiers)
      throws IOException {
    Optional<String> side =
        modifiers
            .at()
            .flatMap(at ->
                switch (at) {
                  case AtModifier.Start _ -> Optional.of("start");
                  case AtModifier.End _ -> Optional.of("end");
                  case AtModifier.Timestamp _ -> Optional.empty();
                });
    json.writeFieldName("startOrEnd");
    if (side.isPresent()) {
      json.writeString(side.get());
    } else {
      json.writeNull();
    }
  }

  private static void writeTimestamp(JsonGenerator json, TimeModifiers modifiers)
      throws IOException {
    if (modifiers.at().isPresent()
        && modifiers.at().get() instanceof AtModifier.Timestamp(long millis)) {
      json.writeNumberField("timestamp", millis);
    } else {
      json.writeNullField("timestamp");
    }
  }

  private static long offsetMillis(TimeModifiers modifiers) {
    return modifiers.offset().map(ExprJson::millis).orElse(0L);
  }

  private static long millis(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal literal -> literal.offsetMillis(QueryTimes.instant(0));
      case DurationExpr.Unary(_, DurationExpr.Literal _, _) ->
          duration.offsetMillis(QueryTimes.instant(0));
      case DurationExpr.Unary _,
          DurationExpr.Binary _,
          DurationExpr.Paren _,
          DurationExpr.Step _,
          DurationExpr.Range _ ->
          0;
    };
  }

  private static void writeTexts(JsonGenerator json, String field, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }
}
