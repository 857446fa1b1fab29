package dev.weir.model.relabel;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/// Replacements with references to groups, as Go's `regexp.Expand` reads them: `$1`, `${1}`,
/// `$name`, `${name}`, `$$`. A bare name is as long as it can be (`$1x` is the group named `1x`). A
/// reference to a group that is not there is empty; a `$` that starts no reference stands for
/// itself.
public final class ReplacementTemplate {
  private ReplacementTemplate() {}

  public static String expand(String template, Matcher match, Pattern pattern) {
    if (template.indexOf('$') < 0) {
      return template;
    }
    StringBuilder out = new StringBuilder();
    int i = 0;
    while (i < template.length()) {
      char c = template.charAt(i);
      if (c != '$') {
        out.append(c);
        i++;
      } else if (i + 1 < template.length() && template.charAt(i + 1) == '$') {
        out.append('$');
        i += 2;
      } else {
        i = reference(template, i, match, pattern, out);
      }
    }
    return out.toString();
  }

  private static int reference(
      String template, int dollar, Matcher match, Pattern pattern, StringBuilder out) {
    boolean braced = dollar + 1 < template.length() && template.charAt(dollar + 1) == '{';
    int start = dollar + (braced ? 2 : 1);
    int end = start;
    while (end < template.length() && isNameCharacter(template.charAt(end))) {
      end++;
    }
    boolean closed = !braced || (end < template.length() && template.charAt(end) == '}');
    if (end == start || !closed) {
      out.append('$');
      return dollar + 1;
    }
    String value = group(template.substring(start, end), match, pattern);
    if (value != null) {
      out.append(value);
    }
    return braced ? end + 1 : end;
  }

  private static boolean isNameCharacter(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private static @Nullable String group(String name, Matcher match, Pattern pattern) {
    if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // Longer numbers name no group of any pattern.
      int number = name.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(name);
      return number <= match.groupCount() ? match.group(number) : null;
    }
    return pattern.namedGroups().containsKey(name) ? match.group(name) : null;
  }
}
