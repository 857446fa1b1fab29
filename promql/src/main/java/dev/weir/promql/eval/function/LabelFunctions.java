package dev.weir.promql.eval.function;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.model.WholeMatch;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;

/// `label_replace` and `label_join`: they look at labels alone.
public final class LabelFunctions {
  private static final char REPLACEMENT_CHARACTER = '\uFFFD';

  private LabelFunctions() {}

  /// Sets a label to a text made of the parts of another label that a regular expression captures,
  /// where it matches the whole value.
  ///
  /// @param replacement with `$1`, `${1}`, `$name` or `${name}` for captured parts
  public static UnaryOperator<VectorSeries> replace(
      String destination, String replacement, String source, String regex) {
    Pattern pattern;
    try {
      pattern = WholeMatch.compile(regex);
    } catch (WeirException.BadData _) {
      throw new WeirException.Unprocessable(
          "invalid regular expression in label_replace(): " + regex);
    }
    requireLabelName(destination, "destination", "label_replace");
    Template template = Template.parse(replacement, pattern);
    return series -> {
      Matcher matcher = pattern.matcher(series.labels().get(source));
      return matcher.matches() ? with(series, destination, template.expand(matcher)) : series;
    };
  }

  /// Sets a label to the values of others, joined.
  public static UnaryOperator<VectorSeries> join(
      String destination, String separator, List<String> sources) {
    for (String source : sources) {
      requireLabelName(source, "source", "label_join");
    }
    requireLabelName(destination, "destination", "label_join");
    return series -> {
      StringJoiner joined = new StringJoiner(separator);
      for (String source : sources) {
        joined.add(series.labels().get(source));
      }
      return with(series, destination, joined.toString());
    };
  }

  private static VectorSeries with(VectorSeries series, String label, String value) {
    VectorSeries changed = series.withLabels(series.labels().with(label, value));
    // Who sets the name wants to keep it.
    return label.equals(Labels.NAME) ? changed.withDropName(false) : changed;
  }

  private static void requireLabelName(String name, String role, String function) {
    if (!isLabelName(name)) {
      throw new WeirException.Unprocessable(
          "invalid %s label name in %s(): %s".formatted(role, function, name));
    }
  }

  /// Whether a text can be the name of a label: any that is not empty and was UTF-8. Bytes that
  /// were not have become replacement characters.
  public static boolean isLabelName(String text) {
    return !text.isEmpty() && text.indexOf(REPLACEMENT_CHARACTER) < 0;
  }
}
