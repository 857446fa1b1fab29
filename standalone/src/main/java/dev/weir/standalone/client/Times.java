package dev.weir.standalone.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/// Times and durations in the seconds that Prometheus's API reads.
final class Times {

  private Times() {}

  static String seconds(Instant time) {
    return plain(BigDecimal.valueOf(time.toEpochMilli(), 3));
  }

  static String seconds(Duration duration) {
    return plain(BigDecimal.valueOf(duration.toMillis(), 3));
  }

  private static String plain(BigDecimal seconds) {
    return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
  }
}
