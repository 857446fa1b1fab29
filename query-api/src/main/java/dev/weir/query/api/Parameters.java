package dev.weir.query.api;

import dev.weir.model.DurationText;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.service.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// Reads what requests carry, with Prometheus's notations, defaults and messages.
final class Parameters {
  /// The earliest and latest time that Prometheus writes for "no bound".
  private static final String MIN_TIME = "-292273086-05-16T16:47:06Z";

  private static final String MAX_TIME = "292277025-08-18T07:12:54.999999999Z";

  /// What Prometheus gives for the time of something that has not happened.
  static final String NEVER = "0001-01-01T00:00:00Z";

  /// Prometheus counts a duration's nanoseconds in 64 bits.
  private static final double MAX_DURATION_SECONDS = 0x1p63 / 1e9;

  /// Where a number of seconds ends to fit into milliseconds.
  private static final double MAX_SECONDS = 0x1p63 / 1e3;

  private Parameters() {}

  /// A time as seconds since the epoch, with a fraction, or in RFC 3339.
  static long timeMillis(HttpRequest request, String name, long otherwise) {
    return request.parameter(name).map(text -> parseTime(name, text)).orElse(otherwise);
  }

  static long requiredTimeMillis(HttpRequest request, String name) {
    return parseTime(name, request.parameter(name).orElse(""));
  }

  private static long parseTime(String name, String text) {
    if (text.equals(MIN_TIME)) {
      return Long.MIN_VALUE;
    }
    if (text.equals(MAX_TIME)) {
      return Long.MAX_VALUE;
    }
    double seconds = seconds(text);
    if (Math.abs(seconds) < MAX_SECONDS) {
      return millis(seconds);
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"%s\": cannot parse \"%s\" to a valid timestamp"
              .formatted(name, text),
          e);
    }
  }

  /// The number, however many digits its exponent has; NaN if the text is none.
  private static double seconds(String text) {
    // Unlike Go, Java takes blanks around a number, and a letter for its type behind it.
    if (text.isEmpty() || Character.isLetter(text.charAt(text.length() - 1)) || hasBlank(text)) {
      return Double.NaN;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException _) {
      return Double.NaN;
    }
  }

  private static boolean hasBlank(String text) {
    return text.charAt(0) <= ' ' || text.charAt(text.length() - 1) <= ' ';
  }

  /// Rounded to the next millisecond.
  private static long millis(double seconds) {
    double whole = Math.floor(seconds);
    return 1000L * (long) whole + Math.round((seconds - whole) * 1000);
  }

  /// A duration as seconds, with a fraction, or with units: `15`, `0.5`, `1h30m`.
  static Optional<Duration> duration(HttpRequest request, String name) {
    return request.parameter(name).map(text -> parseDuration(name, text));
  }

  static Duration requiredDuration(HttpRequest request, String name) {
    return parseDuration(name, request.parameter(name).orElse(""));
  }

  private static Duration parseDuration(String name, String text) {
    double seconds = seconds(text);
    if (Math.abs(seconds) < MAX_DURATION_SECONDS) {
      return Duration.ofMillis(millis(seconds));
    }
    try {
      return Duration.ofMillis(DurationText.parseMillis(text));
    } catch (WeirException.BadData e) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"%s\": cannot parse \"%s\" to a valid duration".formatted(name, text),
          e);
    }
  }

  /// `limit`, 0 for none.
  static int limit(HttpRequest request) {
    String text = request.parameter("limit").orElse("0");
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 0) {
        return limit;
      }
      throw new ApiError(
          ErrorType.BAD_DATA, "invalid parameter \"limit\": limit must be non-negative");
    } catch (NumberFormatException e) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"limit\": \"%s\" is not a number".formatted(text),
          e);
    }
  }

  /// `start` to `end`, all of time where they are left out.
  static TimeRange range(HttpRequest request) {
    long start = timeMillis(request, "start", Long.MIN_VALUE);
    long end = timeMillis(request, "end", Long.MAX_VALUE);
    if (end < start) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"end\": end timestamp must not be before start timestamp");
    }
    return new TimeRange(start, end);
  }

  /// How an instant is printed where the API gives a time in RFC 3339.
  static String rfc3339(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
