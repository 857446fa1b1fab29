package dev.weir.collectors.scrape;

/// What a target answered, uncompressed.
///
/// @param contentType the header; empty if there was none
record ScrapedBody(byte[] bytes, int length, String contentType) {}
