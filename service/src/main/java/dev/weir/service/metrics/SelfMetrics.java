package dev.weir.service.metrics;

import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// The registry that all roles of a process share, with the JVM's metrics in it, served at
/// `/metrics`.
public final class SelfMetrics {
  private static final ExpositionFormats FORMATS = ExpositionFormats.init();

  private final PrometheusRegistry registry = new PrometheusRegistry();

  public SelfMetrics(String version) {
    JvmMetrics.builder().register(registry);
    Info.builder()
        .name("weir_build_info")
        .help("Version of Weir and of the Java runtime.")
        .labelNames("version", "java")
        .register(registry)
        .addLabelValues(version, Runtime.version().toString());
  }

  public PrometheusRegistry registry() {
    return registry;
  }

  public void addRoutes(Router router) {
    router.get("/metrics", this::expose);
  }

  private HttpResponse expose(HttpRequest request) {
    ExpositionFormatWriter writer = FORMATS.findWriter(request.header("Accept").orElse(null));
    return HttpResponse.of(
        200, writer.getContentType(), out -> writer.write(out, registry.scrape()));
  }
}
