package dev.weir.schemas.publish;

import dev.weir.model.AbsentValue;
import org.jspecify.annotations.Nullable;

/// The values of a row: one for each column of the layout, or those of some columns.
///
/// A row is whole if at least a quarter of its columns has a value. An absent value costs about as
/// much as a column number does when compressed, and whole rows are faster to read.
///
/// @param columns the columns that the values belong to; null for all
public record RowValues(int @Nullable [] columns, double[] values) {
  private static final int WHOLE_FROM = 4;

  /// @param byColumn one value for each column, absent where there is none
  /// @param reused whether the array is used again, so that a whole row needs a copy
  public static RowValues of(double[] byColumn, boolean reused) {
    int present = 0;
    for (double value : byColumn) {
      present += AbsentValue.is(value) ? 0 : 1;
    }
    if (present * WHOLE_FROM >= byColumn.length) {
      return new RowValues(null, reused ? byColumn.clone() : byColumn);
    }
    int[] columns = new int[present];
    double[] values = new double[present];
    int at = 0;
    for (int column = 0; at < present; column++) {
      if (!AbsentValue.is(byColumn[column])) {
        columns[at] = column;
        values[at++] = byColumn[column];
      }
    }
    return new RowValues(columns, values);
  }

  /// Whether no column has a value.
  public boolean isEmpty() {
    return values.length == 0;
  }
}
