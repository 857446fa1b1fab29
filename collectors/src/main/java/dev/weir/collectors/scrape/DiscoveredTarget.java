package dev.weir.collectors.scrape;

import dev.weir.model.Labels;

/// What became of an address that discovery found.
public sealed interface DiscoveredTarget {
  /// It is scraped.
  record Active(Target target) implements DiscoveredTarget {}

  /// A relabelling rule dropped it.
  ///
  /// @param id tells dropped targets of a pool apart
  record Dropped(String scrapePool, String id, Labels discoveredLabels)
      implements DiscoveredTarget {}

  /// It cannot be scraped.
  record Unusable(String scrapePool, Labels discoveredLabels, String reason)
      implements DiscoveredTarget {}
}
