package dev.weir.promql.eval.standing;

import dev.weir.model.AbsentValue;

/// Functions that look at the first or the last samples of a range, or at none: nothing need be
/// remembered for them.
final class SlidingSample extends SlidingRange {
  enum Kind {
    COUNT,
    PRESENT,
    FIRST,
    LAST,
    TIME_OF_FIRST,
    TIME_OF_LAST,
    IRATE,
    IDELTA
  }

  private final Kind kind;

  SlidingSample(StandingColumn column, Kind kind) {
    super(column);
    this.kind = kind;
  }

  @Override
  double value(Rows rows, int count) {
    return switch (kind) {
      case COUNT -> count;
      case PRESENT -> 1;
      case FIRST -> at(first(rows));
      case LAST -> at(last(rows));
      case TIME_OF_FIRST -> rows.timestampMillis(first(rows)) / 1000.0;
      case TIME_OF_LAST -> rows.timestampMillis(last(rows)) / 1000.0;
      case IRATE, IDELTA -> count < 2 ? AbsentValue.VALUE : betweenLastTwo(rows);
    };
  }

  private double betweenLastTwo(Rows rows) {
    long last = last(rows);
    long before = lastBefore(last);
    double value = at(last);
    if (kind == Kind.IDELTA) {
      return value - at(before);
    }
    double difference = value < at(before) ? value : value - at(before);
    return difference / ((rows.timestampMillis(last) - rows.timestampMillis(before)) / 1000.0);
  }
}
