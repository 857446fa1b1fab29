package dev.weir.collectors.scrape;

/// What a target answered, uncompressed.
///
/// @param contentType the header; empty if there was none
/// @param release gives back the memory that the body takes
record ScrapedBody(byte[] bytes, int length, String contentType, Runnable release)
    implements AutoCloseable {
  /// The body has been read.
  @Override
  public void close() {
    release.run();
  }
}
