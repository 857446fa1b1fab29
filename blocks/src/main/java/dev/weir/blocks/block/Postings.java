package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Arrays;

/// Lists of series numbers, ascending: those that have a label pair.
///
/// ```
/// Postings => Runs:uvarint (Gap:uvarint Length:uvarint)*
/// ```
///
/// A run is a row of consecutive numbers: *Gap* lies between its first number and the end of the
/// run before (or 0), *Length* is how many more than one it has. Since series are numbered by
/// metric name, the postings of a name are one run.
///
/// Example: 3, 4, 5, 9 is `02 03 02 03 00`.
///
/// Version 1 of the block format is the first version.
final class Postings {
  static final int[] NONE = {};

  private Postings() {}

  static void write(int[] series, int count, ByteWriter out) {
    int runs = 0;
    for (int i = 0; i < count; i++) {
      if (i == 0 || series[i] != series[i - 1] + 1) {
        runs++;
      }
    }
    out.writeUvarint(runs);
    int end = 0;
    for (int i = 0; i < count; ) {
      int first = series[i];
      int length = 1;
      while (i + length < count && series[i + length] == first + length) {
        length++;
      }
      out.writeUvarint(first - end).writeUvarint(length - 1L);
      end = first + length;
      i += length;
    }
  }

  /// @param limit series numbers are below
  static int[] read(ByteReader in, int limit) {
    int runs = in.readCountOfRemaining("number of runs", 2);
    int[] series = new int[Math.max(16, runs)];
    int count = 0;
    int end = 0;
    for (int run = 0; run < runs; run++) {
      int first = end + in.readCount("gap between runs of series", (long) limit - end - 1);
      int length = 1 + in.readCount("length of a run of series", (long) limit - first - 1);
      if (count + length > series.length) {
        series = Arrays.copyOf(series, (int) Math.min(limit, (count + (long) length) * 2));
      }
      for (int i = 0; i < length; i++) {
        series[count++] = first + i;
      }
      end = first + length;
    }
    in.expectEnd();
    return Arrays.copyOf(series, count);
  }

  /// 0, 1, … `count - 1`.
  static int[] all(int count) {
    int[] series = new int[count];
    Arrays.setAll(series, i -> i);
    return series;
  }

  static int[] intersect(int[] a, int[] b) {
    int[] both = new int[Math.min(a.length, b.length)];
    int count = 0;
    for (int i = 0, j = 0; i < a.length && j < b.length; ) {
      if (a[i] < b[j]) {
        i++;
      } else if (a[i] > b[j]) {
        j++;
      } else {
        both[count++] = a[i++];
        j++;
      }
    }
    return Arrays.copyOf(both, count);
  }

  /// Those of `a` that are not in `b`.
  static int[] subtract(int[] a, int[] b) {
    int[] left = new int[a.length];
    int count = 0;
    int j = 0;
    for (int series : a) {
      while (j < b.length && b[j] < series) {
        j++;
      }
      if (j == b.length || b[j] != series) {
        left[count++] = series;
      }
    }
    return Arrays.copyOf(left, count);
  }

  static int[] union(int[] a, int[] b) {
    if (a.length == 0) {
      return b;
    }
    if (b.length == 0) {
      return a;
    }
    int[] any = new int[a.length + b.length];
    int count = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      if (j == b.length || (i < a.length && a[i] < b[j])) {
        any[count++] = a[i++];
      } else {
        if (i < a.length && a[i] == b[j]) {
          i++;
        }
        any[count++] = b[j++];
      }
    }
    return Arrays.copyOf(any, count);
  }
}
