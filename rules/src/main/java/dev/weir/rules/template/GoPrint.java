package dev.weir.rules.template;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Values as Go's package `fmt` prints them without a format: the verb `%v`.
public final class GoPrint {
  private GoPrint() {}

  /// A value as `%v`.
  public static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "<nil>";
      case String text -> text;
      case Double number -> GoFloat.format(number, 'g', -1);
      case List<?> list -> {
        StringJoiner joined = new StringJoiner(" ", "[", "]");
        list.forEach(element -> joined.add(text(element)));
        yield joined.toString();
      }
      case Map<?, ?> map -> {
        StringJoiner joined = new StringJoiner(" ", "map[", "]");
        new TreeMap<>(map).forEach((key, element) -> joined.add(key + ":" + text(element)));
        yield joined.toString();
      }
      case GoTime time -> time.toString();
      case GoDuration duration -> duration.toString();
      case TemplateObject object -> struct(object);
      default -> value.toString();
    };
  }

  private static String struct(TemplateObject object) {
    StringJoiner joined = new StringJoiner(" ", "{", "}");
    object.fieldNames().forEach(name -> joined.add(text(object.field(name))));
    return joined.toString();
  }

  /// Values one after another, with a space between two of which neither is text: `fmt.Sprint`.
  static String print(List<? extends @Nullable Object> values) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      if (i > 0 && !(values.get(i) instanceof String) && !(values.get(i - 1) instanceof String)) {
        out.append(' ');
      }
      append(out, text(values.get(i)));
    }
    return out.toString();
  }

  /// Values with spaces between them and a line feed at the end: `fmt.Sprintln`.
  static String println(List<? extends @Nullable Object> values) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      append(out.append(i > 0 ? " " : ""), text(values.get(i)));
    }
    return out.append('\n').toString();
  }

  /// Appends while the text stays within what any template may write.
  static void append(StringBuilder out, String text) {
    if (out.length() + text.length() > GoFormat.MAX_OUTPUT) {
      throw new TemplateFailure(
          "text longer than %d characters; print less".formatted(GoFormat.MAX_OUTPUT));
    }
    out.append(text);
  }

  /// Bytes of a text in UTF-8, which Go counts and cuts text by.
  static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
