package dev.weir.standalone.history;

import dev.weir.standalone.client.DurationConverter;
import dev.weir.standalone.client.TimeConverter;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A time, or how long before another one.
sealed interface TimeOrAgo {
  /// The time, where the other one is `end`.
  Instant before(Instant end);

  record At(Instant time) implements TimeOrAgo {
    @Override
    public Instant before(Instant end) {
      return time;
    }
  }

  record Ago(Duration length) implements TimeOrAgo {
    @Override
    public Instant before(Instant end) {
      return end.minus(length);
    }
  }

  /// Reads `30d`, `2026-01-31T10:00:00Z`, or seconds since 1970.
  final class Converter implements ITypeConverter<TimeOrAgo> {
    private static final Pattern LENGTH = Pattern.compile("(\\d+(ms|[smhdwy]))+");

    @Override
    public TimeOrAgo convert(String text) {
      if (LENGTH.matcher(text).matches()) {
        return new Ago(new DurationConverter().convert(text));
      }
      try {
        return new At(new TimeConverter().convert(text));
      } catch (TypeConversionException e) {
        throw new TypeConversionException(
            "\"%s\" is neither a duration, such as 30d, nor a time, such as 2026-01-31T10:00:00Z"
                .formatted(text));
      }
    }
  }
}
