package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BoundText;
import dev.weir.collectors.exposition.ExpositionException;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.relabel.Relabeler;
import dev.weir.service.config.NameValidation;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.service.config.ScrapeLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What makes the labels of a stored series of those that a target exposes: the target's own
/// labels, metric relabelling, and the checks after it, as in Prometheus.
final class SeriesRules {
  private static final String EXPORTED_PREFIX = "exported_";
  private static final int SHOWN_CHARACTERS = 50;

  private final Labels targetLabels;
  private final boolean honorLabels;
  private final boolean normalizeBounds;
  private final Relabeler relabeler;
  private final ScrapeLimits limits;
  private final NameValidation validation;
  private final Labels externalLabels;

  /// @param externalLabels that series get where they have none of that name
  SeriesRules(
      Labels targetLabels, ScrapeConfig config, Labels externalLabels, boolean normalizeBounds) {
    this.targetLabels = targetLabels;
    this.honorLabels = config.honorLabels();
    this.normalizeBounds = normalizeBounds;
    this.relabeler = Relabeler.of(config.metricRelabelConfigs());
    this.limits = config.limits();
    this.validation = config.nameValidation();
    this.externalLabels = externalLabels;
  }

  /// The labels of the series that is stored; empty if it is dropped.
  ///
  /// @param blank labels that the target exposes without a value: where its labels are honored,
  ///   this is how it says that the series is not to have them
  /// @throws ExpositionException if the whole scrape is to fail
  Optional<Labels> apply(Labels exposed, Set<String> blank, MetricType type)
      throws ExpositionException {
    Labels own = normalizeBounds ? BoundText.normalize(exposed, type) : exposed;
    Optional<Labels> relabelled = relabeler.apply(honorLabels ? honored(own, blank) : renamed(own));
    if (relabelled.isEmpty() || relabelled.get().isEmpty()) {
      return Optional.empty();
    }
    Labels labels = relabelled.get();
    check(labels);
    return Optional.of(withDefaults(labels, externalLabels));
  }

  /// The labels of a series about the scrape itself, such as `up`.
  Labels ofReport(String metric) {
    return withDefaults(targetLabels.with(Labels.NAME, metric), externalLabels);
  }

  private Labels honored(Labels exposed, Set<String> blank) {
    return withDefaults(
        exposed, blank.isEmpty() ? targetLabels : targetLabels.keep(name -> !blank.contains(name)));
  }

  static Labels withDefaults(Labels labels, Labels defaults) {
    if (defaults.isEmpty()) {
      return labels;
    }
    Labels.Builder merged = labels.toBuilder();
    defaults.forEach((name, value) -> {
      if (!labels.has(name)) {
        merged.set(name, value);
      }
    });
    return merged.build();
  }

  /// The target's labels win; exposed ones of the same name become `exported_…`.
  private Labels renamed(Labels exposed) {
    Labels.Builder labels = exposed.toBuilder();
    List<String> conflicts = new ArrayList<>(0);
    targetLabels.forEach((name, value) -> {
      if (exposed.has(name)) {
        conflicts.add(name);
      }
      labels.set(name, value);
    });
    conflicts.sort(Comparator.comparingInt(String::length));
    for (String name : conflicts) {
      String exported = EXPORTED_PREFIX + name;
      while (!labels.get(exported).isEmpty()) {
        exported = EXPORTED_PREFIX + exported;
      }
      labels.set(exported, exposed.get(name));
    }
    return labels.build();
  }

  private void check(Labels labels) throws ExpositionException {
    String metric = labels.metricName();
    if (metric.isEmpty()) {
      throw new ExpositionException(
          "series %s has no __name__ after metric_relabel_configs; drop it or leave the name"
              .formatted(labels));
    }
    if (validation == NameValidation.LEGACY) {
      checkLegacy(labels, metric);
    }
    checkLimit("label_limit", metric, "number of labels", labels.size(), limits.labels());
    if (limits.labelNameBytes() == 0 && limits.labelValueBytes() == 0) {
      return;
    }
    for (int i = 0; i < labels.size(); i++) {
      String name = labels.name(i);
      checkLimit(
          "label_name_length_limit",
          metric,
          "label name: %s, length".formatted(shown(name)),
          utf8Length(name),
          limits.labelNameBytes());
      checkLimit(
          "label_value_length_limit",
          metric,
          "label name: %s, value: %s, length"
              .formatted(shown(name), LabelText.quote(shown(labels.value(i)))),
          utf8Length(labels.value(i)),
          limits.labelValueBytes());
    }
  }

  private static void checkLegacy(Labels labels, String metric) throws ExpositionException {
    boolean valid = LabelText.isClassicMetricName(metric);
    for (int i = 0; i < labels.size(); i++) {
      valid &= LabelText.isClassicLabelName(labels.name(i));
    }
    if (!valid) {
      throw new ExpositionException(
          "invalid metric name or label names: %s; metric_name_validation_scheme is legacy"
              .formatted(labels));
    }
  }

  private static void checkLimit(String setting, String metric, String what, int found, long limit)
      throws ExpositionException {
    if (limit > 0 && found > limit) {
      throw new ExpositionException(
          "%s exceeded (metric: %s, %s: %d, limit: %d)"
              .formatted(setting, shown(metric), what, found, limit));
    }
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
