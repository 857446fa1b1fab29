package dev.weir.history.plan;

import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/// A stretch of evaluation times of a unit.
///
/// @param number from the epoch, in slices of this length: the same stretch has the same number
///   whenever it is asked for
/// @param lengthMillis of whole slices
/// @param range of evaluation times; less than a whole slice at both ends of what was asked for
public record TimeSlice(int number, long lengthMillis, TimeRange range) {
  /// What slices are made of.
  public static final long DAY_MILLIS = 24 * 60 * 60 * 1000L;

  /// How many times as long as what comes before it a slice is at least: that part of its work is
  /// done twice.
  private static final int LEAD_SHARE = 4;

  /// Whether the range is all of the slice.
  public boolean isWhole() {
    return range.startMillis() == number * lengthMillis
        && range.endMillis() == (number + 1) * lengthMillis - 1;
  }

  /// The slices of a unit, the earliest first. A unit that goes step by step has one for each day
  /// as well, and who works on it takes all of them in order.
  ///
  /// @param range of evaluation times
  public static List<TimeSlice> of(RuleUnit unit, TimeRange range) {
    long days =
        unit.stepwise() ? 1 : Math.max(1, Math.ceilDiv(unit.leadMillis() * LEAD_SHARE, DAY_MILLIS));
    long length = days * DAY_MILLIS;
    List<TimeSlice> slices = new ArrayList<>();
    long start = range.startMillis();
    while (start <= range.endMillis()) {
      long number = Math.floorDiv(start, length);
      long end = Math.min(range.endMillis(), (number + 1) * length - 1);
      slices.add(new TimeSlice(Math.toIntExact(number), length, new TimeRange(start, end)));
      start = end + 1;
    }
    return slices;
  }
}
