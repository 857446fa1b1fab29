package dev.weir.promql.eval.select;

import dev.weir.promql.eval.vector.Steps;
import java.util.Arrays;

/// For each step, which of a group's timestamps lie in its window: those after `time - length`, up
/// to and with `time`. Computed once for a group, for all its series.
///
/// @param from index of the first timestamp in the window
/// @param to index behind the last one
public record Windows(int[] from, int[] to) {
  /// @param times where the windows end
  /// @param lengthMillis how long they are
  public static Windows of(long[] timestampsMillis, Steps times, long lengthMillis) {
    int[] from = new int[times.count()];
    int[] to = new int[times.count()];
    int first = after(timestampsMillis, times.startMillis() - lengthMillis);
    int last = after(timestampsMillis, times.startMillis());
    for (int step = 0; step < from.length; step++) {
      long end = times.timeMillis(step);
      long start = end - lengthMillis;
      while (first < timestampsMillis.length && timestampsMillis[first] <= start) {
        first++;
      }
      while (last < timestampsMillis.length && timestampsMillis[last] <= end) {
        last++;
      }
      from[step] = first;
      to[step] = last;
    }
    return new Windows(from, to);
  }

  /// Index of the first timestamp that is later than `time`.
  private static int after(long[] timestampsMillis, long time) {
    int found = Arrays.binarySearch(timestampsMillis, time);
    return found < 0 ? -found - 1 : found + 1;
  }

  public int count() {
    return from.length;
  }

  /// First index that any window holds.
  public int begin() {
    return from[0];
  }

  /// Index behind the last one that any window holds.
  public int end() {
    return to[to.length - 1];
  }

  /// The same windows over a selection of the timestamps.
  ///
  /// @param kept for each index, how many timestamps before it were kept
  public Windows over(int[] kept) {
    int[] keptFrom = new int[from.length];
    int[] keptTo = new int[to.length];
    for (int step = 0; step < from.length; step++) {
      keptFrom[step] = kept[from[step]];
      keptTo[step] = kept[to[step]];
    }
    return new Windows(keptFrom, keptTo);
  }
}
