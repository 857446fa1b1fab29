package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.parser.Queries;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ExprJsonProperties {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// What each kind of node has below it, in the order of the text.
  private static final List<String> OPERANDS = List.of("param", "expr", "lhs", "rhs", "args");

  private static final Set<String> TYPES =
      Set.of(
          "aggregation",
          "binaryExpr",
          "call",
          "matrixSelector",
          "numberLiteral",
          "parenExpr",
          "stringLiteral",
          "subquery",
          "unaryExpr",
          "vectorSelector");

  @Provide
  Arbitrary<String> queries() {
    return Queries.any();
  }

  @Property(tries = 300)
  void everyNodeIsOfAKnownTypeAndHasItsFieldsInOrder(@ForAll("queries") String query)
      throws IOException {
    check(tree(PARSER.parse(query)));
  }

  @Property(tries = 300)
  void theTreeHasAsManyNodesAsTheExpression(@ForAll("queries") String query) throws IOException {
    Expr expr = PARSER.parse(query);
    assertEquals(nodes(expr), nodes(tree(expr)));
  }

  private static JsonNode tree(Expr expr) throws IOException {
    StringWriter out = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      ExprJson.write(json, expr);
    }
    return MAPPER.readTree(out.toString());
  }

  private static void check(JsonNode node) {
    if (node.isObject()) {
      List<String> fields = new ArrayList<>();
      node.fieldNames().forEachRemaining(fields::add);
      assertEquals(fields.stream().sorted().toList(), fields);
    }
    if (isExpression(node)) {
      assertTrue(TYPES.contains(node.get("type").asText()), node.toString());
    }
    node.forEach(ExprJsonProperties::check);
  }

  /// Matchers have a type, too.
  private static boolean isExpression(JsonNode node) {
    return node.has("type") && !(node.size() == 3 && node.has("value"));
  }

  private static int nodes(JsonNode node) {
    int nodes = 1;
    for (String field : OPERANDS) {
      JsonNode operand = node.get(field);
      if (operand != null && operand.isArray()) {
        for (JsonNode each : operand) {
          nodes += nodes(each);
        }
      } else if (operand != null && operand.isObject()) {
        nodes += nodes(operand);
      }
    }
    return nodes;
  }

  private static int nodes(Expr expr) {
    return 1
        + switch (expr) {
          case Expr.NumberLiteral _,
              Expr.StringLiteral _,
              Expr.VectorSelector _,
              Expr.MatrixSelector _ ->
              0;
          case Expr.Subquery subquery -> nodes(subquery.inner());
          case Expr.Unary unary -> nodes(unary.operand());
          case Expr.Paren paren -> nodes(paren.inner());
          case Expr.BinaryOperation operation -> nodes(operation.left()) + nodes(operation.right());
          case Expr.SetOperation operation -> nodes(operation.left()) + nodes(operation.right());
          case Expr.Aggregation aggregation ->
              nodes(aggregation.operand())
                  + aggregation.parameter().map(ExprJsonProperties::nodes).orElse(0);
          case Expr.Call call ->
              call.arguments().stream().mapToInt(ExprJsonProperties::nodes).sum();
        };
  }
}
