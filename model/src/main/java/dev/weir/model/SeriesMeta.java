package dev.weir.model;

import static java.util.Objects.requireNonNull;

/// What a series is, apart from its samples: its labels (the metric's name among them) and its
/// type. Two series with equal labels are the same series, whatever their types.
public record SeriesMeta(Labels labels, MetricType type) {
  public SeriesMeta {
    requireNonNull(labels, "labels");
    requireNonNull(type, "type");
  }

  /// The same, with labels as [Labels#withSharedTexts] gives them.
  public SeriesMeta withSharedTexts() {
    return new SeriesMeta(labels.withSharedTexts(), type);
  }
}
