package dev.weir.service.http;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What the server counts of itself.
final class HttpMetrics {
  private static final double NANOS = 1e9;

  private final Counter requests;
  private final Histogram duration;
  private final Gauge inFlight;
  private final Counter refused;
  private final Counter clientsGone;

  HttpMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("weir_http_requests_total")
            .help("Requests answered, by route and status code.")
            .labelNames("handler", "code")
            .register(registry);
    duration =
        Histogram.builder()
            .name("weir_http_request_duration_seconds")
            .help("Time from a request's arrival to the end of its answer.")
            .labelNames("handler")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60)
            .register(registry);
    inFlight =
        Gauge.builder()
            .name("weir_http_requests_in_flight")
            .help("Requests in work.")
            .register(registry);
    refused =
        Counter.builder()
            .name("weir_http_requests_refused_total")
            .help("Requests refused because too many were in work.")
            .register(registry);
    clientsGone =
        Counter.builder()
            .name("weir_http_clients_gone_total")
            .help("Requests that ended early because their client closed the connection.")
            .register(registry);
  }

  void started() {
    inFlight.inc();
  }

  void finished(String handler, int code, long nanos) {
    inFlight.dec();
    requests.labelValues(handler, Integer.toString(code)).inc();
    duration.labelValues(handler).observe(nanos / NANOS);
  }

  void clientGone() {
    clientsGone.inc();
  }

  void refused() {
    refused.inc();
  }
}
