package dev.weir.promql.eval.standing;

import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;

/// A function over the floats of one series in a range that moves on with time: looks at each row
/// once, and remembers of it what the function needs. What is not a float (gaps, staleness markers)
/// it remembers by row, as there is little of it.
///
/// Where the range goes back, or the column changes otherwise than at its end, it looks at all rows
/// of the range again.
abstract class SlidingRange {
  /// The rows of a group in a range, which all its columns share.
  static final class Rows {
    private final StandingGroup group;
    private long from;
    private long to;
    private long endMillis;

    Rows(StandingGroup group) {
      this.group = group;
    }

    /// Moves to the range that ends at a time and starts, but for its start, so long before.
    void move(long end, long lengthMillis) {
      endMillis = end;
      from = group.firstFrom(end - lengthMillis + 1);
      to = group.firstFrom(end + 1);
    }

    /// The first row in the range.
    long from() {
      return from;
    }

    /// The row behind the last in the range.
    long to() {
      return to;
    }

    /// Where the range ends.
    long endMillis() {
      return endMillis;
    }

    long timestampMillis(long row) {
      return group.timestampMillis(row);
    }
  }

  private final StandingColumn column;
  private final RowQueue gaps = new RowQueue();
  private long revision;
  private long lookedFrom;
  private long next;

  SlidingRange(StandingColumn column) {
    this.column = column;
    this.revision = column.revision();
    // Before the first evaluation nothing was looked at.
    this.next = Long.MIN_VALUE;
  }

  /// The first row of the range at hand.
  final long lookedFrom() {
    return lookedFrom;
  }

  final double at(long row) {
    return column.value(row);
  }

  /// The function's value; [AbsentValue] if there is none.
  final double value(Rows rows) {
    long from = rows.from();
    long to = rows.to();
    if (revision != column.revision() || to < next || from < lookedFrom || from > next) {
      revision = column.revision();
      gaps.clear();
      forget();
      next = from;
    }
    lookedFrom = from;
    for (; next < to; next++) {
      double value = column.value(next);
      if (isFloat(value)) {
        add(next, value);
      } else {
        gaps.add(next);
      }
    }
    gaps.removeBefore(from);
    int count = (int) (to - from) - gaps.size();
    return count == 0 ? AbsentValue.VALUE : value(rows, count);
  }

  private static boolean isFloat(double value) {
    return !Double.isNaN(value) || !(AbsentValue.is(value) || StalenessMarker.is(value));
  }

  /// The first row of the range with a float, where there is one.
  final long first(Rows rows) {
    long first = rows.from();
    for (int i = 0; i < gaps.size() && gaps.get(i) == first; i++) {
      first++;
    }
    return first;
  }

  /// The last row of the range with a float, where there is one.
  final long last(Rows rows) {
    return lastBefore(rows.to());
  }

  /// The last row before another that has a float, where there is one.
  final long lastBefore(long row) {
    long last = row - 1;
    int place = gaps.size() - 1;
    while (place >= 0 && gaps.get(place) > last) {
      place--;
    }
    for (; place >= 0 && gaps.get(place) == last; place--) {
      last--;
    }
    return last;
  }

  /// Whether a row of the range has no float.
  ///
  /// @param before how many rows of the range before it have none
  final boolean isGap(long row, int before) {
    return before < gaps.size() && gaps.get(before) == row;
  }

  /// Forgets all rows.
  void forget() {}

  /// Looks at the float of the row behind those that were looked at.
  void add(long row, double value) {}

  /// The function's value.
  ///
  /// @param count of floats in the range, at least one
  abstract double value(Rows rows, int count);
}
