package dev.weir.streams.merge;

import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.streams.definition.GroupId;
import java.util.List;

/// What a shadow group shows to others: series under names of its own, so that no rule, dashboard
/// or alert that is about the live ones comes to select them; and a label that says what they are.
/// Inside of the group they have the names that its rules give them.
final class ShadowSeries {
  private static final String PREFIX = "shadow:";
  private static final String LABEL = "shadow";
  private static final String YES = "true";

  private ShadowSeries() {}

  /// Samples as they are recorded for everybody.
  static List<Sample> shown(GroupId group, List<Sample> samples) {
    return group.isShadow()
        ? samples.stream()
            .map(sample -> new Sample(named(sample.labels()), sample.value(), sample.histogram()))
            .toList()
        : samples;
  }

  private static Labels named(Labels labels) {
    return labels.toBuilder()
        .set(Labels.NAME, PREFIX + labels.metricName())
        .set(LABEL, YES)
        .build();
  }

  /// The labels of an alert as people see them.
  static Labels marked(GroupId group, Labels labels) {
    return group.isShadow() ? labels.with(LABEL, YES) : labels;
  }
}
