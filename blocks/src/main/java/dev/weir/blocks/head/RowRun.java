package dev.weir.blocks.head;

import dev.weir.model.AbsentValue;
import dev.weir.model.Row;
import dev.weir.model.TimeRange;
import java.util.Arrays;

/// Rows of one layout that a reading looks at, and where their columns go.
///
/// @param rows the layout's rows when the reading began
/// @param from index of the first row
/// @param to index after the last row
/// @param columns the columns of the layout that are read
/// @param outputs for each of them, the column of the result
/// @param width number of columns of the layout
record RowRun(LayoutRows.Snapshot rows, int from, int to, int[] columns, int[] outputs, int width) {

  int rowCount() {
    return to - from;
  }

  /// Marks the outputs that have a sample in the range; returns how many it marked anew.
  int markPresent(TimeRange range, boolean[] present) {
    int marked = 0;
    int missing = 0;
    for (int output : outputs) {
      missing += present[output] ? 0 : 1;
    }
    // Newest first: it is the likeliest to have what is missing.
    for (int i = to - 1; i >= from && marked < missing; i--) {
      Row row = rows.rows()[i];
      if (range.contains(row.timestampMillis())) {
        for (int c = 0; c < columns.length; c++) {
          if (!present[outputs[c]] && hasSample(row, columns[c])) {
            present[outputs[c]] = true;
            marked++;
          }
        }
      }
    }
    return marked;
  }

  /// Whether a row has a sample in a column of its layout.
  static boolean hasSample(Row row, int column) {
    int[] partial = row.columns();
    int index = partial == null ? column : Arrays.binarySearch(partial, column);
    return (index >= 0 && !AbsentValue.is(row.values()[index]))
        || Arrays.binarySearch(row.histograms().columns(), column) >= 0;
  }

  /// The same rows with outputs renumbered; those that become -1 are left out.
  RowRun renumbered(int[] newOutputs) {
    int kept = 0;
    for (int output : outputs) {
      kept += newOutputs[output] >= 0 ? 1 : 0;
    }
    int[] keptColumns = new int[kept];
    int[] keptOutputs = new int[kept];
    int at = 0;
    for (int c = 0; c < columns.length; c++) {
      if (newOutputs[outputs[c]] >= 0) {
        keptColumns[at] = columns[c];
        keptOutputs[at++] = newOutputs[outputs[c]];
      }
    }
    return new RowRun(rows, from, to, keptColumns, keptOutputs, width);
  }

  /// Outputs by column of the layout, -1 for columns that are not read.
  int[] outputByColumn() {
    int[] outputByColumn = new int[width];
    Arrays.fill(outputByColumn, -1);
    for (int c = 0; c < columns.length; c++) {
      outputByColumn[columns[c]] = outputs[c];
    }
    return outputByColumn;
  }
}
