package dev.weir.rules.notify;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// Times as Go's JSON has them: RFC 3339 in UTC, with as many digits of a second as are not zero.
public final class GoTime {
  /// What Go writes for a time that was never set.
  public static final String ZERO = "0001-01-01T00:00:00Z";

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder()
          .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .appendLiteral('Z')
          .toFormatter(Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private GoTime() {}

  public static String format(Instant time) {
    return FORMAT.format(time);
  }
}
