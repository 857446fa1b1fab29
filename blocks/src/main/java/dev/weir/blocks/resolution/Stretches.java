package dev.weir.blocks.resolution;

import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Stretches of time, ascending and without overlap.
record Stretches(List<TimeRange> ranges) {
  Stretches {
    ranges = List.copyOf(ranges);
  }

  static Stretches of(TimeRange range) {
    return new Stretches(List.of(range));
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  static Optional<TimeRange> common(TimeRange a, TimeRange b) {
    return a.overlaps(b)
        ? Optional.of(
            new TimeRange(
                Math.max(a.startMillis(), b.startMillis()), Math.min(a.endMillis(), b.endMillis())))
        : Optional.empty();
  }

  /// What of them lies in a range.
  Stretches within(TimeRange range) {
    return new Stretches(ranges.stream().flatMap(one -> common(one, range).stream()).toList());
  }

  /// What is left of them without a range.
  Stretches without(TimeRange range) {
    List<TimeRange> left = new ArrayList<>();
    for (TimeRange one : ranges) {
      if (!one.overlaps(range)) {
        left.add(one);
        continue;
      }
      if (one.startMillis() < range.startMillis()) {
        left.add(new TimeRange(one.startMillis(), range.startMillis() - 1));
      }
      if (one.endMillis() > range.endMillis()) {
        left.add(new TimeRange(range.endMillis() + 1, one.endMillis()));
      }
    }
    return new Stretches(left);
  }
}
