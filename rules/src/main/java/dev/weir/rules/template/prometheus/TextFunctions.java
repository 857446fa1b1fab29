package dev.weir.rules.template.prometheus;

import static dev.weir.rules.template.TemplateFunction.Parameter.TEXT;
import static java.util.Map.entry;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weir.model.relabel.ReplacementTemplate;
import dev.weir.rules.template.TemplateFailure;
import dev.weir.rules.template.TemplateFunction;
import dev.weir.rules.template.UrlText;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Functions of text, which Prometheus and Alertmanager share for the most part.
public final class TextFunctions {
  /// By name.
  public static final Map<String, TemplateFunction> ALL =
      Map.ofEntries(
          entry("title", of(TitleCase::of)),
          entry("toUpper", of(text -> text.toUpperCase(Locale.ROOT))),
          entry("toLower", of(text -> text.toLowerCase(Locale.ROOT))),
          entry(
              "match",
              TemplateFunction.of(
                  values -> matches((String) values.get(0), (String) values.get(1)), TEXT, TEXT)),
          entry(
              "reReplaceAll",
              TemplateFunction.of(
                  values ->
                      replaceAll(
                          (String) values.get(0), (String) values.get(1), (String) values.get(2)),
                  TEXT,
                  TEXT,
                  TEXT)),
          // Nothing is escaped here, so nothing has to be protected from it.
          entry("safeHtml", of(text -> text)),
          entry("graphLink", of(expression -> link(expression, 0))),
          entry("tableLink", of(expression -> link(expression, 1))),
          entry("stripPort", of(HostNames::stripPort)),
          entry("stripDomain", of(HostNames::stripDomain)),
          entry("urlQueryEscape", of(UrlText::queryEscape)));

  private TextFunctions() {}

  private static TemplateFunction of(UnaryOperator<String> function) {
    return TemplateFunction.of(values -> function.apply((String) values.getFirst()), TEXT);
  }

  private static boolean matches(String pattern, String text) {
    try {
      return Pattern.compile(pattern).matcher(text).find();
    } catch (PatternSyntaxException e) {
      throw new TemplateFailure(String.valueOf(e.getMessage()));
    }
  }

  private static String replaceAll(String regex, String replacement, String text) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new TemplateFailure("regexp: Compile(`%s`): %s".formatted(regex, e.getMessage()));
    }
    Matcher matcher = pattern.matcher(text);
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int from = 0;
    while (from <= text.length() && matcher.find(from)) {
      out.append(text, copied, matcher.start());
      // An empty match behind another match is none, as in Go.
      if (matcher.end() > copied || matcher.start() == 0) {
        out.append(ReplacementTemplate.expand(replacement, matcher, pattern));
      }
      copied = matcher.end();
      boolean empty = matcher.end() == matcher.start();
      from = empty ? next(text, matcher.end()) : matcher.end();
    }
    return out.append(text, copied, text.length()).toString();
  }

  private static int next(String text, int at) {
    return at < text.length() ? at + Character.charCount(text.codePointAt(at)) : at + 1;
  }

  private static String link(String expression, int tab) {
    return "/graph?g0.expr=%s&g0.tab=%d".formatted(UrlText.queryEscape(expression), tab);
  }
}
