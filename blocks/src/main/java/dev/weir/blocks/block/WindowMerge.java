package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.chunk.ExemplarChunk;
import dev.weir.blocks.chunk.TimestampChunk;
import dev.weir.model.Exemplar;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges what several places have of one window: first the timestamps of all groups, then series
/// after series their columns. Not for sharing between threads.
final class WindowMerge {
  private final List<SectionMerge.Place> places;
  private final long window;
  private final long windowMillis;
  private final List<SectionWriter.NumberedSeries> series;
  private final SharedSeries shared;

  /// By number; null for a group that has no rows in the window.
  private final @Nullable MergedGroup[] groups;

  private int droppedExemplars;

  /// @param places in order of precedence
  /// @param window times from this many windows after the epoch, one window long
  WindowMerge(
      List<SectionMerge.Place> places,
      long window,
      long windowMillis,
      List<SectionWriter.NumberedSeries> series,
      SharedSeries shared,
      int groupCount) {
    this.places = places;
    this.window = window;
    this.windowMillis = windowMillis;
    this.series = series;
    this.shared = shared;
    this.groups = new @Nullable MergedGroup[groupCount];
  }

  /// How many samples lost to a different one in an earlier place.
  long conflicts() {
    long conflicts = 0;
    for (MergedGroup group : groups) {
      conflicts += group == null ? 0 : group.merge().conflicts();
    }
    return conflicts;
  }

  /// How many exemplars were too many.
  int droppedExemplars() {
    return droppedExemplars;
  }

  /// @param maxExemplars of one series
  void write(SectionWriter writer, int maxExemplars) {
    List<EntryStream> timestamps = new ArrayList<>();
    for (SectionMerge.Place place : places) {
      timestamps.add(new EntryStream(place, List.of(RegionKind.TIMESTAMPS), place.groupNumbers()));
    }
    for (int group = lowest(timestamps); group != EntryStream.END; group = lowest(timestamps)) {
      mergeTimestamps(group, timestamps, writer);
    }
    List<EntryStream> columns = new ArrayList<>();
    for (SectionMerge.Place place : places) {
      columns.add(new EntryStream(place, EncodedColumn.KINDS, place.seriesNumbers()));
    }
    SharedSeries.Losers losers = shared.losers(places, series, groups);
    EncodedColumn encoded = new EncodedColumn();
    for (int id = lowest(columns); id != EntryStream.END; id = lowest(columns)) {
      mergeColumn(id, columns, losers, encoded, writer);
    }
    List<EntryStream> exemplars = new ArrayList<>();
    for (SectionMerge.Place place : places) {
      exemplars.add(new EntryStream(place, List.of(RegionKind.EXEMPLARS), place.seriesNumbers()));
    }
    for (int id = lowest(exemplars); id != EntryStream.END; id = lowest(exemplars)) {
      mergeExemplars(id, exemplars, maxExemplars, writer);
    }
    writer.endWindow();
  }

  private static int lowest(List<EntryStream> streams) {
    int lowest = EntryStream.END;
    for (EntryStream stream : streams) {
      lowest = Math.min(lowest, stream.number());
    }
    return lowest;
  }

  private void mergeTimestamps(int group, List<EntryStream> streams, SectionWriter writer) {
    List<MergedGroup.Rows> rows = new ArrayList<>();
    List<long[]> inWindow = new ArrayList<>();
    for (int place = 0; place < streams.size(); place++) {
      ByteReader chunk = streams.get(place).takeIf(group)[0];
      if (chunk != null) {
        long[] timestamps = TimestampChunk.read(chunk);
        int from = firstOf(window, timestamps);
        int to = firstOf(window + 1, timestamps);
        rows.add(new MergedGroup.Rows(place, timestamps.length, from, to));
        inWindow.add(Arrays.copyOfRange(timestamps, from, to));
      }
    }
    GroupMerge merge = GroupMerge.of(inWindow);
    groups[group] = new MergedGroup(merge, rows);
    writer.timestamps(group, merge.timestampsMillis());
  }

