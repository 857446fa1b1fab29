package dev.weir.standalone.pipeline;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import java.util.List;
import java.util.Set;

/// What `--enable-feature` switches on, by the names that Prometheus gives its features.
///
/// @param names all that were given, known or not
public record Features(Set<String> names) {

  private static final String DELAYED_NAME_REMOVAL = "promql-delayed-name-removal";
  private static final String TYPE_AND_UNIT_LABELS = "type-and-unit-labels";
  private static final String USE_START_TIMESTAMPS = "use-start-timestamps";
  private static final String PER_STEP_STATISTICS = "promql-per-step-stats";
  private static final String EXTRA_SCRAPE_METRICS = "extra-scrape-metrics";

  /// What Prometheus still takes although it is always on, as it is here.
  private static final Set<String> ALWAYS_ON =
      Set.of("native-histograms", "promql-at-modifier", "promql-negative-offset");

  /// None.
  public static final Features NONE = new Features(Set.of());

  public Features {
    names = Set.copyOf(names);
  }

  /// The names that mean nothing here, in order.
  public List<String> unknown() {
    return names.stream().filter(name -> !isKnown(name)).sorted().toList();
  }

  private static boolean isKnown(String name) {
    return ParserOptions.isFeature(name)
        || ALWAYS_ON.contains(name)
        || name.equals(DELAYED_NAME_REMOVAL)
        || name.equals(TYPE_AND_UNIT_LABELS)
        || name.equals(USE_START_TIMESTAMPS)
        || name.equals(PER_STEP_STATISTICS)
        || name.equals(EXTRA_SCRAPE_METRICS);
  }

  /// The query language with its experimental parts.
  public ParserOptions language() {
    return ParserOptions.ofFeatures(names.stream().filter(ParserOptions::isFeature).toList());
  }

  /// Whether `stats=all` of a query counts samples for each step.
  boolean perStepStatistics() {
    return names.contains(PER_STEP_STATISTICS);
  }

  /// The engine, with what changes how it computes.
  public EngineSettings applyTo(EngineSettings settings) {
    return settings
        .withDelayedNameRemoval(names.contains(DELAYED_NAME_REMOVAL))
        .withTypeAndUnitLabels(names.contains(TYPE_AND_UNIT_LABELS))
        .withStartTimestamps(names.contains(USE_START_TIMESTAMPS));
  }
}
