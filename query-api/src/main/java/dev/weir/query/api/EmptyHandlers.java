package dev.weir.query.api;

import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;

/// Endpoints that clients ask at start and whose answer is empty as long as nothing says which
/// Alertmanagers there are.
final class EmptyHandlers {
  void addRoutes(Router router) {
    router.get("/api/v1/alertmanagers", Envelope.handling(request -> noAlertmanagers()));
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
