package dev.weir.standalone.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads a time: `2026-01-31T10:00:00Z`, or seconds since 1970 such as `1769853600.5`.
public final class TimeConverter implements ITypeConverter<Instant> {

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
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new TypeConversionException(
          "\"%s\" is not a time; use RFC 3339, such as 2026-01-31T10:00:00Z, or seconds since 1970"
              .formatted(text));
    }
  }
}
