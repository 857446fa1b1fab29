package dev.weir.service.config;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// An exposition format that a scrape may ask for, under the name that `scrape_protocols` knows.
public enum ScrapeProtocol {
  PROMETHEUS_PROTO(
      "PrometheusProto",
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
      false),
  OPEN_METRICS_1_0_0("OpenMetricsText1.0.0", "application/openmetrics-text;version=1.0.0", true),
  OPEN_METRICS_0_0_1("OpenMetricsText0.0.1", "application/openmetrics-text;version=0.0.1", false),
  PROMETHEUS_TEXT_1_0_0("PrometheusText1.0.0", "text/plain;version=1.0.0", true),
  PROMETHEUS_TEXT_0_0_4("PrometheusText0.0.4", "text/plain;version=0.0.4", false);

  /// What is asked for when the configuration says nothing, most wanted first.
  public static final List<ScrapeProtocol> DEFAULTS =
      List.of(OPEN_METRICS_1_0_0, OPEN_METRICS_0_0_1, PROMETHEUS_TEXT_1_0_0, PROMETHEUS_TEXT_0_0_4);

  private final String configName;
  private final String mediaType;
  private final boolean escapingNegotiated;

  ScrapeProtocol(String configName, String mediaType, boolean escapingNegotiated) {
    this.configName = configName;
    this.mediaType = mediaType;
    this.escapingNegotiated = escapingNegotiated;
  }

  public String configName() {
    return configName;
  }

  /// The media type with its version, as in an `Accept` header.
  public String mediaType() {
    return mediaType;
  }

  /// Whether the format's version lets the client say how names are escaped.
  public boolean escapingNegotiated() {
    return escapingNegotiated;
  }

  static Optional<ScrapeProtocol> ofConfigName(String name) {
    return Arrays.stream(values()).filter(p -> p.configName.equals(name)).findFirst();
  }
}
