package dev.weir.standalone.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a time: `2026-01-31T10:00:00Z`, or seconds since 1970 such as `1769853600.5`. Without an
/// offset it is UTC, as commands print times; a day alone is its beginning.
public final class TimeConverter implements ITypeConverter<Instant> {
  private static final Pattern DAY_BEFORE_SPACE = Pattern.compile("(?<=^\\d{4}-\\d{2}-\\d{2}) ");

  private static final DateTimeFormatter RFC_3339 =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .optionalStart()
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .optionalStart()
          .appendOffsetId()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  @Override
  public Instant convert(String text) {
    try {
      return Instant.ofEpochMilli(
          new BigDecimal(text)
              .movePointRight(3)
              .setScale(0, RoundingMode.HALF_EVEN)
              .longValueExact());
    } catch (NumberFormatException | ArithmeticException _) {
      return rfc3339(text);
    }
  }

  private static Instant rfc3339(String text) {
    try {
      return instant(
          RFC_3339.parseBest(
              DAY_BEFORE_SPACE.matcher(text).replaceFirst("T"),
              OffsetDateTime::from,
              LocalDateTime::from,
              LocalDate::from));
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "\"%s\" is not a time; use RFC 3339, such as 2026-01-31T10:00:00Z, or seconds since 1970"
              .formatted(text));
    }
  }

  private static Instant instant(TemporalAccessor time) {
    return switch (time) {
      case OffsetDateTime withOffset -> withOffset.toInstant();
      case LocalDateTime without -> without.toInstant(ZoneOffset.UTC);
      default -> LocalDate.from(time).atStartOfDay(ZoneOffset.UTC).toInstant();
    };
  }
}
