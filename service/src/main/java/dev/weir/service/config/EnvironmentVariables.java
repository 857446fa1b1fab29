package dev.weir.service.config;

import java.util.function.UnaryOperator;

/// Replaces `$NAME` and `${NAME}` in text, as Prometheus does in `external_labels`. `$$` stands for
/// a dollar. A `$` before anything that starts no name is dropped, and so is `${` without an end.
final class EnvironmentVariables {
  private EnvironmentVariables() {}

  /// @param lookup the value of a variable; the empty string where there is none
  static String expand(String text, UnaryOperator<String> lookup) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c != '$' || at == text.length()) {
        out.append(c);
      } else if (text.charAt(at) == '$') {
        out.append('$');
        at++;
      } else if (text.charAt(at) == '{') {
        int close = text.indexOf('}', at);
        if (close < 0) {
          at++;
        } else {
          if (close > at + 1) {
            out.append(lookup.apply(text.substring(at + 1, close)));
          }
          at = close + 1;
        }
      } else {
        int end = at;
        while (end < text.length() && isNameCharacter(text.charAt(end))) {
          end++;
        }
        if (end > at) {
          out.append(lookup.apply(text.substring(at, end)));
        }
        at = end;
      }
    }
    return out.toString();
  }

  private static boolean isNameCharacter(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
