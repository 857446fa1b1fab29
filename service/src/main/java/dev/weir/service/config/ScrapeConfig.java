package dev.weir.service.config;

import dev.weir.model.relabel.RelabelConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of `scrape_configs`, with the global defaults filled in.
///
/// @param params parameters of the URL that is scraped
/// @param fallbackProtocol how to read a body whose `Content-Type` says nothing that is known
/// @param trackTimestampsStaleness whether series with timestamps of their own get staleness
///   markers, too
public record ScrapeConfig(
    String jobName,
    Duration scrapeInterval,
    Duration scrapeTimeout,
    String metricsPath,
    String scheme,
    Map<String, List<String>> params,
    boolean honorLabels,
    boolean honorTimestamps,
    boolean trackTimestampsStaleness,
    Optional<Boolean> enableCompression,
    List<ScrapeProtocol> protocols,
    Optional<ScrapeProtocol> fallbackProtocol,
    ScrapeLimits limits,
    boolean extraScrapeMetrics,
    NameValidation nameValidation,
    NameEscaping nameEscaping,
    HttpClientConfig httpClient,
    List<TargetGroup> staticConfigs,
    List<RelabelConfig> relabelConfigs,
    List<RelabelConfig> metricRelabelConfigs) {
  public ScrapeConfig {
    params = Map.copyOf(params);
    protocols = List.copyOf(protocols);
    staticConfigs = List.copyOf(staticConfigs);
    relabelConfigs = List.copyOf(relabelConfigs);
    metricRelabelConfigs = List.copyOf(metricRelabelConfigs);
  }
}
