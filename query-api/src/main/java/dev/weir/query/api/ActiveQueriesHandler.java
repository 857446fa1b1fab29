package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import dev.weir.query.watch.ActiveQueries;
import dev.weir.query.watch.ActiveQueries.Active;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.util.List;

/// `/api/v1/status/active_queries`: the queries of a tenant that run or wait now, the longest
/// running first. Prometheus has no such path; VictoriaMetrics does. Times are in seconds.
final class ActiveQueriesHandler {
  private static final double NANOS = 1e9;

  private final ActiveQueries queries;

  ActiveQueriesHandler(ActiveQueries queries) {
    this.queries = requireNonNull(queries, "queries");
  }

  void addRoutes(Router router) {
    router.get("/api/v1/status/active_queries", Envelope.handling(this::list));
  }

  private HttpResponse list(HttpRequest request) {
    List<Active> found =
        queries.list().stream()
            .filter(active -> active.question().tenant().equals(request.tenant()))
            .toList();
    return Envelope.success(json -> {
      json.writeStartArray();
      for (Active active : found) {
        json.writeStartObject();
        json.writeNumberField("id", active.number());
        json.writeStringField("query", active.question().query());
        json.writeNumberField("duration", active.runningNanos() / NANOS);
        json.writeFieldName("start");
        json.writeNumber(QueryValueJson.seconds(active.question().startMillis()));
        json.writeFieldName("end");
        json.writeNumber(QueryValueJson.seconds(active.question().endMillis()));
        json.writeFieldName("step");
        json.writeNumber(QueryValueJson.seconds(active.question().stepMillis()));
        json.writeStringField("clientIP", active.question().clientAddress());
        json.writeStringField("path", active.question().path());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }
}
