package dev.weir.blocks.resolution;

import dev.weir.blocks.downsample.Taken;
import dev.weir.blocks.resolution.ResolvedSelection.Part;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SelectHints;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Says in what an answer that is made of windows alone differs from one made of samples.
final class Warnings {
  private Warnings() {}

  /// A sentence for each resolution and way.
  ///
  /// @param cut where samples are gone, and windows would be counted twice
  static List<String> of(List<Part> parts, List<TimeRange> cut, SelectHints hints) {
    List<String> warnings = new ArrayList<>();
    for (TimeRange one : cut) {
      warnings.add(
          "samples from %s to %s are not there any more, and no window is of that time alone"
              .formatted(time(one.startMillis()), time(one.endMillis())));
    }
    for (Resolution resolution : Resolution.values()) {
      List<Part> left =
          parts.stream()
              .filter(part -> part.isLeft() && part.slice().resolution() == resolution)
              .toList();
      if (left.isEmpty()) {
        continue;
      }
      String why = why(resolution, left.getFirst().taken(), hints);
      if (!why.isEmpty()) {
        warnings.add(
            "from %s to %s samples are downsampled to %s and not there any more: %s"
                .formatted(
                    time(left.getFirst().range().startMillis()),
                    time(left.getLast().range().endMillis()),
                    resolution.text(),
                    why));
      }
      if (left.stream().anyMatch(part -> !part.slice().isCurrent())) {
        warnings.add(
            "what was added to or deleted from the samples between %s and %s after they were downsampled to %s is not in all of the answer"
                .formatted(
                    time(left.getFirst().range().startMillis()),
                    time(left.getLast().range().endMillis()),
                    resolution.text()));
      }
    }
    return warnings;
  }

  private static String why(Resolution resolution, Taken taken, SelectHints hints) {
    String function = hints.function().orElse("the selection");
    return switch (taken) {
      case AVERAGES -> "%s is of the average of every %s".formatted(function, resolution.text());
      case SOME_SAMPLES ->
          "%s is of the first and last sample of every %s".formatted(function, resolution.text());
      case EDGES, SUMS, MINIMA, MAXIMA -> {
        if (hints.rangeMillis() > 0 && hints.rangeMillis() < resolution.windowMillis()) {
          yield "%s over %d ms is of whole windows of %s, where one ends"
              .formatted(function, hints.rangeMillis(), resolution.text());
        }
        yield hints.alignedMillis() % resolution.windowMillis() == 0
            ? ""
            : "%s is of whole windows of %s, those that end in what was asked for"
                .formatted(function, resolution.text());
      }
    };
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
