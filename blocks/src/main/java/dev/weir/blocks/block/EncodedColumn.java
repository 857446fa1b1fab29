package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.chunk.HistogramChunk;
import dev.weir.blocks.chunk.StartTimestampChunk;
import dev.weir.blocks.chunk.ValueChunk;
import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.source.GroupSamples;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The chunks of one series' samples in one window. Used again for one column after another; not
/// for sharing between threads.
final class EncodedColumn {
  /// The kinds of chunks, in the order of their parts.
  static final List<RegionKind> KINDS =
      List.of(RegionKind.VALUES, RegionKind.HISTOGRAMS, RegionKind.START_TIMESTAMPS);

  private static final int VALUES = 0;
  private static final int HISTOGRAMS = 1;
  private static final int STARTS = 2;

  private final ByteWriter bytes = new ByteWriter();

  /// Where each part ends in the bytes; a part without bytes is not there.
  private final int[] ends = new int[3];

  private long firstMillis;
  private long lastMillis;
  private int samples;

  /// Encodes the part of a column from timestamp number `from`, up to but without `to`.
  void encode(long[] timestampsMillis, GroupSamples.Column column, int from, int to) {
    clear();
    @Nullable NativeHistogram @Nullable [] histograms = column.histograms();
    int floats = 0;
    for (int i = from; i < to; i++) {
      boolean isFloat = !AbsentValue.is(column.values()[i]);
      if (isFloat || (histograms != null && histograms[i] != null)) {
        floats += isFloat ? 1 : 0;
        firstMillis = samples == 0 ? timestampsMillis[i] : firstMillis;
        lastMillis = timestampsMillis[i];
        samples++;
      }
    }
    if (floats > 0) {
      ValueChunk.write(Arrays.copyOfRange(column.values(), from, to), bytes);
    }
    ends[VALUES] = bytes.length();
    if (samples > floats && histograms != null) {
      HistogramChunk.write(Arrays.copyOfRange(histograms, from, to), bytes);
    }
    ends[HISTOGRAMS] = bytes.length();
    long[] starts = column.startTimestampsMillis();
    if (starts != null && samples > 0) {
      long[] part = Arrays.copyOfRange(starts, from, to);
      if (Arrays.stream(part).anyMatch(start -> start != 0)) {
        StartTimestampChunk.write(part, bytes);
      }
    }
    ends[STARTS] = bytes.length();
  }

  private void clear() {
    bytes.truncate(0);
    samples = 0;
    firstMillis = 0;
    lastMillis = 0;
  }

  boolean isEmpty() {
    return bytes.length() == 0;
  }

  int samples() {
    return samples;
  }

  /// Time of the first sample, if there are any.
  long firstMillis() {
    return firstMillis;
  }

  /// Time of the last sample, if there are any.
  long lastMillis() {
    return lastMillis;
  }

  /// Adds each chunk that is there to the region of its kind.
  void addTo(int series, Region.Writer[] regions) {
    int from = 0;
    for (int part = 0; part < ends.length; part++) {
      if (ends[part] > from) {
        regions[part].add(series, bytes.array(), from, ends[part] - from);
      }
      from = ends[part];
    }
  }

  /// Writes everything, to be read again by [#load].
  void save(ByteWriter out) {
    out.writeU64(firstMillis).writeU64(lastMillis).writeU32(samples);
    for (int end : ends) {
      out.writeU32(end);
    }
    out.writeBytes(bytes.array(), 0, bytes.length());
  }

  void load(ByteReader in) {
    clear();
    firstMillis = in.readU64();
    lastMillis = in.readU64();
    samples = in.readU32();
    for (int part = 0; part < ends.length; part++) {
      ends[part] = in.readU32();
    }
    bytes.writeBytes(in.array(), in.position(), in.remaining());
  }
}
