package dev.weir.rules.template.prometheus;

import static dev.weir.rules.template.TemplateFunction.Parameter.ANY;
import static dev.weir.rules.template.TemplateFunction.Parameter.TEXT;
import static java.util.Map.entry;

import dev.weir.model.DurationText;
import dev.weir.model.WeirException;
import dev.weir.rules.template.GoDuration;
import dev.weir.rules.template.GoFloat;
import dev.weir.rules.template.GoPrint;
import dev.weir.rules.template.GoTime;
import dev.weir.rules.template.TemplateFailure;
import dev.weir.rules.template.TemplateFunction;
import dev.weir.rules.template.TemplateValues;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers for people: with prefixes, as durations, percentages and times.
public final class NumberFunctions {
  /// By name.
  public static final Map<String, TemplateFunction> ALL =
      Map.ofEntries(
          entry("humanize", of(NumberFunctions::humanize)),
          entry("humanize1024", of(NumberFunctions::humanize1024)),
          entry("humanizeDuration", of(NumberFunctions::humanizeDuration)),
          entry("humanizePercentage", of(value -> digits(value * 100) + "%")),
          entry("humanizeTimestamp", of(NumberFunctions::humanizeTimestamp)),
          entry("toTime", of(NumberFunctions::toTime)),
          entry("toDuration", of(NumberFunctions::toDuration)),
          entry(
              "parseDuration",
              TemplateFunction.of(values -> parseDuration((String) values.getFirst()), TEXT)));

  private static final String[] LARGE = {"k", "M", "G", "T", "P", "E", "Z", "Y"};
  private static final String[] SMALL = {"m", "u", "n", "p", "f", "a", "z", "y"};
  private static final String[] BINARY = {"ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"};
  private static final int DIGITS = 4;

  /// What Go's `strconv.ParseFloat` takes, apart from infinity and NaN.
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
              + "|0[xX](?:[0-9a-fA-F]+\\.?[0-9a-fA-F]*|\\.[0-9a-fA-F]+)[pP][+-]?[0-9]+)");

  private NumberFunctions() {}

  private static TemplateFunction of(DoubleFunction<Object> function) {
    return TemplateFunction.of(values -> function.apply(number(values.getFirst())), ANY);
  }

  /// A number, or text that is one; durations count seconds.
  private static double number(@Nullable Object value) {
    return switch (value) {
      case Double number -> number;
      case Long number -> number;
      case String text -> parse(text);
      case GoDuration duration -> duration.nanos() / 1e9;
      case null, default ->
          throw new TemplateFailure(
              "can't convert %s to float"
                  .formatted(value == null ? "<nil>" : TemplateValues.typeName(value)));
    };
  }

  private static double parse(String text) {
    if (FLOAT.matcher(text).matches()) {
      double value = Double.parseDouble(text);
      if (Double.isInfinite(value)) {
        throw new TemplateFailure(
            "strconv.ParseFloat: parsing \"%s\": value out of range".formatted(text));
      }
      return value;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan" -> Double.NaN;
      default ->
          throw new TemplateFailure(
              "strconv.ParseFloat: parsing \"%s\": invalid syntax".formatted(text));
    };
  }

  private static String digits(double value) {
    return GoFloat.format(value, 'g', DIGITS);
  }

  private static String humanize(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return digits(value);
    }
    return Math.abs(value) >= 1 ? divided(value, 1000, LARGE) : multiplied(value);
  }

  private static String humanize1024(double value) {
    if (Math.abs(value) <= 1 || !Double.isFinite(value)) {
      return digits(value);
    }
    return divided(value, 1024, BINARY);
  }

  private static String divided(double value, int base, String[] prefixes) {
    double rest = value;
    String prefix = "";
    for (String next : prefixes) {
      if (Math.abs(rest) < base) {
        break;
      }
      prefix = next;
      rest /= base;
    }
    return digits(rest) + prefix;
  }

  private static String multiplied(double value) {
    double rest = value;
    String prefix = "";
    for (String next : SMALL) {
      if (Math.abs(rest) >= 1) {
        break;
      }
      prefix = next;
      rest *= 1000;
    }
    return digits(rest) + prefix;
  }

  private static String humanizeDuration(double value) {
    if (!Double.isFinite(value)) {
      return digits(value);
    }
    if (value == 0) {
      return digits(value) + "s";
    }
    double magnitude = Math.abs(value);
    if (magnitude < 1) {
      return multiplied(value) + "s";
    }
    String sign = value < 0 ? "-" : "";
    long whole = (long) magnitude;
    long seconds = whole % 60;
    long minutes = whole / 60 % 60;
    long hours = whole / 3600 % 24;
    long days = whole / 86400;
    if (days != 0) {
      return "%s%dd %dh %dm %ds".formatted(sign, days, hours, minutes, seconds);
    }
    if (hours != 0) {
      return "%s%dh %dm %ds".formatted(sign, hours, minutes, seconds);
    }
    if (minutes != 0) {
      return "%s%dm %ds".formatted(sign, minutes, seconds);
    }
    return sign + digits(magnitude) + "s";
  }

  private static String humanizeTimestamp(double value) {
    return Double.isFinite(value) ? toTime(value).toString() : digits(value);
  }

  /// Prometheus keeps times in milliseconds.
  private static GoTime toTime(double seconds) {
    long millis = nanos(seconds, "timestamp") / 1_000_000;
    return GoTime.utc(Instant.ofEpochMilli(millis));
  }

  private static GoDuration toDuration(double seconds) {
    return new GoDuration(nanos(seconds, "duration"));
  }

  private static long nanos(double seconds, String what) {
    if (!Double.isFinite(seconds)) {
      throw new TemplateFailure("value is NaN or Inf");
    }
    double nanos = seconds * 1e9;
    if (nanos > 0x1p63 || nanos < -0x1p63) {
      throw new TemplateFailure(
          "%s cannot be represented as a nanoseconds %s since it overflows int64"
              .formatted(GoPrint.text(seconds), what));
    }
    return (long) nanos;
  }

  private static double parseDuration(String text) {
    if (text.isEmpty()) {
      throw new TemplateFailure("empty duration string");
    }
    try {
      return DurationText.parseMillis(text) / 1000.0;
    } catch (WeirException.BadData _) {
      throw new TemplateFailure("not a valid duration string: \"%s\"".formatted(text));
    }
  }
}
