package dev.weir.streams.window;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.promql.eval.standing.StandingGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The kept rows of one group as columns over shared timestamps.
///
/// Positions count from the oldest row that is kept. Dropping rows moves the start of all arrays;
/// what lies before it is reclaimed when it is more than what lies behind. Then positions become
/// others, but the numbers of rows stay.
final class WindowGroup implements StandingGroup {
  private static final int MIN_ROWS = 16;

  private final GroupKey key;
  private final List<WindowSeries> series = new ArrayList<>();
  private long[] timestampsMillis = new long[MIN_ROWS];
  private int start;
  private int end;

  /// The number of the row at position 0.
  private long firstNumber;

  /// How often a row came between others.
  private long insertions;

  private @Nullable Known known;

  /// The series of the columns of a layout.
  private record Known(Layout layout, int[] columns, WindowSeries[] series) {}

  WindowGroup(GroupKey key) {
    this.key = key;
  }

  GroupKey key() {
    return key;
  }

  List<WindowSeries> series() {
    return series;
  }

  /// The series of a layout's columns, if they are those of the row before.
  WindowSeries @Nullable [] known(Layout layout, int[] columns) {
    Known last = known;
    return last != null
            && Arrays.equals(last.columns, columns)
            && last.layout.hash().equals(layout.hash())
        ? last.series
        : null;
  }

  /// Remembers the series of a layout's columns.
  void know(Layout layout, int[] columns, WindowSeries[] ofColumns) {
    known = new Known(layout, columns, ofColumns);
  }

  /// Forgets the series of the layout: one of them has gone, moved or come back.
  void forgetKnown() {
    known = null;
  }

  boolean isEmpty() {
    return start == end;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  long timestampMillis(int index) {
    return timestampsMillis[index];
  }

  /// The first index whose time is not before the given one.
  int indexFrom(long fromMillis) {
    int found = Arrays.binarySearch(timestampsMillis, start, end, fromMillis);
    return found >= 0 ? found : -found - 1;
  }

  /// The index of a row, which others may have taken since.
  int index(long row) {
    return (int) (row - firstNumber);
  }

  long insertions() {
    return insertions;
  }

  @Override
  public long firstFrom(long timestampMillis) {
    return firstNumber + indexFrom(timestampMillis);
  }

  @Override
  public long timestampMillis(long row) {
    return timestampsMillis[index(row)];
  }

  long[] timestamps(int from, int to) {
    return Arrays.copyOfRange(timestampsMillis, from, to);
  }

  /// Adds the values of a row, which has one for each of the given series or says which columns it
  /// has. A value that is there already stays.
  ///
  /// @param columns the series of the row's columns; null for columns that are not kept
  void add(Row row, WindowSeries[] columns) {
    int rows = end - start;
    int at = place(row.timestampMillis());
    if (rows == end - start) {
      // The row is there: whoever has looked at it has to look again.
      for (WindowSeries one : columns) {
        if (one != null) {
          one.changed();
        }
      }
    }
    // Before the samples that they belong to: those of a sample that is there already stay.
    int[] startColumns = row.startTimestamps().columns();
    for (int i = 0; i < startColumns.length; i++) {
      WindowSeries target = columns[startColumns[i]];
      if (target != null) {
        target.setStart(at, row.startTimestamps().millis()[i], timestampsMillis.length);
      }
    }
    int[] named = row.columns();
    double[] values = row.values();
    for (int i = 0; i < values.length; i++) {
      WindowSeries target = columns[named == null ? i : named[i]];
      if (target != null && !AbsentValue.is(values[i])) {
        target.set(at, values[i], timestampsMillis.length);
      }
    }
    int[] histogramColumns = row.histograms().columns();
    for (int i = 0; i < histogramColumns.length; i++) {
      WindowSeries target = columns[histogramColumns[i]];
      if (target != null) {
        target.set(at, row.histograms().values()[i], timestampsMillis.length);
      }
    }
  }

  /// The index of a time, where there is a row then.
  private int place(long timestampMillis) {
    if (end == timestampsMillis.length) {
      makeRoom();
    }
    if (isEmpty() || timestampMillis > timestampsMillis[end - 1]) {
      timestampsMillis[end] = timestampMillis;
      return end++;
    }
    int found = Arrays.binarySearch(timestampsMillis, start, end, timestampMillis);
    if (found >= 0) {
      return found;
    }
    int at = -found - 1;
    System.arraycopy(timestampsMillis, at, timestampsMillis, at + 1, end - at);
    timestampsMillis[at] = timestampMillis;
    for (WindowSeries one : series) {
      one.insert(at, end, timestampsMillis.length);
    }
    end++;
    insertions++;
    return at;
  }

  private void makeRoom() {
    int size = end - start;
    if (start <= size) {
      timestampsMillis = Arrays.copyOf(timestampsMillis, 2 * timestampsMillis.length);
      return;
    }
    System.arraycopy(timestampsMillis, start, timestampsMillis, 0, size);
    for (WindowSeries one : series) {
      one.moveToFront(start, end);
    }
    firstNumber += start;
    start = 0;
    end = size;
  }

  /// Drops rows before a time, and series that have no value any more.
  ///
  /// @return the series that went
  List<WindowSeries> dropBefore(long timestampMillis) {
    int first = indexFrom(timestampMillis);
    if (first == start) {
      return List.of();
    }
    for (WindowSeries one : series) {
      one.clear(start, first);
    }
    start = first;
    List<WindowSeries> gone = new ArrayList<>();
    series.removeIf(one -> {
      boolean empty = one.isEmpty(start, end);
      if (empty) {
        gone.add(one);
      }
      return empty;
    });
    return gone;
  }
}
