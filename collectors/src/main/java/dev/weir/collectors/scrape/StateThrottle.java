package dev.weir.collectors.scrape;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Decides which of a target's outcomes are published: each that tells something new of its health,
/// and else one now and then. For one thread.
final class StateThrottle {
  private static final long INTERVAL_MILLIS = Duration.ofSeconds(10).toMillis();

  private @Nullable String lastError;
  private long lastMillis;

  boolean admits(ScrapeOutcome outcome) {
    boolean news = !outcome.error().equals(lastError);
    if (!news && outcome.timestampMillis() - lastMillis < INTERVAL_MILLIS) {
      return false;
    }
    lastError = outcome.error();
    lastMillis = outcome.timestampMillis();
    return true;
  }
}
