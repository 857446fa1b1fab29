package dev.weir.promql.eval.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/// The replacement text of `label_replace`, in the notation of Go's `Regexp.Expand`: `$1`, `$name`,
/// `${1}`, `${name}`, and `$$` for a dollar sign. `$1x` means `${1x}`; names that the expression
/// does not have stand for nothing; a dollar sign before anything else is itself.
///
/// @param parts texts and numbers of groups by turns
record Template(List<Part> parts) {
  private sealed interface Part {}

  private record Text(String text) implements Part {}

  private record Group(int number) implements Part {}

  static Template parse(String text, Pattern pattern) {
    List<Part> parts = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '$') {
        literal.append(c);
        i++;
        continue;
      }
      if (text.startsWith("$$", i)) {
        literal.append('$');
        i += 2;
        continue;
      }
      boolean braced = text.startsWith("${", i);
      int start = braced ? i + 2 : i + 1;
      int end = start;
      while (end < text.length() && isNameCharacter(text.charAt(end))) {
        end++;
      }
      boolean closed = !braced || (end < text.length() && text.charAt(end) == '}');
      if (end == start || !closed) {
        literal.append('$');
        i++;
        continue;
      }
      parts.add(new Text(literal.toString()));
      literal.setLength(0);
      parts.add(new Group(groupNumber(text.substring(start, end), pattern)));
      i = braced ? end + 1 : end;
    }
    parts.add(new Text(literal.toString()));
    return new Template(parts);
  }

  private static boolean isNameCharacter(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  /// -1 if there is no such group.
  private static int groupNumber(String name, Pattern pattern) {
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return name.length() < 9 ? Integer.parseInt(name) : -1;
    }
    return pattern.namedGroups().getOrDefault(name, -1);
  }

  String expand(Matcher matcher) {
    StringBuilder out = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Text(String text) -> out.append(text);
        case Group(int number) -> {
          String captured =
              number >= 0 && number <= matcher.groupCount() ? matcher.group(number) : null;
          out.append(captured == null ? "" : captured);
        }
      }
    }
    return out.toString();
  }
}
