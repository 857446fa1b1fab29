package dev.weir.rules.template;

import static dev.weir.rules.template.GoDuration.value;
import static dev.weir.rules.template.TemplateFunction.Parameter.DURATION;
import static dev.weir.rules.template.TemplateFunction.Parameter.INTEGER;
import static dev.weir.rules.template.TemplateFunction.Parameter.TEXT;
import static dev.weir.rules.template.TemplateFunction.Parameter.TIME;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Optional;

/// Go's `time.Time`, with the methods that templates use.
public record GoTime(ZonedDateTime time) implements TemplateObject {
  private static final String STRING = "2006-01-02 15:04:05.999999999 -0700 MST";

  /// The first instant of Go's calendar, which it takes for no time at all.
  private static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  public GoTime {
    requireNonNull(time, "time");
  }

  public static GoTime utc(Instant instant) {
    return new GoTime(instant.atZone(ZoneOffset.UTC));
  }

  /// The same instant on another place's clock.
  public GoTime in(ZoneId zone) {
    return new GoTime(time.withZoneSameInstant(zone));
  }

  @Override
  public String typeName() {
    return "time.Time";
  }

  /// @param layout the reference time, Mon Jan 2 15:04:05 MST 2006, as the result should look
  public String format(String layout) {
    return GoLayout.format(layout, time);
  }

  @Override
  public Optional<TemplateFunction> method(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "Format" -> TemplateFunction.of(values -> format((String) values.getFirst()), TEXT);
          case "String" -> value(toString());
          case "Unix" -> value(time.toEpochSecond());
          case "UnixMilli" -> value(time.toInstant().toEpochMilli());
          case "UnixNano" -> value(time.toEpochSecond() * 1_000_000_000L + time.getNano());
          case "UTC" -> value(in(ZoneOffset.UTC));
          case "Local" -> value(in(ZoneId.systemDefault()));
          case "Year" -> value((long) time.getYear());
          case "Month" -> value(time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
          case "Day" -> value((long) time.getDayOfMonth());
          case "Weekday" ->
              value(time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH));
          case "YearDay" -> value((long) time.getDayOfYear());
          case "Hour" -> value((long) time.getHour());
          case "Minute" -> value((long) time.getMinute());
          case "Second" -> value((long) time.getSecond());
          case "Nanosecond" -> value((long) time.getNano());
          case "IsZero" -> value(time.toInstant().equals(ZERO));
          case "Add" ->
              TemplateFunction.of(
                  values -> new GoTime(time.plusNanos(((GoDuration) values.getFirst()).nanos())),
                  DURATION);
          case "AddDate" ->
              TemplateFunction.of(
                  values ->
                      new GoTime(
                          time.plusYears((Long) values.get(0))
                              .plusMonths((Long) values.get(1))
                              .plusDays((Long) values.get(2))),
                  INTEGER,
                  INTEGER,
                  INTEGER);
          case "Sub" -> TemplateFunction.of(values -> since(other(values.getFirst())), TIME);
          case "Before" ->
              TemplateFunction.of(
                  values -> time.toInstant().isBefore(other(values.getFirst())), TIME);
          case "After" ->
              TemplateFunction.of(
                  values -> time.toInstant().isAfter(other(values.getFirst())), TIME);
          case "Equal" ->
              TemplateFunction.of(
                  values -> time.toInstant().equals(other(values.getFirst())), TIME);
          default -> null;
        });
  }

  private static Instant other(Object value) {
    return ((GoTime) value).time.toInstant();
  }

  /// How long after another instant this one is; Go's durations end at 292 years.
  public GoDuration since(Instant earlier) {
    try {
      return new GoDuration(Duration.between(earlier, time.toInstant()).toNanos());
    } catch (ArithmeticException _) {
      return new GoDuration(time.toInstant().isAfter(earlier) ? Long.MAX_VALUE : Long.MIN_VALUE);
    }
  }

  @Override
  public String toString() {
    return format(STRING);
  }
}
