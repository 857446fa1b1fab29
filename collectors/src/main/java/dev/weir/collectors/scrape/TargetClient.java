package dev.weir.collectors.scrape;

/// Asks a target for its samples.
interface TargetClient {
  /// The answer, which the caller closes.
  ///
  /// @throws ScrapeException if it does not answer in time, or not with samples
  /// @throws InterruptedException if the scrape is given up because its loop stops
  ScrapedBody fetch(Target target) throws ScrapeException, InterruptedException;
}
