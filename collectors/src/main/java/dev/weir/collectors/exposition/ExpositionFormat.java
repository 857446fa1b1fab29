package dev.weir.collectors.exposition;

import java.util.Locale;
import java.util.Optional;

/// A format that bodies are read in.
public enum ExpositionFormat {
  /// Prometheus's own text format, versions 0.0.4 and 1.0.0 (which has UTF-8 names).
  PROMETHEUS_TEXT,
  /// OpenMetrics, versions 0.0.1 and 1.0.0.
  OPEN_METRICS;

  /// The format that a `Content-Type` header names; empty if it names none that is known.
  public static Optional<ExpositionFormat> ofContentType(String contentType) {
    int end = contentType.indexOf(';');
    String mediaType = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    return switch (mediaType.toLowerCase(Locale.ROOT)) {
      case "text/plain" -> Optional.of(PROMETHEUS_TEXT);
      case "application/openmetrics-text" -> Optional.of(OPEN_METRICS);
      default -> Optional.empty();
    };
  }

  /// A reader of this format, for one thread.
  public ExpositionReader reader() {
    return switch (this) {
      case PROMETHEUS_TEXT -> new PrometheusTextReader();
      case OPEN_METRICS -> new OpenMetricsReader();
    };
  }
}
