package dev.weir.schemas.publish;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import java.util.ArrayList;
import java.util.List;

/// Rows of one group, ready to be published as one record.
public record GroupRows(GroupKey group, Layout layout, List<Row> rows) {
  /// About the size at which a group's rows go into another record: far below what a topic takes.
  private static final int RECORD_BYTES = 1 << 20;

  private static final int ROW_BYTES = 32;
  private static final int HISTOGRAM_BYTES = 96;
  private static final int EXEMPLAR_BYTES = 160;
  private static final int NUMBER_BYTES = 12;

  public GroupRows {
    rows = List.copyOf(rows);
  }

  /// The rows in order, as one record or, if they are very many, as several.
  public static List<GroupRows> inRecords(GroupKey group, Layout layout, List<Row> rows) {
    List<GroupRows> records = new ArrayList<>(1);
    int start = 0;
    long bytes = 0;
    for (int end = 0; end < rows.size(); end++) {
      long more = expectedBytes(rows.get(end));
      if (end > start && bytes + more > RECORD_BYTES) {
        records.add(new GroupRows(group, layout, rows.subList(start, end)));
        start = end;
        bytes = 0;
      }
      bytes += more;
    }
    if (start < rows.size()) {
      records.add(new GroupRows(group, layout, rows.subList(start, rows.size())));
    }
    return records;
  }

  /// About the most that a row takes when written.
  private static long expectedBytes(Row row) {
    int numbers = row.values().length + row.startTimestamps().columns().length;
    long bytes = ROW_BYTES + (long) NUMBER_BYTES * numbers;
    for (NativeHistogram histogram : row.histograms().values()) {
      int more =
          histogram.positive().counts().length
              + histogram.negative().counts().length
              + histogram.customBounds().length;
      bytes += HISTOGRAM_BYTES + (long) NUMBER_BYTES * more;
    }
    return bytes + (long) EXEMPLAR_BYTES * row.exemplars().size();
  }
}
