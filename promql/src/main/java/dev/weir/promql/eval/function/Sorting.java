package dev.weir.promql.eval.function;

import dev.weir.model.Labels;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.Comparator;
import java.util.List;

/// Orders of the series of an instant vector at one step.
public final class Sorting {
  private Sorting() {}

  /// By value, NaN last, equal values by labels.
  public static Comparator<VectorSeries> ascending() {
    return byValue(false);
  }

  /// By value from the greatest, NaN last, equal values by labels.
  public static Comparator<VectorSeries> descending() {
    return byValue(true);
  }

  private static Comparator<VectorSeries> byValue(boolean descending) {
    return (a, b) -> {
      int order = compareValues(a.values()[0], b.values()[0], descending);
      return order != 0 ? order : a.labels().compareTo(b.labels());
    };
  }

  /// NaN last; zeros are equal whatever their sign.
  public static int compareValues(double a, double b, boolean descending) {
    if (a < b) {
      return descending ? 1 : -1;
    }
    if (a > b) {
      return descending ? -1 : 1;
    }
    return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
  }

  /// By the values of these labels in natural order, then by all labels.
  public static Comparator<VectorSeries> byLabels(List<String> names) {
    return (a, b) -> {
      Labels left = a.labels();
      Labels right = b.labels();
      for (String name : names) {
        int order = NaturalOrder.compare(left.get(name), right.get(name));
        if (order != 0) {
          return order;
        }
      }
      return left.compareTo(right);
    };
  }
}
