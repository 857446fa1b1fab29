package dev.weir.model;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Finds the plain texts that a regular expression stands for, where it is an alternation of
/// nothing else, as dashboards write them: `a|b|c`, `(host-1\.example\.com|host-2)`.
final class RegexLiterals {
  private static final String META = ".+*?()[]{}^$";

  private RegexLiterals() {}

  static Optional<Set<String>> of(String regex) {
    String body = regex;
    if (body.startsWith("(?:") && body.endsWith(")")) {
      body = body.substring(3, body.length() - 1);
    } else if (body.startsWith("(") && body.endsWith(")")) {
      body = body.substring(1, body.length() - 1);
    }
    Set<String> literals = new LinkedHashSet<>();
    StringBuilder literal = new StringBuilder();
    for (int i = 0; i < body.length(); i++) {
      char c = body.charAt(i);
      if (c == '|') {
        literals.add(literal.toString());
        literal.setLength(0);
      } else if (c == '\\' && i + 1 < body.length() && isEscaped(body.charAt(i + 1))) {
        i++;
        literal.append(body.charAt(i));
      } else if (c == '\\' || META.indexOf(c) >= 0) {
        return Optional.empty();
      } else {
        literal.append(c);
      }
    }
    literals.add(literal.toString());
    return Optional.of(literals);
  }

  /// Whether a backslash before it makes it stand for itself.
  private static boolean isEscaped(char c) {
    return META.indexOf(c) >= 0 || c == '|' || c == '\\' || c == '-';
  }
}
