package dev.weir.streams.leaf;

import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import java.util.Arrays;
import java.util.List;

/// Reduces rows to the columns that are kept.
final class KeptRows {
  private KeptRows() {}

  static List<Row> of(List<Row> rows, int[] columns) {
    return rows.stream().map(row -> of(row, columns)).toList();
  }

  /// @param columns ascending
  private static Row of(Row row, int[] columns) {
    int[] named = row.columns();
    int[] kept = new int[columns.length];
    double[] values = new double[columns.length];
    int count = 0;
    for (int column : columns) {
      int at = named == null ? column : Arrays.binarySearch(named, column);
      if (at >= 0) {
        kept[count] = column;
        values[count++] = row.values()[at];
      }
    }
    return new Row(
        row.timestampMillis(),
        Arrays.copyOf(kept, count),
        Arrays.copyOf(values, count),
        histograms(row.histograms(), columns),
        starts(row.startTimestamps(), columns),
        List.of());
  }

  private static Row.Histograms histograms(Row.Histograms all, int[] columns) {
    if (all.columns().length == 0) {
      return Row.Histograms.NONE;
    }
    int[] places = places(all.columns(), columns);
    NativeHistogram[] values = new NativeHistogram[places.length];
    for (int i = 0; i < places.length; i++) {
      values[i] = all.values()[places[i]];
    }
    return new Row.Histograms(columnsAt(all.columns(), places), values);
  }

  private static Row.StartTimestamps starts(Row.StartTimestamps all, int[] columns) {
    if (all.columns().length == 0) {
      return Row.StartTimestamps.NONE;
    }
    int[] places = places(all.columns(), columns);
    long[] millis = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      millis[i] = all.millis()[places[i]];
    }
    return new Row.StartTimestamps(columnsAt(all.columns(), places), millis);
  }

  /// Where kept columns stand in a sparse list.
  private static int[] places(int[] sparse, int[] columns) {
    int[] places = new int[sparse.length];
    int count = 0;
    for (int i = 0; i < sparse.length; i++) {
      if (Arrays.binarySearch(columns, sparse[i]) >= 0) {
        places[count++] = i;
      }
    }
    return Arrays.copyOf(places, count);
  }

  private static int[] columnsAt(int[] sparse, int[] places) {
    int[] columns = new int[places.length];
    for (int i = 0; i < places.length; i++) {
      columns[i] = sparse[places[i]];
    }
    return columns;
  }
}
