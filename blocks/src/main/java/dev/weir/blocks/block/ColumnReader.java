package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.chunk.HistogramChunk;
import dev.weir.blocks.chunk.StartTimestampChunk;
import dev.weir.blocks.chunk.TimestampChunk;
import dev.weir.blocks.chunk.ValueChunk;
import dev.weir.blocks.chunk.ValueDecoder;
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
  /// What the group has in one window.
  ///
  /// @param rows of the group there
  /// @param from the first in the range
  /// @param to after the last in the range
  /// @param at where the first stands in the result
  private record Part(
      EntryFinder values,
      EntryFinder histograms,
      EntryFinder startTimestamps,
      int rows,
      int from,
      int to,
      int at) {
    int length() {
      return to - from;
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final long[] timestamps;
  private final ValueDecoder decoder = new ValueDecoder();
  private double[] wholeWindow = {};

  ColumnReader(Section section, int group, TimeRange range) {
    SectionRoot root = section.root();
    long[] all = {};
    for (int window = 0; window < root.windows().size(); window++) {
      if (!root.windows().get(window).overlaps(range)) {
        continue;
      }
      ByteReader chunk = section.find(root.region(window, RegionKind.TIMESTAMPS), group);
      if (chunk == null) {
        continue;
      }
      long[] ofWindow = TimestampChunk.read(chunk);
      chunk.expectEnd();
      int from = lowerBound(ofWindow, range.startMillis());
      int to =
          range.endMillis() == Long.MAX_VALUE
              ? ofWindow.length
              : lowerBound(ofWindow, range.endMillis() + 1);
      if (to > from) {
        parts.add(
            new Part(
                new EntryFinder(section, root.region(window, RegionKind.VALUES)),
                new EntryFinder(section, root.region(window, RegionKind.HISTOGRAMS)),
                new EntryFinder(section, root.region(window, RegionKind.START_TIMESTAMPS)),
                ofWindow.length,
                from,
                to,
                all.length));
        all = Arrays.copyOf(all, all.length + to - from);
        System.arraycopy(ofWindow, from, all, all.length - (to - from), to - from);
      }
    }
    this.timestamps = all;
  }

  /// Index of the first timestamp that is not before.
  private static int lowerBound(long[] timestamps, long millis) {
    int found = Arrays.binarySearch(timestamps, millis);
    return found >= 0 ? found : -found - 1;
  }

  /// The group's timestamps in the range.
  long[] timestamps() {
    return timestamps;
  }

  /// The column of a series over these timestamps, in arrays of its own.
  GroupSamples.Column read(int series) {
    return read(series, new double[timestamps.length]);
  }

  /// The column of a series over these timestamps.
  ///
  /// @param values where its values are written to, as long as the timestamps
  GroupSamples.Column read(int series, double[] values) {
    @Nullable NativeHistogram @Nullable [] histograms = null;
    long @Nullable [] starts = null;
    for (Part part : parts) {
      readValues(series, part, values);
      ByteReader histogramChunk = part.histograms.find(series);
      if (histogramChunk != null) {
        histograms =
            histograms == null ? new @Nullable NativeHistogram[timestamps.length] : histograms;
        @Nullable NativeHistogram[] all = HistogramChunk.read(histogramChunk, part.rows);
        histogramChunk.expectEnd();
        System.arraycopy(all, part.from, histograms, part.at, part.length());
      }
      ByteReader startChunk = part.startTimestamps.find(series);
      if (startChunk != null) {
        starts = starts == null ? new long[timestamps.length] : starts;
        long[] all = StartTimestampChunk.read(startChunk, part.rows);
        startChunk.expectEnd();
        System.arraycopy(all, part.from, starts, part.at, part.length());
      }
    }
    return new GroupSamples.Column(values, histograms, starts);
  }

  private void readValues(int series, Part part, double[] out) {
    ByteReader chunk = part.values.find(series);
    if (chunk == null) {
      Arrays.fill(out, part.at, part.at + part.length(), AbsentValue.VALUE);
      return;
    }
    if (part.length() == part.rows) {
      decoder.read(chunk, part.rows, out, part.at);
    } else {
      if (wholeWindow.length < part.rows) {
        wholeWindow = new double[part.rows];
      }
      decoder.read(chunk, part.rows, wholeWindow, 0);
      System.arraycopy(wholeWindow, part.from, out, part.at, part.length());
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
