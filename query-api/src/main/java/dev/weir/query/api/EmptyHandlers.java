package dev.weir.query.api;

import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;

/// Endpoints that clients ask at start and whose answer is empty as long as nothing stores
/// exemplars or says which Alertmanagers there are.
final class EmptyHandlers {
  void addRoutes(Router router) {
    router
        .get("/api/v1/query_exemplars", Envelope.handling(this::exemplars))
        .post("/api/v1/query_exemplars", Envelope.handling(this::exemplars))
        .get("/api/v1/alertmanagers", Envelope.handling(request -> noAlertmanagers()));
  }

  private HttpResponse exemplars(HttpRequest request) {
    // The range is checked, so that a wrong one is not mistaken for no exemplars.
    Parameters.range(request);
    if (request.parameter("query").isEmpty()) {
      throw new ApiError(
          ErrorType.BAD_DATA, "invalid parameter \"query\": no expression found in input");
    }
    return Envelope.success(json -> {
      json.writeStartArray();
      json.writeEndArray();
    });
  }

  private static HttpResponse noAlertmanagers() {
    return Envelope.success(json -> {
      json.writeStartObject();
      for (String field : new String[] {"activeAlertmanagers", "droppedAlertmanagers"}) {
        json.writeFieldName(field);
        json.writeStartArray();
        json.writeEndArray();
      }
      json.writeEndObject();
    });
  }
}
