package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.util.Map;
import java.util.TreeMap;

/// `/api/v1/status/…`: what this process is and how it was started.
final class StatusHandlers {
  private final ServerStatus status;

  StatusHandlers(ServerStatus status) {
    this.status = status;
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/status/buildinfo", Envelope.handling(this::buildInfo))
        .get("/api/v1/status/runtimeinfo", Envelope.handling(this::runtimeInfo))
        .get("/api/v1/status/config", Envelope.handling(this::config))
        .get("/api/v1/status/flags", Envelope.handling(this::flags));
  }

  /// Clients decide by `version` what they may ask for, so it is that of the Prometheus whose API
  /// is served; Weir's own stands beside it.
  private HttpResponse buildInfo(HttpRequest request) {
    return Envelope.success(json ->
        writeTexts(
            json,
            Map.of(
                "version", status.prometheusVersion(),
                "weirVersion", status.weirVersion(),
                "revision", status.revision(),
                "branch", "",
                "buildUser", "",
                "buildDate", "",
                "goVersion", "")));
  }

  private HttpResponse runtimeInfo(HttpRequest request) {
    RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    return Envelope.success(json -> {
      json.writeStartObject();
      json.writeStringField("startTime", Parameters.rfc3339(runtime.getStartTime()));
      json.writeStringField("CWD", System.getProperty("user.dir"));
      json.writeStringField("hostname", status.hostname());
      json.writeStringField("serverTime", Parameters.rfc3339(status.clock().millis()));
      json.writeBooleanField("reloadConfigSuccess", status.config().lastReloadSucceeded());
      json.writeStringField(
          "lastConfigTime", Parameters.rfc3339(status.config().lastReloadMillis()));
      json.writeNumberField("corruptionCount", 0);
      json.writeNumberField("goroutineCount", Thread.activeCount());
      json.writeNumberField("GOMAXPROCS", Runtime.getRuntime().availableProcessors());
      json.writeNumberField("GOMEMLIMIT", Runtime.getRuntime().maxMemory());
      json.writeStringField("GOGC", "");
      json.writeStringField("GODEBUG", "");
      json.writeStringField("storageRetention", status.storageRetention());
      json.writeEndObject();
    });
  }

  private HttpResponse config(HttpRequest request) {
    return Envelope.success(json -> writeTexts(json, Map.of("yaml", status.config().yaml())));
  }

  private HttpResponse flags(HttpRequest request) {
    return Envelope.success(json -> writeTexts(json, status.flags()));
  }

  private static void writeTexts(JsonGenerator json, Map<String, String> texts) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, String> text : new TreeMap<>(texts).entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }
}
