package dev.weir.rules.notify;

import dev.weir.model.Labels;

/// Writes text and labels as Go's `encoding/json` does, which also escapes what HTML would take for
/// markup.
public final class GoJson {
  private GoJson() {}

  public static void append(StringBuilder out, Labels labels) {
    out.append('{');
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      append(out, labels.name(i));
      out.append(':');
      append(out, labels.value(i));
    }
    out.append('}');
  }

  public static void append(StringBuilder out, String text) {
    out.append('"');
    text.codePoints().forEach(point -> appendEscaped(out, point));
    out.append('"');
  }

  private static void appendEscaped(StringBuilder out, int point) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '<', '>', '&', 0x2028, 0x2029 -> out.append("\\u%04x".formatted(point));
      default -> {
        if (point < 0x20) {
          out.append("\\u%04x".formatted(point));
        } else if (Character.getType(point) == Character.SURROGATE) {
          // A lone surrogate is no character; Go writes the replacement character.
          out.append("\\ufffd");
        } else {
          out.appendCodePoint(point);
        }
      }
    }
  }
}
