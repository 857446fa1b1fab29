package dev.weir.blocks.downsample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.StalenessMarker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Edges come to what all samples come to, whatever the values.
class WindowEdgesProperties {
  /// Few different values, so that drops, equal neighbours and NaN are frequent.
  @Provide
  Arbitrary<List<List<Double>>> windows() {
    Arbitrary<Double> value =
        Arbitraries.of(
            0.0, -0.0, 1.0, 2.0, 3.0, 7.5, 100.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY);
    return value.list().ofMaxSize(9).list().ofMinSize(1).ofMaxSize(5);
  }

  @Provide
  Arbitrary<List<List<Double>>> counters() {
    return Arbitraries.integers()
        .between(0, 40)
        .map(Integer::doubleValue)
        .list()
        .ofMaxSize(30)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  @Property(tries = 3_000)
  void growthIsTheSame(@ForAll("windows") List<List<Double>> windows) {
    check(windows, Integer.MAX_VALUE);
  }

  @Property(tries = 1_000)
  void countersTakeFourEdgesAWindow(@ForAll("counters") List<List<Double>> windows) {
    check(windows, 4);
  }

  private static void check(List<List<Double>> windows, int mostPerWindow) {
    WindowEdges edges = new WindowEdges();
    double[] column = windows.stream().flatMap(List::stream).mapToDouble(one -> one).toArray();
    List<Integer> ends = new ArrayList<>();
    int row = 0;
    for (List<Double> window : windows) {
      int[] rows = new int[window.size()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = row++;
      }
      int before = edges.size();
      edges.addWindow(rows, column, rows.length, -1);
      assertTrue(
          edges.size() - before <= mostPerWindow, "%d edges".formatted(edges.size() - before));
      ends.add(edges.size());
    }
    double[] kept = new double[edges.size()];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = edges.value(i);
      assertTrue(i == 0 || edges.row(i) > edges.row(i - 1), "rows ascend");
    }
    int from = 0;
    for (int window = 0; window < windows.size(); window++) {
      List<Double> samples = windows.get(window);
      if (!samples.isEmpty()) {
        double weight = 0;
        for (int i = from; i < ends.get(window); i++) {
          weight += edges.weight(i);
        }
        assertEquals(samples.size(), weight, "weights of a window");
        assertEquals(samples.getFirst(), kept[from], "the first");
        assertEquals(samples.getLast(), kept[ends.get(window) - 1], "the last");
      }
      from = ends.get(window);
    }
    assertEquals(beforeResets(column), beforeResets(kept), 1e-9, () -> Arrays.toString(column));
  }

  /// What a counter had come to before each of its resets, together.
  private static double beforeResets(double[] values) {
    double sum = 0;
    for (int i = 1; i < values.length; i++) {
      sum += values[i] < values[i - 1] ? values[i - 1] : 0;
    }
    return sum;
  }

  @Property(tries = 200)
  void aMarkerAtTheEndStays(@ForAll("counters") List<List<Double>> windows) {
    WindowEdges edges = new WindowEdges();
    double[] column = windows.getFirst().stream().mapToDouble(one -> one).toArray();
    int[] rows = new int[column.length];
    Arrays.setAll(rows, i -> i);
    edges.addWindow(rows, column, column.length, column.length);
    assertTrue(StalenessMarker.is(edges.value(edges.size() - 1)), "a marker");
    assertEquals(0, edges.weight(edges.size() - 1));
    assertEquals(column.length, edges.row(edges.size() - 1));
  }
}