  /// Index of the first timestamp in a window or a later one.
  private int firstOf(long wanted, long[] timestamps) {
    int low = 0;
    int high = timestamps.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Math.floorDiv(timestamps[middle], windowMillis) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void mergeColumn(
      int id,
      List<EntryStream> streams,
      SharedSeries.Losers losers,
      EncodedColumn encoded,
      SectionWriter writer) {
    List<@Nullable ByteReader[]> chunks = new ArrayList<>();
    for (EntryStream stream : streams) {
      chunks.add(stream.takeIf(id));
    }
    MergedGroup group = groups[series.get(id).group()];
    if (group == null) {
      return;
    }
    List<GroupSamples.@Nullable Column> columns = new ArrayList<>();
    for (MergedGroup.Rows rows : group.rows()) {
      @Nullable ByteReader[] ofPlace = chunks.get(rows.place());
      boolean hasSamples = ofPlace[0] != null || ofPlace[1] != null;
      columns.add(
          hasSamples
              ? losers.without(
                  id,
                  rows.place(),
                  ColumnReader.decode(
                      ofPlace[0], ofPlace[1], ofPlace[2], rows.rows(), rows.from(), rows.to()))
              : null);
    }
    GroupSamples.Column merged = group.merge().merge(columns);
    long[] timestamps = group.merge().timestampsMillis();
    encoded.encode(timestamps, merged, 0, timestamps.length);
    if (!encoded.isEmpty()) {
      writer.column(id, encoded);
    }
  }

  private void mergeExemplars(
      int id, List<EntryStream> streams, int maxExemplars, SectionWriter writer) {
    List<Exemplar> inWindow = new ArrayList<>();
    for (EntryStream stream : streams) {
      ByteReader chunk = stream.takeIf(id)[0];
      if (chunk != null) {
        for (Exemplar exemplar : ExemplarChunk.read(chunk)) {
          long millis = exemplar.timestampMillis().orElseThrow();
          if (Math.floorDiv(millis, windowMillis) == window) {
            inWindow.add(exemplar);
          }
        }
      }
    }
    ThinnedExemplars thinned = ThinnedExemplars.of(inWindow, maxExemplars);
    droppedExemplars += thinned.dropped();
    if (!thinned.kept().isEmpty()) {
      writer.exemplars(id, thinned.kept());
    }
  }

  /// The entries of one place, from several regions side by side, in order of the numbers that they
  /// have in the result.
  private static final class EntryStream {
    /// The number after the last.
    private static final int END = Integer.MAX_VALUE;

    private final int[] numbers;
    private final RegionCursor[] cursors;
    private final @Nullable ByteReader[] heads;
    private final @Nullable ByteReader[] nothing;

    EntryStream(SectionMerge.Place place, List<RegionKind> kinds, int[] numbers) {
      this.numbers = numbers;
      this.cursors = new RegionCursor[kinds.size()];
      this.heads = new @Nullable ByteReader[cursors.length];
      this.nothing = new @Nullable ByteReader[cursors.length];
      for (int i = 0; i < cursors.length; i++) {
        cursors[i] =
            place.section().cursor(place.section().root().region(place.window(), kinds.get(i)));
        heads[i] = cursors[i].next();
      }
    }

    /// Number of the next entry.
    int number() {
      int lowest = END;
      for (int i = 0; i < cursors.length; i++) {
        lowest = Math.min(lowest, numberOf(i));
      }
      return lowest;
    }

    private int numberOf(int cursor) {
      ByteReader head = heads[cursor];
      if (head == null) {
        return END;
      }
      int own = cursors[cursor].id();
      if (own >= numbers.length || numbers[own] < 0) {
        throw head.corrupt("entry %d belongs to no group or series with samples".formatted(own));
      }
      return numbers[own];
    }

    /// The entries of that number, if they are the next, one for each region; else nulls.
    @Nullable ByteReader[] takeIf(int number) {
      if (number() != number) {
        return nothing;
      }
      @Nullable ByteReader[] taken = new @Nullable ByteReader[cursors.length];
      for (int i = 0; i < cursors.length; i++) {
        if (numberOf(i) == number) {
          taken[i] = heads[i];
          heads[i] = cursors[i].next();
        }
      }
      return taken;
    }
  }
}
