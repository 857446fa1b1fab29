package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.chunk.HistogramChunk;
import dev.weir.blocks.chunk.StartTimestampChunk;
import dev.weir.blocks.chunk.TimestampChunk;
import dev.weir.blocks.chunk.ValueChunk;
import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decodes the columns of one group in a time range, from all windows that the range overlaps. Not
/// for sharing between threads.
final class ColumnReader {
  /// The timestamps of the group in one window, and which of them are in the range.
  ///
  /// @param from the first in the range
  /// @param to after the last in the range
  /// @param at where the first stands in the result
  private record Part(int window, long[] timestamps, int from, int to, int at) {
    int length() {
      return to - from;
    }
  }

  private final Section section;
  private final SectionRoot root;
  private final List<Part> parts = new ArrayList<>();
  private final int length;

  ColumnReader(Section section, int group, TimeRange range) {
    this.section = section;
    this.root = section.root();
    int total = 0;
    for (int window = 0; window < root.windows().size(); window++) {
      if (!root.windows().get(window).overlaps(range)) {
        continue;
      }
      ByteReader chunk = section.find(root.region(window, RegionKind.TIMESTAMPS), group);
      if (chunk == null) {
        continue;
      }
      long[] timestamps = TimestampChunk.read(chunk);
      chunk.expectEnd();
      int from = lowerBound(timestamps, range.startMillis());
      int to =
          range.endMillis() == Long.MAX_VALUE
              ? timestamps.length
              : lowerBound(timestamps, range.endMillis() + 1);
      if (to > from) {
        parts.add(new Part(window, timestamps, from, to, total));
        total += to - from;
      }
    }
    this.length = total;
  }

  /// Index of the first timestamp that is not before.
  private static int lowerBound(long[] timestamps, long millis) {
    int found = Arrays.binarySearch(timestamps, millis);
    return found >= 0 ? found : -found - 1;
  }

  /// The group's timestamps in the range.
  long[] timestamps() {
    long[] timestamps = new long[length];
    for (Part part : parts) {
      System.arraycopy(part.timestamps, part.from, timestamps, part.at, part.length());
    }
    return timestamps;
  }

  /// The column of a series over these timestamps.
  GroupSamples.Column read(int series) {
    double[] values = new double[length];
    @Nullable NativeHistogram @Nullable [] histograms = null;
    long @Nullable [] starts = null;
    for (Part part : parts) {
      readValues(series, part, values);
      ByteReader histogramChunk = chunk(series, part, RegionKind.HISTOGRAMS);
      if (histogramChunk != null) {
        histograms = histograms == null ? new @Nullable NativeHistogram[length] : histograms;
        @Nullable NativeHistogram[] all =
            HistogramChunk.read(histogramChunk, part.timestamps.length);
        histogramChunk.expectEnd();
        System.arraycopy(all, part.from, histograms, part.at, part.length());
      }
      ByteReader startChunk = chunk(series, part, RegionKind.START_TIMESTAMPS);
      if (startChunk != null) {
        starts = starts == null ? new long[length] : starts;
        long[] all = StartTimestampChunk.read(startChunk, part.timestamps.length);
        startChunk.expectEnd();
        System.arraycopy(all, part.from, starts, part.at, part.length());
      }
    }
    return new GroupSamples.Column(values, histograms, starts);
  }

  private @Nullable ByteReader chunk(int series, Part part, RegionKind kind) {
    return section.find(root.region(part.window, kind), series);
  }

  private void readValues(int series, Part part, double[] out) {
    ByteReader chunk = chunk(series, part, RegionKind.VALUES);
    if (chunk == null) {
      Arrays.fill(out, part.at, part.at + part.length(), AbsentValue.VALUE);
      return;
    }
    if (part.length() == part.timestamps.length) {
      ValueChunk.read(chunk, part.length(), out, part.at);
    } else {
      double[] all = ValueChunk.read(chunk, part.timestamps.length);
      System.arraycopy(all, part.from, out, part.at, part.length());
    }
    chunk.expectEnd();
  }

  /// Decodes rows `from` to `to` of a column of `rows` whose chunks are given.
  static GroupSamples.Column decode(
      @Nullable ByteReader values,
      @Nullable ByteReader histograms,
      @Nullable ByteReader starts,
      int rows,
      int from,
      int to) {
    double[] decoded;
    if (values == null) {
      decoded = new double[rows];
      Arrays.fill(decoded, AbsentValue.VALUE);
    } else {
      decoded = ValueChunk.read(values, rows);
    }
    @Nullable NativeHistogram @Nullable [] allHistograms =
        histograms == null ? null : HistogramChunk.read(histograms, rows);
    long[] allStarts = starts == null ? null : StartTimestampChunk.read(starts, rows);
    if (from == 0 && to == rows) {
      return new GroupSamples.Column(decoded, allHistograms, allStarts);
    }
    return new GroupSamples.Column(
        Arrays.copyOfRange(decoded, from, to),
        allHistograms == null ? null : Arrays.copyOfRange(allHistograms, from, to),
        allStarts == null ? null : Arrays.copyOfRange(allStarts, from, to));
  }
}
