package dev.weir.standalone.client;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a duration as Prometheus writes it, `1h30m` or `500ms`, or a number of seconds.
public final class DurationConverter implements ITypeConverter<Duration> {

  private static final Pattern NOTATION =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");
  private static final long[] UNIT_MILLIS = {
    365L * 86_400_000, 7L * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000, 1
  };

  @Override
  public Duration convert(String text) {
    try {
      Duration duration = parse(text);
      if (duration.isPositive()) {
        return duration;
      }
    } catch (ArithmeticException | NumberFormatException _) {
      // Falls through to the message, which says what a duration looks like.
    }
    throw new TypeConversionException(
        "\"%s\" is not a positive duration; use for example 30s, 5m or 1h30m".formatted(text));
  }

  private static Duration parse(String text) {
    Matcher matcher = NOTATION.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      return Duration.ofMillis(new BigDecimal(text).movePointRight(3).longValueExact());
    }
    long millis = 0;
    for (int unit = 0; unit < UNIT_MILLIS.length; unit++) {
      String count = matcher.group(unit + 1);
      if (count != null) {
        millis =
            Math.addExact(millis, Math.multiplyExact(Long.parseLong(count), UNIT_MILLIS[unit]));
      }
    }
    return Duration.ofMillis(millis);
  }
}
