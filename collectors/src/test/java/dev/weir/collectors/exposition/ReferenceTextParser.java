package dev.weir.collectors.exposition;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the Prometheus text format by regular expressions, entry by entry: slow, and short enough
/// to be seen to be right. Knows nothing of bytes that are no UTF-8.
final class ReferenceTextParser {
  private static final String BLANKS = "[ \\t]*+";
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*+";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*+";
  private static final String QUOTED = "\"(?:\\\\[^\\n]|[^\\\\\"])*+\"";
  private static final String PAIR =
      "(" + LABEL + "|" + QUOTED + ")" + BLANKS + "=" + BLANKS + "(" + QUOTED + ")";
  private static final String LONE = "(" + QUOTED + ")(?=" + BLANKS + "[,}])";
  private static final String ITEM = "(?:" + PAIR + "|" + LONE + ")" + BLANKS + ",?" + BLANKS;

  private static final Pattern EMPTY = Pattern.compile(BLANKS + "(?:\\n|\\z)");
  private static final Pattern META =
      Pattern.compile(
          BLANKS
              + "#[ \\t]++(HELP|TYPE)[ \\t]++("
              + NAME
              + "|\"(?:\\\\[^\\n]|[^\\\\\"\\n])*+\")([^\\n]*+)(?:\\n|\\z)");
  private static final Pattern META_START =
      Pattern.compile(BLANKS + "#[ \\t]++(?:HELP|TYPE)[ \\t]");
  private static final Pattern COMMENT = Pattern.compile(BLANKS + "#[^\\n]*+(?:\\n|\\z)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          BLANKS
              + "("
              + NAME
              + ")?+"
              + BLANKS
              + "(\\{"
              + BLANKS
              + "(?:"
              + ITEM
              + ")*+\\})?+"
              + BLANKS
              + "([^{ \\t\\n]++)"
              + BLANKS
              + "([0-9]++)?+"
              + BLANKS
              + "(?:\\n|\\z)");
  private static final Pattern ITEMS = Pattern.compile(ITEM);

  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?");

  private static final Map<String, MetricType> TYPES =
      Map.of(
          "counter", MetricType.COUNTER,
          "gauge", MetricType.GAUGE,
          "histogram", MetricType.HISTOGRAM,
          "summary", MetricType.SUMMARY,
          "untyped", MetricType.UNKNOWN);

  private ReferenceTextParser() {}

  /// What the body exposes; empty if it is wrong somewhere.
  static Optional<List<Exposed>> parse(String body) {
    List<Exposed> found = new ArrayList<>();
    int at = 0;
    while (at < body.length()) {
      Matcher matcher = EMPTY.matcher(body).region(at, body.length());
      if (!matcher.lookingAt()) {
        matcher.usePattern(META_START);
        boolean meta = matcher.lookingAt();
        matcher.usePattern(meta ? META : COMMENT);
        if (matcher.lookingAt()) {
          if (meta && !declaration(matcher, found)) {
            return Optional.empty();
          }
        } else if (meta || !sample(matcher.usePattern(SAMPLE), found)) {
          return Optional.empty();
        }
      }
      at = matcher.end();
    }
    return Optional.of(found);
  }

  private static boolean declaration(Matcher matcher, List<Exposed> found) {
    String family = unescape(unquote(matcher.group(2)));
    String rest = matcher.group(3);
    if (!rest.isEmpty() && rest.charAt(0) >= 0x80) {
      // One byte separates name and text, whatever it is; half a character remains.
      return false;
    }
    String text = rest.isBlank() ? "" : rest.substring(1);
    if (matcher.group(1).equals("HELP")) {
      found.add(new Exposed.Help(family, unescape(text, "\\\\")));
      return true;
    }
    return Optional.ofNullable(TYPES.get(text))
        .map(type -> found.add(new Exposed.Type(family, type)))
        .orElse(false);
  }

  private static boolean sample(Matcher matcher, List<Exposed> found) {
    if (!matcher.lookingAt()) {
      return false;
    }
    List<String> labels = new ArrayList<>();
    List<String> names = new ArrayList<>();
    if (matcher.group(1) != null) {
      names.add(matcher.group(1));
    }
    String braces = matcher.group(2);
    if (braces != null) {
      Matcher item = ITEMS.matcher(braces);
      while (item.find()) {
        if (item.group(3) != null) {
          names.add(unescape(unquote(item.group(3))));
        } else {
          labels.add(unescape(unquote(item.group(1))));
          labels.add(unescape(unquote(item.group(2))));
        }
      }
    }
    if (names.size() != 1) {
      return false;
    }
    labels.add(Labels.NAME);
    labels.add(names.getFirst());
    try {
      String timestamp = matcher.group(matcher.groupCount());
      found.add(
          new Exposed.Sample(
              Labels.of(labels.toArray(String[]::new)),
              Double.doubleToRawLongBits(value(matcher.group(matcher.groupCount() - 1))),
              timestamp == null ? ExpositionReader.NO_TIMESTAMP : Long.parseLong(timestamp),
              null));
      return true;
    } catch (NumberFormatException | WeirException.BadData e) {
      return false;
    }
  }

  private static double value(String text) {
    if (text.equalsIgnoreCase("nan")) {
      return Double.longBitsToDouble(0x7ff8000000000001L);
    }
    if (text.matches("(?i)[-+]?inf(inity)?")) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    double value = Double.parseDouble(text);
    if (!FLOAT.matcher(text).matches() || Double.isInfinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static String unquote(String text) {
    return text.startsWith("\"") ? text.substring(1, text.length() - 1) : text;
  }

  private static String unescape(String text) {
    return unescape(text, "\\\\\"");
  }

  /// @param escaped the characters, beside n, that a backslash escapes
  private static String unescape(String text, String escaped) {
    return Pattern.compile("\\\\(.)", Pattern.DOTALL)
        .matcher(text)
        .replaceAll(match ->
            Matcher.quoteReplacement(
                match.group(1).equals("n")
                    ? "\n"
                    : escaped.contains(match.group(1)) ? match.group(1) : match.group()));
  }
}
