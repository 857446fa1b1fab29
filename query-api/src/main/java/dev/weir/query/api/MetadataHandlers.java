package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.Tenant;
import dev.weir.schemas.MetricMetadata;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/// `/api/v1/metadata`: type, help and unit of metric families, from the topic of metadata.
final class MetadataHandlers {
  private final Supplier<? extends Collection<MetricMetadata>> metadata;

  MetadataHandlers(Supplier<? extends Collection<MetricMetadata>> metadata) {
    this.metadata = metadata;
  }

  void addRoutes(Router router) {
    router.get("/api/v1/metadata", Envelope.handling(this::metadata));
  }

  private HttpResponse metadata(HttpRequest request) {
    Tenant tenant = request.tenant();
    String metric = request.parameter("metric").orElse("");
    int limit = Parameters.limit(request);
    List<MetricMetadata> selected =
        metadata.get().stream()
            .filter(one -> one.tenant().equals(tenant))
            .filter(one -> metric.isEmpty() || one.metric().equals(metric))
            .sorted(Comparator.comparing(MetricMetadata::metric))
            .limit(limit == 0 ? Long.MAX_VALUE : limit)
            .toList();
    return Envelope.success(json -> {
      json.writeStartObject();
      for (MetricMetadata one : selected) {
        write(json, one);
      }
      json.writeEndObject();
    });
  }

  /// Prometheus gives a list for each metric, as targets may disagree; the topic keeps the last
  /// word.
  private static void write(JsonGenerator json, MetricMetadata one) throws IOException {
    json.writeFieldName(one.metric());
    json.writeStartArray();
    json.writeStartObject();
    json.writeStringField("type", one.type().text());
    json.writeStringField("help", one.help());
    json.writeStringField("unit", one.unit());
    json.writeEndObject();
    json.writeEndArray();
  }
}
