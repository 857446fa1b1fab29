package dev.weir.standalone.history;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// Times and lengths of time, for people.
final class Lengths {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Lengths() {}

  /// The two largest units: `3d4h`, `12m`, `45s`.
  static String length(long millis) {
    Duration length = Duration.ofMillis(millis);
    if (length.toDays() > 0) {
      return two(length.toDays(), "d", length.toHoursPart(), "h");
    }
    if (length.toHours() > 0) {
      return two(length.toHours(), "h", length.toMinutesPart(), "m");
    }
    if (length.toMinutes() > 0) {
      return two(length.toMinutes(), "m", length.toSecondsPart(), "s");
    }
    return length.toSeconds() + "s";
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    return large + largeUnit + (small == 0 ? "" : small + smallUnit);
  }

  /// In UTC.
  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }
}
