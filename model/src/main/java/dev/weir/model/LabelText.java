package dev.weir.model;

/// The notation of labels in messages and queries: `up{job="node"}`, with Go's escapes in quoted
/// values and quotes around names that the classic alphabet cannot hold.
public final class LabelText {
  private LabelText() {}

  static String format(Labels labels) {
    StringBuilder out = new StringBuilder();
    String metric = labels.metricName();
    boolean plainMetric = isClassicMetricName(metric);
    if (plainMetric) {
      out.append(metric);
      if (labels.size() == 1) {
        return out.toString();
      }
    }
    out.append('{');
    String comma = "";
    if (!metric.isEmpty() && !plainMetric) {
      appendQuoted(out, metric);
      comma = ", ";
    }
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      if (name.equals(Labels.NAME)) {
        continue;
      }
      out.append(comma);
      appendName(out, name);
      out.append('=');
      appendQuoted(out, labels.value(i));
      comma = ", ";
    }
    return out.append('}').toString();
  }

  /// Appends a label's name, quoted if it is not of the classic alphabet.
  public static void appendName(StringBuilder out, String name) {
    if (isClassicLabelName(name)) {
      out.append(name);
    } else {
      appendQuoted(out, name);
    }
  }

  /// Appends text in double quotes, escaped as Go's `strconv.Quote` does.
  public static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    text.codePoints().forEach(point -> appendEscaped(out, point));
    out.append('"');
  }

  public static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    appendQuoted(out, text);
    return out.toString();
  }

  private static void appendEscaped(StringBuilder out, int point) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x07 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case 0x0b -> out.append("\\v");
      default -> {
        if (point < 0x20 || point == 0x7f) {
          out.append("\\x%02x".formatted(point));
        } else if (isPrintable(point)) {
          out.appendCodePoint(point);
        } else if (point < 0x10000) {
          out.append("\\u%04x".formatted(point));
        } else {
          out.append("\\U%08x".formatted(point));
        }
      }
    }
  }

  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }

  /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
  public static boolean isClassicMetricName(String name) {
    return isClassic(name, true);
  }

  /// `[a-zA-Z_][a-zA-Z0-9_]*`
  public static boolean isClassicLabelName(String name) {
    return isClassic(name, false);
  }

  private static boolean isClassic(String name, boolean colons) {
    if (name.isEmpty()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !(digit && i > 0) && !(colons && c == ':')) {
        return false;
      }
    }
    return true;
  }
}
