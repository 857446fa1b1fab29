package dev.weir.rules.unittest;

import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.model.NativeHistogram;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.alert.Alert;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compares what was expected with what came, and says what is different.
final class Difference {
  private static final String INDENT = "\n    ";

  private Difference() {}

  /// @return nothing if the same alerts fire with the same annotations
  static Optional<String> ofAlerts(List<AlertCase.Expected> expected, List<Alert> firing) {
    List<AlertCase.Expected> got =
        firing.stream()
            .map(alert -> new AlertCase.Expected(alert.labels().toMap(), alert.annotations()))
            .toList();
    return of(expected, got, AlertCase.Expected::equals, Difference::text);
  }

  /// @param fuzzy whether floats may differ in their last bit
  /// @return nothing if the samples are the same; NaN equals nothing, as for `promtool`
  static Optional<String> ofSamples(
      List<ExpressionCase.Expected> expected, List<QueryValue.Sample> samples, boolean fuzzy) {
    List<ExpressionCase.Expected> got =
        samples.stream()
            .map(sample ->
                new ExpressionCase.Expected(sample.labels(), sample.value(), sample.histogram()))
            .toList();
    return of(expected, got, (one, other) -> isEqual(one, other, fuzzy), Difference::text);
  }

  private static <T> Optional<String> of(
      List<T> expected, List<T> got, BiPredicate<T, T> equal, Function<T, String> text) {
    List<T> missing = new ArrayList<>();
    List<T> more = new ArrayList<>(got);
    for (T one : expected) {
      Optional<T> same = more.stream().filter(other -> equal.test(one, other)).findFirst();
      if (same.isPresent()) {
        more.remove(same.get());
      } else {
        missing.add(one);
      }
    }
    if (missing.isEmpty() && more.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder out = new StringBuilder();
    int same = expected.size() - missing.size();
    String none = same > 0 ? "nothing else" : "nothing";
    lines("expected", missing, text, none, out);
    lines("got", more, text, none, out);
    if (same > 0) {
      out.append(INDENT).append("as expected: %d more".formatted(same));
    }
    return Optional.of(out.toString());
  }

  private static <T> void lines(
      String what, List<T> elements, Function<T, String> text, String none, StringBuilder out) {
    if (elements.isEmpty()) {
      out.append(INDENT).append(what).append(": ").append(none);
    }
    elements.stream()
        .map(text)
        .sorted(Comparator.naturalOrder())
        .forEach(one -> out.append(INDENT).append(what).append(": ").append(one));
  }

  private static boolean isEqual(
      ExpressionCase.Expected one, ExpressionCase.Expected other, boolean fuzzy) {
    if (!one.labels().equals(other.labels())) {
      return false;
    }
    NativeHistogram histogram = one.histogram();
    NativeHistogram otherHistogram = other.histogram();
    if (histogram != null || otherHistogram != null) {
      return text(histogram).equals(text(otherHistogram));
    }
    return one.value() == other.value()
        || (fuzzy
            && (Math.nextDown(one.value()) == other.value()
                || Math.nextUp(one.value()) == other.value()));
  }

  private static String text(AlertCase.Expected alert) {
    return "labels " + text(alert.labels()) + " annotations " + text(alert.annotations());
  }

  private static String text(Map<String, String> pairs) {
    StringBuilder out = new StringBuilder("{");
    pairs.forEach((name, value) -> {
      out.append(out.length() > 1 ? ", " : "");
      LabelText.appendName(out, name);
      out.append('=');
      LabelText.appendQuoted(out, value);
    });
    return out.append('}').toString();
  }

  private static String text(ExpressionCase.Expected sample) {
    NativeHistogram histogram = sample.histogram();
    if (histogram != null) {
      return sample.labels() + " " + text(histogram);
    }
    String remark = Double.isNaN(sample.value()) ? " (which equals nothing)" : "";
    return sample.labels() + " " + FloatText.shortest(sample.value()) + remark;
  }

  private static String text(@Nullable NativeHistogram histogram) {
    return histogram == null ? "" : HistogramNotation.format(histogram);
  }
}
