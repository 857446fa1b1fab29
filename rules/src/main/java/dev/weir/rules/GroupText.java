package dev.weir.rules;

import dev.weir.model.DurationText;
import java.util.Map;
import java.util.StringJoiner;

/// Writes a group as a rule file: JSON, which is YAML, with keys in a fixed order, and labels and
/// annotations sorted. What has its default is left out, apart from the interval.
final class GroupText {
  private final StringBuilder out = new StringBuilder();

  private GroupText() {}

  static String of(RuleGroup group) {
    GroupText text = new GroupText();
    text.write(group);
    return text.out.toString();
  }

  private void write(RuleGroup group) {
    out.append("{\"groups\":[{\"name\":");
    quote(group.name());
    duration("interval", group.intervalMillis());
    duration("query_offset", group.queryOffsetMillis());
    if (group.limit() > 0) {
      out.append(",\"limit\":").append(group.limit());
    }
    map("labels", group.labels());
    out.append(",\"rules\":[");
    String separator = "";
    for (Rule rule : group.rules()) {
      out.append(separator);
      write(rule);
      separator = ",";
    }
    out.append("]}]}");
  }

  private void write(Rule rule) {
    out.append(rule instanceof Rule.Alerting ? "{\"alert\":" : "{\"record\":");
    quote(rule.name());
    out.append(",\"expr\":");
    quote(rule.expression());
    if (rule instanceof Rule.Alerting alerting) {
      duration("for", alerting.forMillis());
      duration("keep_firing_for", alerting.keepFiringForMillis());
    }
    map("labels", rule.labelTexts());
    if (rule instanceof Rule.Alerting alerting) {
      map("annotations", alerting.annotationTexts());
    }
    out.append('}');
  }

  private void duration(String key, long millis) {
    if (millis > 0) {
      out.append(",\"").append(key).append("\":\"").append(DurationText.format(millis)).append('"');
    }
  }

  private void map(String key, Map<String, String> pairs) {
    if (pairs.isEmpty()) {
      return;
    }
    StringJoiner joined = new StringJoiner(",", ",\"" + key + "\":{", "}");
    pairs.forEach((name, value) -> joined.add(quoted(name) + ":" + quoted(value)));
    out.append(joined);
  }

  private void quote(String text) {
    out.append(quoted(text));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        case '\r' -> quoted.append("\\r");
        default -> {
          // YAML takes C1 controls and its own line breaks for what they are, unless escaped.
          if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
            quoted.append("\\u%04x".formatted((int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
