package dev.weir.collectors.scrape;

/// How a scrape went.
///
/// @param error why it failed; empty if it did not
/// @param scraped samples in the body
/// @param afterRelabelling those that relabelling left
/// @param added series that the last good scrape did not have
/// @param bodyBytes of the uncompressed body; -1 if it was too large
record ScrapeOutcome(
    long timestampMillis,
    double durationSeconds,
    String error,
    int scraped,
    int afterRelabelling,
    int added,
    int bodyBytes) {}
