package dev.weir.rules.template;

import static dev.weir.rules.template.TemplateFunction.Parameter.DURATION;

import java.util.Optional;

/// Go's `time.Duration`: nanoseconds.
public record GoDuration(long nanos) implements TemplateObject {
  private static final long SECOND = 1_000_000_000;

  @Override
  public String typeName() {
    return "time.Duration";
  }

  @Override
  public Optional<TemplateFunction> method(String name) {
    return Optional.ofNullable(
        switch (name) {
          case "Nanoseconds" -> value(nanos);
          case "Microseconds" -> value(nanos / 1_000);
          case "Milliseconds" -> value(nanos / 1_000_000);
          case "Seconds" -> value(seconds());
          case "Minutes" -> value((double) nanos / 60e9);
          case "Hours" -> value((double) nanos / 3600e9);
          case "String" -> value(toString());
          case "Abs" -> value(new GoDuration(Math.absExact(nanos)));
          case "Truncate" ->
              TemplateFunction.of(
                  arguments -> truncate(((GoDuration) arguments.getFirst()).nanos), DURATION);
          case "Round" ->
              TemplateFunction.of(
                  arguments -> round(((GoDuration) arguments.getFirst()).nanos), DURATION);
          default -> null;
        });
  }

  /// Whole seconds and the rest apart, so that long durations keep their nanoseconds.
  private double seconds() {
    long whole = nanos / SECOND;
    return whole + (nanos % SECOND) / 1e9;
  }

  static TemplateFunction value(Object result) {
    return TemplateFunction.of(_ -> result);
  }

  private GoDuration truncate(long unit) {
    return unit <= 0 ? this : new GoDuration(nanos - nanos % unit);
  }

  private GoDuration round(long unit) {
    if (unit <= 0) {
      return this;
    }
    long rest = Math.abs(nanos % unit);
    long down = nanos - nanos % unit;
    boolean up = rest >= unit - rest;
    return new GoDuration(up ? down + Long.signum(nanos) * unit : down);
  }

  /// `1h15m30.918s`, `1.5ms`, `0s`.
  @Override
  public String toString() {
    if (nanos == 0) {
      return "0s";
    }
    String sign = nanos < 0 ? "-" : "";
    // The most negative number has no positive twin; as an unsigned number it has.
    long magnitude = Math.abs(nanos);
    if (Long.compareUnsigned(magnitude, SECOND) < 0) {
      return sign + small(magnitude);
    }
    long seconds = Long.divideUnsigned(magnitude, SECOND);
    String fraction = fraction(Long.remainderUnsigned(magnitude, SECOND), 9);
    StringBuilder out = new StringBuilder(sign);
    if (seconds >= 3600) {
      out.append(seconds / 3600).append('h');
    }
    if (seconds >= 60) {
      out.append(seconds / 60 % 60).append('m');
    }
    return out.append(seconds % 60).append(fraction).append('s').toString();
  }

  private static String small(long nanos) {
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return nanos / 1_000 + fraction(nanos % 1_000, 3) + "µs";
    }
    return nanos / 1_000_000 + fraction(nanos % 1_000_000, 6) + "ms";
  }

  private static String fraction(long value, int digits) {
    if (value == 0) {
      return "";
    }
    String text = ("%0" + digits + "d").formatted(value);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return "." + text.substring(0, end);
  }
}
