package dev.weir.promql.eval.select;

import dev.weir.promql.eval.vector.Steps;
import java.util.Arrays;
import java.util.BitSet;

/// For each step, which of a group's timestamps lie in its window: those after `time - length`, up
/// to and with `time`. Computed once for a group, for all its series.
///
/// @param from index of the first timestamp in the window
/// @param to index behind the last one
/// @param begin first index that any window holds
/// @param end index behind the last one that any window holds
public record Windows(int[] from, int[] to, int begin, int end) {
  private Windows(int[] from, int[] to) {
    this(from, to, from[0], to[to.length - 1]);
  }

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

  /// The index of each window's last timestamp; nothing if there is a window without any.
  int[] lasts() {
    int[] lasts = new int[to.length];
    for (int step = 0; step < lasts.length; step++) {
      if (from[step] == to[step]) {
        return new int[0];
      }
      lasts[step] = to[step] - 1;
    }
    return lasts;
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
    return new Windows(keptFrom, keptTo, kept[begin], kept[end]);
  }

  /// The windows of ranges with the last sample at or before their start as the first (`anchored`).
  /// Where no sample is inside a range, its window is empty.
  ///
  /// @param timestampsMillis of samples
  /// @param ends where the ranges end
  /// @param rangeMillis how long they are
  /// @param reachMillis how long before a range's start its anchor may be; the start of this is
  ///   open
  public static Windows anchored(
      long[] timestampsMillis, Steps ends, long rangeMillis, long reachMillis) {
    Windows inside = of(timestampsMillis, ends, rangeMillis);
    return extended(timestampsMillis, inside, ends, rangeMillis, reachMillis, 0);
  }

  /// The windows of ranges with the last sample at or before their start as the first, and the
  /// first sample at or after their end as the last (`smoothed`). Where all samples are on one side
  /// of a range, its window is empty.
  ///
  /// @param reachMillis how far from the range those may be; before it, the start of this is open
  public static Windows smoothed(
      long[] timestampsMillis, Steps ends, long rangeMillis, long reachMillis) {
    Windows inside = of(timestampsMillis, ends, rangeMillis);
    return extended(timestampsMillis, inside, ends, rangeMillis, reachMillis, reachMillis);
  }

  private static Windows extended(
      long[] timestamps,
      Windows inside,
      Steps ends,
      long rangeMillis,
      long reachBefore,
      long reachAfter) {
    int[] from = new int[ends.count()];
    int[] to = new int[ends.count()];
    for (int step = 0; step < from.length; step++) {
      long end = ends.timeMillis(step);
      long start = end - rangeMillis;
      int first = inside.from[step];
      int last = inside.to[step];
      boolean hasBefore = first > 0 && timestamps[first - 1] > start - reachBefore;
      boolean endsInside = last > first && timestamps[last - 1] == end;
      boolean hasAfter =
          reachAfter > 0
              && !endsInside
              && last < timestamps.length
              && timestamps[last] <= end + reachAfter;
      from[step] = first - (hasBefore ? 1 : 0);
      to[step] = last + (hasAfter ? 1 : 0);
      if (first == last && !(hasBefore && hasAfter)) {
        to[step] = from[step];
      }
    }
    return new Windows(from, to, least(from), greatest(to));
  }

  /// The same windows, but for some that hold nothing.
  public Windows emptiedAt(BitSet steps) {
    if (steps.isEmpty()) {
      return this;
    }
    int[] emptied = to.clone();
    for (int step = steps.nextSetBit(0); step >= 0; step = steps.nextSetBit(step + 1)) {
      emptied[step] = from[step];
    }
    return new Windows(from, emptied, begin, end);
  }

  private static int least(int[] indices) {
    int least = indices[0];
    for (int index : indices) {
      least = Math.min(least, index);
    }
    return least;
  }

  private static int greatest(int[] indices) {
    int greatest = indices[0];
    for (int index : indices) {
      greatest = Math.max(greatest, index);
    }
    return greatest;
  }
}
