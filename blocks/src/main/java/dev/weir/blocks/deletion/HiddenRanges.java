package dev.weir.blocks.deletion;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which samples of a series are deleted.
///
/// @param ranges ascending, without overlap
record HiddenRanges(List<TimeRange> ranges) {
  static final HiddenRanges NONE = new HiddenRanges(List.of());

  /// What deletions hide of a series.
  static HiddenRanges of(Labels labels, List<Deletion> deletions) {
    List<TimeRange> found = new ArrayList<>();
    for (Deletion deletion : deletions) {
      if (deletion.matches(labels)) {
        found.add(deletion.range());
      }
    }
    return switch (found.size()) {
      case 0 -> NONE;
      case 1 -> new HiddenRanges(found);
      default -> new HiddenRanges(joined(found));
    };
  }

  private static List<TimeRange> joined(List<TimeRange> found) {
    found.sort(Comparator.comparingLong(TimeRange::startMillis));
    List<TimeRange> joined = new ArrayList<>();
    for (TimeRange range : found) {
      TimeRange last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && range.startMillis() <= last.endMillis()) {
        long end = Math.max(last.endMillis(), range.endMillis());
        joined.set(joined.size() - 1, new TimeRange(last.startMillis(), end));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /// Whether everything from one time to another is deleted.
  boolean cover(long startMillis, long endMillis) {
    return ranges.stream()
        .anyMatch(range -> range.startMillis() <= startMillis && range.endMillis() >= endMillis);
  }

  boolean contain(long millis) {
    return ranges.stream().anyMatch(range -> range.contains(millis));
  }

  /// The column without what is deleted: itself if nothing is.
  GroupSamples.Column without(long[] timestampsMillis, GroupSamples.Column column) {
    double[] values = column.values();
    @Nullable NativeHistogram @Nullable [] histograms = column.histograms();
    boolean own = false;
    for (TimeRange range : ranges) {
      int from = firstNotBefore(timestampsMillis, range.startMillis());
      int to = from;
      while (to < timestampsMillis.length && timestampsMillis[to] <= range.endMillis()) {
        to++;
      }
      if (from == to) {
        continue;
      }
      if (!own) {
        values = values.clone();
        histograms = histograms == null ? null : histograms.clone();
        own = true;
      }
      Arrays.fill(values, from, to, AbsentValue.VALUE);
      if (histograms != null) {
        Arrays.fill(histograms, from, to, null);
      }
    }
    return own
        ? new GroupSamples.Column(
            values, histograms, column.startTimestampsMillis(), column.weights())
        : column;
  }

  private static int firstNotBefore(long[] timestampsMillis, long millis) {
    int found = Arrays.binarySearch(timestampsMillis, millis);
    return found >= 0 ? found : -found - 1;
  }
}
