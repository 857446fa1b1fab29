package dev.weir.promql.oracle;

import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.oracle.OracleValue.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Functions of `anchored` and `smoothed` ranges: the samples inside, and one at each bound.
final class OracleEdges {
  private final RangeEdges edges;
  private final long startMillis;
  private final long endMillis;

  /// Not stale, and not farther from the range than the lookback.
  private final TreeMap<Long, Sample> near;

  OracleEdges(
      RangeEdges edges,
      long startMillis,
      long endMillis,
      long lookbackMillis,
      NavigableMap<Long, Sample> samples) {
    this.edges = edges;
    this.startMillis = startMillis;
    this.endMillis = endMillis;
    long reach = edges == RangeEdges.SMOOTHED ? lookbackMillis : 0;
    this.near =
        new TreeMap<>(samples.subMap(startMillis - lookbackMillis, false, endMillis + reach, true));
  }

  /// @return null if there is no result
  @Nullable Sample apply(Function function) {
    boolean isRate =
        switch (function) {
          case RATE, INCREASE, DELTA -> true;
          default -> false;
        };
    boolean mixed =
        near.values().stream().anyMatch(Sample::isFloat)
            && !near.values().stream().allMatch(Sample::isFloat);
    if (isRate && mixed) {
      return null;
    }
    if (isRate && !OracleRanges.allFit(looked())) {
      return null;
    }
    List<Sample> points = points(function == Function.RATE || function == Function.INCREASE);
    if (points.isEmpty()) {
      return null;
    }
    OracleRanges range = new OracleRanges(startMillis, endMillis, points);
    return isRate ? range.difference(function) : range.apply(function);
  }

  /// The samples inside and those next to the range.
  private List<Sample> looked() {
    List<Sample> looked =
        new ArrayList<>(near.subMap(startMillis, false, endMillis, true).values());
    if (near.floorKey(startMillis) != null) {
      looked.add(near.floorEntry(startMillis).getValue());
    }
    boolean endsInside = near.containsKey(endMillis);
    if (!endsInside && near.higherKey(endMillis) != null) {
      looked.add(near.higherEntry(endMillis).getValue());
    }
    return looked;
  }

  private List<Sample> points(boolean counter) {
    NavigableMap<Long, Sample> before = near.headMap(startMillis, true);
    NavigableMap<Long, Sample> inside = near.subMap(startMillis, false, endMillis, true);
    NavigableMap<Long, Sample> after = near.tailMap(endMillis, false);
    if (inside.isEmpty() && (before.isEmpty() || after.isEmpty())) {
      return List.of();
    }
    List<Sample> points = new ArrayList<>();
    if (!before.isEmpty()) {
      Sample anchor = before.lastEntry().getValue();
      boolean interpolates = edges == RangeEdges.SMOOTHED && anchor.timestampMillis() < startMillis;
      points.add(
          interpolates
              ? between(anchor, near.higherEntry(startMillis).getValue(), startMillis, counter)
              : anchor);
    }
    points.addAll(inside.values());
    boolean endsInside = !inside.isEmpty() && inside.lastKey() == endMillis;
    if (!after.isEmpty() && !endsInside) {
      points.add(
          between(
              near.lowerEntry(endMillis).getValue(),
              after.firstEntry().getValue(),
              endMillis,
              counter));
    }
    return points;
  }

  static Sample between(Sample first, Sample second, long time, boolean counter) {
    long part = time - first.timestampMillis();
    long whole = second.timestampMillis() - first.timestampMillis();
    if (first.isFloat()) {
      double from = counter && second.value() < first.value() ? 0 : first.value();
      return new Sample(time, from + (second.value() - from) * part / whole, null);
    }
    double share = (double) part / whole;
    NaiveHistogram from = first.asHistogram();
    NaiveHistogram to = second.asHistogram();
    return new Sample(
        time,
        0,
        counter && to.isResetAfter(from)
            ? to.times(share)
            : to.minus(from).times(share).plus(from));
  }
}
