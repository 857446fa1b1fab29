package dev.weir.model;

/// What a metric family was declared as, by OpenMetrics and the Prometheus text format. The codes
/// are part of layout hashes and of stored formats: they never change.
public enum MetricType {
  UNKNOWN(0, "unknown"),
  COUNTER(1, "counter"),
  GAUGE(2, "gauge"),
  HISTOGRAM(3, "histogram"),
  GAUGE_HISTOGRAM(4, "gaugehistogram"),
  SUMMARY(5, "summary"),
  INFO(6, "info"),
  STATESET(7, "stateset");

  private static final MetricType[] BY_CODE = values();

  private final int code;
  private final String text;

  MetricType(int code, String text) {
    this.code = code;
    this.text = text;
  }

  public int code() {
    return code;
  }

  /// The name in exposition formats and in Prometheus's metadata API.
  public String text() {
    return text;
  }

  public static MetricType ofCode(int code) {
    if (code < 0 || code >= BY_CODE.length) {
      throw new WeirException.Corrupt(
          "metric type code %d is not known; codes are 0 to %d"
              .formatted(code, BY_CODE.length - 1));
    }
    return BY_CODE[code];
  }
}
