package dev.weir.rules.template.prometheus;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.template.TemplateObject;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the templates of an alert see: `.Labels` or `$labels`, `.Value` or `$value`, and so on.
///
/// @param labels of the sample that the alert came from, with its metric name
/// @param value a [Double] or a [dev.weir.model.NativeHistogram]
public record AlertData(
    Map<String, String> labels,
    Map<String, String> externalLabels,
    String externalUrl,
    Object value)
    implements TemplateObject {
  static final List<String> VARIABLES =
      List.of("$labels", "$externalLabels", "$externalURL", "$value");

  private static final Set<String> FIELDS =
      Collections.unmodifiableSet(
          new LinkedHashSet<>(List.of("Labels", "ExternalLabels", "ExternalURL", "Value")));

  public AlertData {
    requireNonNull(externalUrl, "externalUrl");
    requireNonNull(value, "value");
  }

  public static AlertData of(QueryValue.Sample sample, Labels externalLabels, String externalUrl) {
    return new AlertData(
        sample.labels().toMap(), externalLabels.toMap(), externalUrl, SampleValue.valueOf(sample));
  }

  @Override
  public String typeName() {
    return "struct { Labels map[string]string; ExternalLabels map[string]string;"
        + " ExternalURL string; Value interface {} }";
  }

  @Override
  public Set<String> fieldNames() {
    return FIELDS;
  }

  @Override
  public Object field(String name) {
    return switch (name) {
      case "Labels" -> labels;
      case "ExternalLabels" -> externalLabels;
      case "ExternalURL" -> externalUrl;
      case "Value" -> value;
      default -> throw new IllegalArgumentException("alerts have no field " + name);
    };
  }

  Map<String, Object> variables() {
    return Map.of(
        "$labels", labels,
        "$externalLabels", externalLabels,
        "$externalURL", externalUrl,
        "$value", value);
  }
}
