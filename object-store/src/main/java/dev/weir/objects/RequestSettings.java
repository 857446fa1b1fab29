package dev.weir.objects;

import dev.weir.model.WeirException;
import java.time.Duration;

/// How an object store is asked.
///
/// @param timeout of one attempt; a listing, which has pages, gets four times as long
/// @param retryFor after so long a request that keeps failing is given up
/// @param firstPause before a request is repeated; doubled with each further attempt, and spread
/// @param maxPause no pause is longer
/// @param atOnce requests that are under way at a time
public record RequestSettings(
    Duration timeout, Duration retryFor, Duration firstPause, Duration maxPause, int atOnce) {
  public static final RequestSettings DEFAULT =
      new RequestSettings(
          Duration.ofSeconds(20),
          Duration.ofSeconds(30),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          32);

  public RequestSettings {
    if (!timeout.isPositive()
        || retryFor.isNegative()
        || !firstPause.isPositive()
        || maxPause.compareTo(firstPause) < 0
        || atOnce < 1) {
      throw new WeirException.BadData(
          "requests of %s, repeated for %s after %s to %s, %d at once: times are more than 0, and one"
                  .formatted(timeout, retryFor, firstPause, maxPause, atOnce)
              + " request at once at least");
    }
  }

  public RequestSettings withTimeout(Duration timeout) {
    return new RequestSettings(timeout, retryFor, firstPause, maxPause, atOnce);
  }

  public RequestSettings withRetryFor(Duration retryFor) {
    return new RequestSettings(timeout, retryFor, firstPause, maxPause, atOnce);
  }

  public RequestSettings withPauses(Duration firstPause, Duration maxPause) {
    return new RequestSettings(timeout, retryFor, firstPause, maxPause, atOnce);
  }

  public RequestSettings withAtOnce(int atOnce) {
    return new RequestSettings(timeout, retryFor, firstPause, maxPause, atOnce);
  }
}
