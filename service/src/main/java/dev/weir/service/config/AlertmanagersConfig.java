package dev.weir.service.config;

import dev.weir.model.relabel.RelabelConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// The `alerting` section of a `prometheus.yml`: the Alertmanagers that alerts go to.
///
/// @param alertRelabelConfigs applied to the labels of every alert; one that they drop goes nowhere
public record AlertmanagersConfig(
    List<RelabelConfig> alertRelabelConfigs, List<Destination> destinations) {
  public static final AlertmanagersConfig NONE = new AlertmanagersConfig(List.of(), List.of());

  public AlertmanagersConfig {
    alertRelabelConfigs = List.copyOf(alertRelabelConfigs);
    destinations = List.copyOf(destinations);
  }

  /// One Alertmanager.
  ///
  /// @param url where alerts are posted: `http://host:9093/prefix/api/v2/alerts`
  /// @param timeout of a request
  /// @param alertRelabelConfigs for this one alone, after those for all
  public record Destination(
      URI url, Duration timeout, HttpClientConfig http, List<RelabelConfig> alertRelabelConfigs) {
    public Destination {
      alertRelabelConfigs = List.copyOf(alertRelabelConfigs);
    }
  }
}
