package dev.weir.collectors.scrape;

import org.jspecify.annotations.Nullable;

/// A scrape failed. The message is what the target's state shows.
public final class ScrapeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean bodyTooLarge;

  ScrapeException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private ScrapeException(String message, @Nullable Throwable cause, boolean bodyTooLarge) {
    super(message, cause);
    this.bodyTooLarge = bodyTooLarge;
  }

  /// The body is longer than it may be.
  static ScrapeException bodyTooLarge(long limit, String setting) {
    return new ScrapeException(
        "body size limit exceeded (%s: %d bytes)".formatted(setting, limit), null, true);
  }

  /// The bodies in work take all the memory that they may take.
  static ScrapeException noMemory(long limit) {
    return new ScrapeException(
        ("the bodies of scrapes in work take all the memory that they may take together"
                + " (collector.max_scrape_bodies_bytes: %d bytes); raise it, or limit bodies with"
                + " body_size_limit")
            .formatted(limit),
        null);
  }

  boolean isBodyTooLarge() {
    return bodyTooLarge;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
