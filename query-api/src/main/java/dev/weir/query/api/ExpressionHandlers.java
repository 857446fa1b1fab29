package dev.weir.query.api;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;

/// What there is to say of an expression that is not evaluated: `/api/v1/format_query` and
/// `/api/v1/parse_query`.
final class ExpressionHandlers {
  private final PromqlParser parser;

  ExpressionHandlers(ParserOptions language) {
    this.parser = new PromqlParser(language);
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/format_query", Envelope.handling(this::format))
        .post("/api/v1/format_query", Envelope.handling(this::format))
        .get("/api/v1/parse_query", Envelope.handling(this::parse))
        .post("/api/v1/parse_query", Envelope.handling(this::parse));
  }

  private HttpResponse format(HttpRequest request) {
    String text = PromqlPrinter.prettyPrint(expression(request));
    return Envelope.success(json -> json.writeString(text));
  }

  private HttpResponse parse(HttpRequest request) {
    Expr expr = expression(request);
    return Envelope.success(json -> ExprJson.write(json, expr));
  }

  private Expr expression(HttpRequest request) {
    try {
      return parser.parse(request.parameter("query").orElse(""));
    } catch (WeirException.BadData e) {
      throw new ApiError(ErrorType.BAD_DATA, "invalid parameter \"query\": " + e.getMessage(), e);
    }
  }
}
