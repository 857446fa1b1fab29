package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/// Where everything of a tenant is: the directory that a reader holds while it reads the rest by
/// range. It grows with the number of frames, not of series.
///
/// ```
/// Root    => Groups:uvarint Indexed:uvarint Series:uvarint Windows Names PairKeys Regions
/// Windows => Count:uvarint (StartMillis:varint LengthMillis:uvarint)*
/// ```
///
/// **Numbers.** Groups are numbered from 0 in order of their keys; series in order of metric name,
/// group, labels, so that a metric's columns lie together; label pairs in order of name, value. The
/// series from *Indexed* on, up to *Series*, have no samples and no postings: they are there for
/// layouts that are alive but had no row. Their order is that of group, then labels.
///
/// **Windows** divide time; each has its own columns ([RegionKind#TIMESTAMPS] to
/// [RegionKind#EXEMPLARS]), so that a query reads only those that it overlaps, and a straggler from
/// last week does not spoil the block's columns. They ascend and do not overlap; start and length
/// are those of the samples and exemplars in them. A series without a sample in a window has no
/// columns there. Exemplars lie in the window of their own time, whenever their sample came.
///
/// *Names* and *PairKeys* are those of [LabelNames], *Regions* that of [SectionRegions].
///
/// Entries, by region:
///
/// ```
/// TIMESTAMPS       => chunk                                   see TimestampChunk
/// VALUES           => chunk                                   see ValueChunk
/// HISTOGRAMS       => chunk                                   see HistogramChunk
/// START_TIMESTAMPS => chunk                                   see StartTimestampChunk
/// EXEMPLARS        => chunk                                   see ExemplarChunk
/// GROUPS           => see GroupEntry
/// SERIES           => see SeriesEntry
/// PAIRS            => the value, UTF-8
/// POSTINGS         => see Postings
/// LAYOUTS          => see LayoutEntries
/// METADATA         => Unit:text Help:text
/// ```
///
/// Version 1 of the block format is the first version. Version 3 adds exemplars.
///
/// @param indexed how many series have samples or exemplars
/// @param series how many there are
/// @param rawBytes how large the root is
record SectionRoot(
    int groups,
    int indexed,
    int series,
    List<TimeRange> windows,
    LabelNames labels,
    SectionRegions regions,
    int rawBytes)
    implements BlockCache.Weighted {
  private static final int MAX_WINDOWS = 1 << 20;

  /// A region that belongs to no window.
  Region region(RegionKind kind) {
    return regions.region(kind);
  }

  /// A region of a window.
  Region region(int window, RegionKind kind) {
    return regions.region(window, kind);
  }

  void write(ByteWriter out) {
    out.writeUvarint(groups).writeUvarint(indexed).writeUvarint(series);
    out.writeUvarint(windows.size());
    for (TimeRange window : windows) {
      out.writeVarint(window.startMillis());
      out.writeUvarint(window.endMillis() - window.startMillis());
    }
    labels.write(out);
    regions.write(out);
  }

  static SectionRoot read(ByteReader in) {
    int size = in.remaining();
    int groups = in.readCount("number of groups", Integer.MAX_VALUE);
    int indexed = in.readCount("number of indexed series", Integer.MAX_VALUE);
    int series = in.readCount("number of series", Integer.MAX_VALUE);
    if (indexed > series) {
      throw in.corrupt("%d of %d series are indexed".formatted(indexed, series));
    }
    List<TimeRange> windows = readWindows(in);
    LabelNames labels = LabelNames.read(in);
    SectionRegions regions = SectionRegions.read(in, windows.size());
    in.expectEnd();
    if (regions.region(RegionKind.PAIRS).frameCount() != labels.pairKeys().length) {
      throw in.corrupt(
          "%d pair keys stand for %d frames"
              .formatted(labels.pairKeys().length, regions.region(RegionKind.PAIRS).frameCount()));
    }
    return new SectionRoot(groups, indexed, series, windows, labels, regions, size);
  }

  private static List<TimeRange> readWindows(ByteReader in) {
    int count = in.readCountOfRemaining("number of windows", 2);
    if (count > MAX_WINDOWS) {
      throw in.corrupt("%d windows are more than %d".formatted(count, MAX_WINDOWS));
    }
    List<TimeRange> windows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long start = in.readVarint();
      long end = start + in.readUvarint();
      if (end < start || (i > 0 && start <= windows.get(i - 1).endMillis())) {
        throw in.corrupt(
            "window %d spans %d to %d ms; windows ascend and do not overlap"
                .formatted(i, start, end));
      }
      windows.add(new TimeRange(start, end));
    }
    return windows;
  }

  @Override
  public long weightBytes() {
    return 1024L + 8L * rawBytes;
  }
}
