package dev.weir.promql.eval.vector;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What to do with series that have become equal by losing labels: an error where they have samples
/// at the same step, else one series of their samples.
public final class EqualLabels {
  private EqualLabels() {}

  public static WeirException.Unprocessable error() {
    return new WeirException.Unprocessable("vector cannot contain metrics with the same labelset");
  }

  /// The series with equal ones merged, in order of first appearance.
  ///
  /// @throws WeirException.Unprocessable if two equal ones have a sample at the same step
  public static VectorBlock merge(VectorBlock block) {
    List<VectorSeries> series = block.series();
    if (areDistinct(series)) {
      return block;
    }
    Map<Labels, Integer> places = new LinkedHashMap<>();
    List<VectorSeries> merged = new ArrayList<>(series.size());
    for (VectorSeries one : series) {
      Integer place = places.putIfAbsent(one.labels(), merged.size());
      if (place == null) {
        merged.add(one);
      } else {
        merged.set(place, union(merged.get(place), one));
      }
    }
    return block.with(merged);
  }

  private static VectorSeries union(VectorSeries into, VectorSeries from) {
    VectorSeries result =
        into.histograms() == null && from.histograms() != null
            ? new VectorSeries(
                into.labels(),
                into.dropName(),
                into.values(),
                new NativeHistogram[into.values().length])
            : into;
    for (int step = 0; step < from.values().length; step++) {
      if (!from.hasSample(step)) {
        continue;
      }
      if (into.hasSample(step)) {
        throw error();
      }
      result.values()[step] = from.values()[step];
      if (result.histograms() != null) {
        result.histograms()[step] = from.histogram(step);
      }
    }
    return result;
  }

  /// Refuses series with equal labels, whenever they have samples.
  public static void refuse(List<VectorSeries> series) {
    if (!areDistinct(series)) {
      throw error();
    }
  }

  private static boolean areDistinct(List<VectorSeries> series) {
    if (series.size() < 2) {
      return true;
    }
    Set<Labels> seen = HashSet.newHashSet(series.size());
    for (VectorSeries one : series) {
      if (!seen.add(one.labels())) {
        return false;
      }
    }
    return true;
  }
}
