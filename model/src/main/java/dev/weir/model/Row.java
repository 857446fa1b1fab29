package dev.weir.model;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The samples that the series of one layout have at one timestamp. Immutable; arrays are taken
/// over and handed out without copying, and nobody writes to them.
///
/// A whole row has a value for every column of its layout, [AbsentValue] where there is no sample.
/// A partial row names its columns, ascending. A sample that is a native histogram stands in
/// [#histograms] and is absent from the values. Side arrays are sparse: column numbers of the
/// layout, ascending, and one entry each.
public final class Row {
  private static final int[] NO_COLUMNS = {};
  private static final NativeHistogram[] NO_HISTOGRAMS = {};
  private static final long[] NO_TIMES = {};

  /// Native histograms and the columns that they belong to.
  public record Histograms(int[] columns, NativeHistogram[] values) {
    public static final Histograms NONE = new Histograms(NO_COLUMNS, NO_HISTOGRAMS);

    public Histograms {
      checkColumns("histogram", columns, values.length);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Histograms h
          && Arrays.equals(columns, h.columns)
          && Arrays.equals(values, h.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(columns) * 31 + Arrays.hashCode(values);
    }
  }

  /// Since when the counters and histograms of some columns have been counting, in milliseconds.
  public record StartTimestamps(int[] columns, long[] millis) {
    public static final StartTimestamps NONE = new StartTimestamps(NO_COLUMNS, NO_TIMES);

    public StartTimestamps {
      checkColumns("start timestamp", columns, millis.length);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof StartTimestamps s
          && Arrays.equals(columns, s.columns)
          && Arrays.equals(millis, s.millis);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(columns) * 31 + Arrays.hashCode(millis);
    }
  }

  /// An exemplar of one column's series. A column may have several.
  public record ColumnExemplar(int column, Exemplar exemplar) {}

  private final long timestampMillis;
  private final int @Nullable [] columns;
  private final double[] values;
  private final Histograms histograms;
  private final StartTimestamps startTimestamps;
  private final List<ColumnExemplar> exemplars;

  /// @param columns the columns that the values belong to; null for a whole row
  public Row(
      long timestampMillis,
      int @Nullable [] columns,
      double[] values,
      Histograms histograms,
      StartTimestamps startTimestamps,
      List<ColumnExemplar> exemplars) {
    if (columns != null) {
      checkColumns("value", columns, values.length);
    }
    this.timestampMillis = timestampMillis;
    this.columns = columns;
    this.values = values;
    this.histograms = histograms;
    this.startTimestamps = startTimestamps;
    this.exemplars = List.copyOf(exemplars);
  }

  /// A row with a value for every column and nothing beside them.
  public static Row whole(long timestampMillis, double[] values) {
    return new Row(timestampMillis, null, values, Histograms.NONE, StartTimestamps.NONE, List.of());
  }

  /// A row with values for some columns and nothing beside them.
  public static Row partial(long timestampMillis, int[] columns, double[] values) {
    return new Row(
        timestampMillis, columns, values, Histograms.NONE, StartTimestamps.NONE, List.of());
  }

  private static void checkColumns(String what, int[] columns, int count) {
    if (columns.length != count) {
      throw new WeirException.Corrupt(
          "row has %d %s columns and %d entries for them; there is one each"
              .formatted(columns.length, what, count));
    }
    for (int i = 0; i < columns.length; i++) {
      if (columns[i] < 0 || (i > 0 && columns[i] <= columns[i - 1])) {
        throw new WeirException.Corrupt(
            "row has %s column %d at place %d; columns ascend from 0"
                .formatted(what, columns[i], i));
      }
    }
  }

  public long timestampMillis() {
    return timestampMillis;
  }

  public boolean isWhole() {
    return columns == null;
  }

  /// The columns of a partial row's values; null for a whole row, whose value `i` is of column `i`.
  public int @Nullable [] columns() {
    return columns;
  }

  public double[] values() {
    return values;
  }

  public Histograms histograms() {
    return histograms;
  }

  public StartTimestamps startTimestamps() {
    return startTimestamps;
  }

  public List<ColumnExemplar> exemplars() {
    return exemplars;
  }

  /// Number of samples: values that are there, and histograms.
  public int sampleCount() {
    int count = histograms.columns().length;
    for (double value : values) {
      if (!AbsentValue.is(value)) {
        count++;
      }
    }
    return count;
  }

  /// Refuses a row that does not fit a layout of `size` columns.
  public void checkFits(int size) {
    if (columns == null ? values.length != size : exceeds(columns, size)) {
      throw new WeirException.Corrupt(
          "row has %s, its layout has %d columns"
              .formatted(
                  columns == null
                      ? values.length + " values"
                      : "a value for column " + columns[columns.length - 1],
                  size));
    }
    if (exceeds(histograms.columns(), size) || exceeds(startTimestamps.columns(), size)) {
      throw new WeirException.Corrupt(
          "row has a histogram or start timestamp beyond the %d columns of its layout"
              .formatted(size));
    }
    for (ColumnExemplar exemplar : exemplars) {
      if (exemplar.column() < 0 || exemplar.column() >= size) {
        throw new WeirException.Corrupt(
            "row has an exemplar for column %d, its layout has %d columns"
                .formatted(exemplar.column(), size));
      }
    }
  }

  private static boolean exceeds(int[] ascending, int size) {
    return ascending.length > 0 && ascending[ascending.length - 1] >= size;
  }

  /// Equal to the bit: NaN patterns are told apart.
  @Override
  public boolean equals(Object other) {
    return other instanceof Row row
        && timestampMillis == row.timestampMillis
        && Arrays.equals(columns, row.columns)
        && bitsEqual(values, row.values)
        && histograms.equals(row.histograms)
        && startTimestamps.equals(row.startTimestamps)
        && exemplars.equals(row.exemplars);
  }

  private static boolean bitsEqual(double[] a, double[] b) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      if (Double.doubleToRawLongBits(a[i]) != Double.doubleToRawLongBits(b[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(timestampMillis) * 31 + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "Row[%d ms, %d values, %d histograms]"
        .formatted(timestampMillis, values.length, histograms.columns().length);
  }
}
