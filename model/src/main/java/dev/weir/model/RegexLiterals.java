package dev.weir.model;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// Finds the plain texts that a regular expression stands for, where it is an alternation of
/// nothing else, as dashboards write them: `a|b|c`, `(a|b)`.
final class RegexLiterals {
  private static final String META = "\\.+*?()[]{}^$";

  private RegexLiterals() {}

  static Optional<Set<String>> of(String regex) {
    String body = regex;
    if (body.startsWith("(?:") && body.endsWith(")")) {
      body = body.substring(3, body.length() - 1);
    } else if (body.startsWith("(") && body.endsWith(")")) {
      body = body.substring(1, body.length() - 1);
    }
    Set<String> literals = new LinkedHashSet<>();
    int start = 0;
    for (int i = 0; i <= body.length(); i++) {
      if (i == body.length() || body.charAt(i) == '|') {
        literals.add(body.substring(start, i));
        start = i + 1;
      } else if (META.indexOf(body.charAt(i)) >= 0) {
        return Optional.empty();
      }
    }
    return Optional.of(literals);
  }
}
