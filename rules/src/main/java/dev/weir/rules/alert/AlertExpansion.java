package dev.weir.rules.alert;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.template.FunctionSet;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.rules.template.prometheus.AlertData;
import dev.weir.rules.template.prometheus.PrometheusFunctions;
import dev.weir.rules.template.prometheus.TemplateContext;
import dev.weir.rules.template.prometheus.TemplateQuery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Expands the labels and annotations of alerts.
///
/// @param externalLabels that templates see; they are not added to alerts here
/// @param externalUrl under which people reach the server
/// @param limits of every template
public record AlertExpansion(Labels externalLabels, String externalUrl, TemplateLimits limits) {
  /// The label with the name of the rule.
  public static final String ALERT_NAME = "alertname";

  public AlertExpansion {
    requireNonNull(externalLabels, "externalLabels");
    requireNonNull(externalUrl, "externalUrl");
    requireNonNull(limits, "limits");
  }

  /// The elements of a rule's value as they raise alerts.
  ///
  /// @throws WeirException.Unprocessable if two of them have the same labels
  public List<ActiveElement> expand(
      Rule.Alerting rule,
      List<QueryValue.Sample> vector,
      long timestampMillis,
      TemplateQuery query) {
    if (vector.isEmpty()) {
      return List.of();
    }
    FunctionSet functions =
        PrometheusFunctions.of(new TemplateContext(timestampMillis, query, externalUrl));
    List<ActiveElement> elements = new ArrayList<>();
    Set<Labels> seen = new HashSet<>();
    for (QueryValue.Sample sample : vector) {
      ActiveElement element = expand(rule, sample, functions);
      if (!seen.add(element.labels())) {
        throw new WeirException.Unprocessable(
            "vector contains metrics with the same labelset after applying alert labels");
      }
      elements.add(element);
    }
    return elements;
  }

  private ActiveElement expand(
      Rule.Alerting rule, QueryValue.Sample sample, FunctionSet functions) {
    AlertData data = AlertData.of(sample, externalLabels, externalUrl);
    Labels.Builder labels = sample.labels().without(Labels.NAME).toBuilder();
    rule.labels()
        .forEach((name, template) -> labels.set(name, template.expand(data, functions, limits)));
    labels.set(ALERT_NAME, rule.name());
    Map<String, String> annotations = new TreeMap<>();
    rule.annotations()
        .forEach(
            (name, template) -> annotations.put(name, template.expand(data, functions, limits)));
    // A histogram has no value of its own; Prometheus shows 0.
    double value = sample.histogram() == null ? sample.value() : 0;
    return new ActiveElement(labels.build(), annotations, value);
  }
}
