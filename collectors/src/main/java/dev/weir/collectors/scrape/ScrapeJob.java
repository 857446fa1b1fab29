package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.service.config.ScrapeConfig;

/// One scrape configuration, and what is made of it once for all of its targets.
///
/// @param attached labels for series that lack them
record ScrapeJob(
    ScrapeConfig config, Labels attached, HttpTargetClient client, TargetFactory factory)
    implements AutoCloseable {
  ScrapeJob {
    requireNonNull(config, "config");
    requireNonNull(attached, "attached");
    requireNonNull(client, "client");
    requireNonNull(factory, "factory");
  }

  String name() {
    return config.jobName();
  }

  /// Whether it is what these make.
  boolean isOf(ScrapeConfig otherConfig, Labels otherAttached) {
    return config.equals(otherConfig) && attached.equals(otherAttached);
  }

  @Override
  public void close() {
    client.close();
  }
}
