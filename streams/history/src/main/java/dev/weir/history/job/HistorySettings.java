package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.template.TemplateLimits;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How expressions and templates are evaluated: as in the process whose rules these are, with sums
/// that do not slide, so that each time has what it has by itself. Travels to the machines that
/// evaluate.
///
/// @param tenant whose samples and rules
/// @param lookbackMillis how far before an evaluation the latest sample still counts
/// @param subqueryStepMillis step of subqueries that name none
/// @param delayedNameRemoval as in [EngineSettings], and so the next two
/// @param externalLabels that templates see
/// @param externalUrl that templates see
public record HistorySettings(
    String tenant,
    long lookbackMillis,
    long subqueryStepMillis,
    List<String> language,
    boolean delayedNameRemoval,
    boolean typeAndUnitLabels,
    boolean startTimestamps,
    TreeMap<String, String> externalLabels,
    String externalUrl)
    implements Serializable {
  public HistorySettings {
    requireNonNull(tenant, "tenant");
    language = List.copyOf(language);
    externalLabels = new TreeMap<>(externalLabels);
    requireNonNull(externalUrl, "externalUrl");
  }

  /// @param language names of features, as [ParserOptions#ofFeatures] takes them
  public static HistorySettings of(
      Tenant tenant,
      EngineSettings engine,
      List<String> language,
      Map<String, String> externalLabels,
      String externalUrl) {
    return new HistorySettings(
        tenant.name(),
        engine.lookback().toMillis(),
        engine.defaultSubqueryStep().toMillis(),
        language,
        engine.delayedNameRemoval(),
        engine.typeAndUnitLabels(),
        engine.startTimestamps(),
        new TreeMap<>(externalLabels),
        externalUrl);
  }

  Tenant owner() {
    return new Tenant(tenant);
  }

  ParserOptions parserOptions() {
    return ParserOptions.ofFeatures(language);
  }

  EngineSettings engine() {
    return EngineSettings.DEFAULT
        .withLookback(Duration.ofMillis(lookbackMillis))
        .withDefaultSubqueryStep(Duration.ofMillis(subqueryStepMillis))
        .withDelayedNameRemoval(delayedNameRemoval)
        .withTypeAndUnitLabels(typeAndUnitLabels)
        .withStartTimestamps(startTimestamps)
        .withSlidingSums(false);
  }

  AlertExpansion expansion() {
    return new AlertExpansion(Labels.of(externalLabels), externalUrl, TemplateLimits.DEFAULT);
  }
}
