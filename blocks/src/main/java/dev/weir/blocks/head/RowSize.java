package dev.weir.blocks.head;

import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;

/// Estimates what rows and layouts take on the heap, in bytes: object headers of 16, references of
/// 4, arrays as long as they are.
final class RowSize {
  private static final int ROW = 96;
  private static final int HISTOGRAM = 240;
  private static final int EXEMPLAR = 96;
  private static final int SERIES = 160;
  private static final int LABEL = 24;

  private RowSize() {}

  static long of(Row row) {
    long bytes = ROW + 8L * row.values().length + 4L * columns(row);
    for (NativeHistogram histogram : row.histograms().values()) {
      bytes += HISTOGRAM + of(histogram.positive()) + of(histogram.negative());
      bytes += 8L * histogram.customBounds().length;
    }
    bytes += 12L * row.startTimestamps().columns().length;
    for (Row.ColumnExemplar exemplar : row.exemplars()) {
      Exemplar content = exemplar.exemplar();
      bytes += EXEMPLAR + of(content.labels());
    }
    return bytes;
  }

  private static int columns(Row row) {
    return row.isWhole() ? 0 : row.values().length;
  }

  private static long of(NativeHistogram.Buckets buckets) {
    return 8L * buckets.counts().length + 8L * buckets.offsets().length;
  }

  static long of(Layout layout) {
    long bytes = 0;
    for (SeriesMeta series : layout.series()) {
      bytes += SERIES + of(series.labels());
    }
    return bytes;
  }

  private static long of(Labels labels) {
    long bytes = 0;
    for (int i = 0; i < labels.size(); i++) {
      bytes += LABEL + labels.name(i).length() + labels.value(i).length();
    }
    return bytes;
  }
}
