package dev.weir.history.plan;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertSeries;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The series that a rule may record: what is known of their labels before it is evaluated.
///
/// @param names of the metrics
/// @param fixed labels that have one value in every series; an empty value says that the label is
///   not there
record RuleOutput(Set<String> names, Map<String, String> fixed) {
  private static final String TEMPLATE_START = "{{";

  RuleOutput {
    names = Set.copyOf(names);
    fixed = Map.copyOf(fixed);
  }

  static RuleOutput of(Rule rule) {
    return switch (rule) {
      case Rule.Recording recording ->
          new RuleOutput(Set.of(recording.name()), recording.labelTexts());
      case Rule.Alerting alerting -> {
        Map<String, String> fixed = new HashMap<>();
        alerting
            .labelTexts()
            .forEach((name, text) -> {
              if (!text.contains(TEMPLATE_START)) {
                fixed.put(name, text);
              }
            });
        fixed.put(AlertExpansion.ALERT_NAME, alerting.name());
        yield new RuleOutput(Set.of(AlertSeries.ALERTS, AlertSeries.ALERTS_FOR_STATE), fixed);
      }
    };
  }

  /// Whether a selector may select one of the series.
  boolean mayMatch(List<Matcher> matchers) {
    return names.stream().anyMatch(name -> mayMatch(name, matchers));
  }

  private boolean mayMatch(String metric, List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      String value = matcher.name().equals(Labels.NAME) ? metric : fixed.get(matcher.name());
      if (value != null && !matcher.matches(value)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a series of another source is to be taken for one of these, as far as labels tell.
  boolean covers(Labels labels) {
    return names.contains(labels.metricName())
        && fixed.entrySet().stream()
            .filter(label -> label.getKey().equals(AlertExpansion.ALERT_NAME))
            .allMatch(label -> labels.get(label.getKey()).equals(label.getValue()));
  }
}
