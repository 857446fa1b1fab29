package dev.weir.blocks.store;

import dev.weir.model.TimeRange;
import java.time.Duration;
import java.util.Optional;

/// How long the windows are that samples are put together to, and how much time one slice of such
/// windows has. Windows and slices are counted from the epoch.
///
/// A window has the samples after its start, up to and with its end, as a range of a query has
/// them. So a range that begins and ends at multiples of the window's length has whole windows.
public enum Resolution {
  FIVE_MINUTES("5m", Duration.ofMinutes(5), Duration.ofDays(1)),
  ONE_HOUR("1h", Duration.ofHours(1), Duration.ofDays(5));

  private final String text;
  private final long windowMillis;
  private final long sliceMillis;

  Resolution(String text, Duration window, Duration slice) {
    this.text = text;
    this.windowMillis = window.toMillis();
    this.sliceMillis = slice.toMillis();
  }

  /// `5m`, as names and people have it.
  public String text() {
    return text;
  }

  public long windowMillis() {
    return windowMillis;
  }

  public long sliceMillis() {
    return sliceMillis;
  }

  public static Optional<Resolution> of(String text) {
    for (Resolution resolution : values()) {
      if (resolution.text.equals(text)) {
        return Optional.of(resolution);
      }
    }
    return Optional.empty();
  }

  /// The number of the slice that has a time.
  public long sliceOf(long millis) {
    return Math.floorDiv(millis - 1, sliceMillis);
  }

  /// The samples of a slice: the start is open.
  public TimeRange slice(long number) {
    return new TimeRange(number * sliceMillis + 1, (number + 1) * sliceMillis);
  }

  /// The end of the window that has a time.
  public long windowEnd(long millis) {
    return -Math.floorDiv(-millis, windowMillis) * windowMillis;
  }

  /// A range that has all of each window that it has something of.
  public TimeRange wholeWindows(TimeRange range) {
    // A deletion of everything has no windows to be rounded to.
    long margin = Long.MAX_VALUE - windowMillis;
    return new TimeRange(
        range.startMillis() <= -margin
            ? range.startMillis()
            : windowEnd(range.startMillis()) - windowMillis + 1,
        range.endMillis() >= margin ? range.endMillis() : windowEnd(range.endMillis()));
  }

  /// The windows that lie in a range as a whole, as times of samples; empty if there are none.
  public Optional<TimeRange> windowsWithin(TimeRange range) {
    long start = windowEnd(range.startMillis() - 1) + 1;
    long end = Math.floorDiv(range.endMillis(), windowMillis) * windowMillis;
    return start < end ? Optional.of(new TimeRange(start, end)) : Optional.empty();
  }
}
