package dev.weir.rules.template.prometheus;

import static dev.weir.rules.template.TemplateFunction.Parameter.ANY;
import static dev.weir.rules.template.TemplateFunction.Parameter.TEXT;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.rules.template.AnyMap;
import dev.weir.rules.template.FunctionSet;
import dev.weir.rules.template.TemplateFailure;
import dev.weir.rules.template.TemplateFunction;
import dev.weir.rules.template.TemplateFunction.Parameter;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All functions of Prometheus 3.14's templates, besides Go's own. `tmpl` is for console pages
/// alone, which Weir does not serve.
public final class PrometheusFunctions {
  private static final Parameter SAMPLES = new Parameter("template.queryResult", List.class, true);
  private static final Parameter SAMPLE =
      new Parameter("*template.sample", SampleValue.class, false);

  private static final FunctionSet TIMELESS =
      FunctionSet.of(TextFunctions.ALL)
          .with(NumberFunctions.ALL)
          .with(
              Map.of(
                  "first",
                  TemplateFunction.of(values -> first(samples(values.getFirst())), SAMPLES),
                  "label",
                  TemplateFunction.of(
                      values -> label((String) values.get(0), values.get(1)), TEXT, SAMPLE),
                  "value",
                  TemplateFunction.of(values -> sample(values.getFirst()).value(), SAMPLE),
                  "strvalue",
                  TemplateFunction.of(values -> label("__value__", values.getFirst()), SAMPLE),
                  "sortByLabel",
                  TemplateFunction.of(
                      values -> sorted((String) values.get(0), samples(values.get(1))),
                      TEXT,
                      SAMPLES),
                  "args",
                  TemplateFunction.variadic(PrometheusFunctions::args, ANY)));

  /// The functions by name, for reading templates; for expanding them, see [#of].
  static final FunctionSet DECLARED =
      of(
          new TemplateContext(
              0,
              expression -> {
                throw new TemplateFailure("there is nobody to answer " + expression);
              },
              ""));

  private PrometheusFunctions() {}

  /// The functions as they answer in a context.
  public static FunctionSet of(TemplateContext context) {
    return TIMELESS.with(
        Map.of(
            "query",
            TemplateFunction.of(values -> query(context, (String) values.getFirst()), TEXT),
            "now",
            TemplateFunction.of(_ -> context.timestampMillis() / 1000.0),
            "externalURL",
            TemplateFunction.of(_ -> context.externalUrl()),
            "pathPrefix",
            TemplateFunction.of(_ -> path(context.externalUrl()))));
  }

  private static List<SampleValue> query(TemplateContext context, String expression) {
    try {
      return context.query().query(expression).stream().map(SampleValue::of).toList();
    } catch (WeirException e) {
      throw new TemplateFailure(e.getMessage());
    }
  }

  private static String path(String url) {
    try {
      String path = URI.create(url).getPath();
      return path == null ? "" : path;
    } catch (IllegalArgumentException _) {
      throw new TemplateFailure("the external URL %s is no URL".formatted(url));
    }
  }

  private static List<SampleValue> samples(@Nullable Object value) {
    List<SampleValue> samples = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (Object element : list) {
        samples.add(sample(element));
      }
    }
    return samples;
  }

  private static SampleValue sample(@Nullable Object value) {
    if (value instanceof SampleValue sample) {
      return sample;
    }
    throw new TemplateFailure("a sample is expected, as query gives it");
  }

  private static SampleValue first(List<SampleValue> samples) {
    if (samples.isEmpty()) {
      throw new TemplateFailure("first() called on vector with no elements");
    }
    return samples.getFirst();
  }

  private static String label(String name, @Nullable Object value) {
    return sample(value).labels().getOrDefault(name, "");
  }

  private static List<SampleValue> sorted(String label, List<SampleValue> samples) {
    return samples.stream()
        .sorted(
            Comparator.comparing(
                sample -> sample.labels().getOrDefault(label, ""), Labels::compareText))
        .toList();
  }

  private static Map<String, @Nullable Object> args(List<? extends @Nullable Object> values) {
    Map<String, @Nullable Object> named = new HashMap<>();
    for (int i = 0; i < values.size(); i++) {
      named.put("arg" + i, values.get(i));
    }
    return new AnyMap(named);
  }
}
