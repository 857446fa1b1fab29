package dev.weir.blocks.downsample;

import dev.weir.model.Labels;
import java.util.List;

/// What is kept of the windows of a series: one stored series for each, which has the labels of the
/// series and this one beside them.
///
/// A series is stored as windows ([#COUNT], [#SUM], [#MIN], [#MAX], each at the end of its window,
/// and [#EDGES] with [#WEIGHTS] at the times of samples) or as it is ([#SAMPLES]), never as both in
/// one slice.
enum Aggregate {
  /// How many samples a window has, without staleness markers.
  COUNT,
  /// Their sum.
  SUM,
  /// The least of them that is a number; NaN if none is.
  MIN,
  /// The greatest of them that is a number; NaN if none is.
  MAX,
  /// Of a window the first sample, the last one, those around a counter's reset, and a staleness
  /// marker that it ends with, at their own times. Of several resets, two made-up samples come to
  /// what the counter had come to at all of them: their sum, and zero.
  EDGES,
  /// For how many samples each of the edges stands: 1; the last one for all that are not there;
  /// markers and made-up samples for none.
  WEIGHTS,
  /// The samples themselves: of series with native histograms, with start timestamps that change,
  /// or with so few samples that windows are no less.
  SAMPLES;

  /// The label that tells stored series apart. No label of a user's series may have this name.
  static final String LABEL = "__weir_aggregate__";

  /// What windows keep at their end.
  static final List<Aggregate> AT_WINDOW_END = List.of(COUNT, SUM, MIN, MAX);

  /// The label's value.
  String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /// The stored series of a series.
  Labels of(Labels labels) {
    return labels.with(LABEL, text());
  }

  /// The series of a stored series.
  static Labels without(Labels stored) {
    return stored.without(LABEL);
  }
}
