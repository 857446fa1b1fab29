package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where everything of a tenant is: the directory that a reader holds while it reads the rest by
/// range. It grows with the number of frames, not of series.
///
/// ```
/// Root     => Groups:uvarint Indexed:uvarint Series:uvarint Windows Names PairKeys Regions
/// Windows  => Count:uvarint (StartMillis:varint LengthMillis:uvarint)*
/// Names    => Count:uvarint (Name:text Values:uvarint)*
/// PairKeys => Count:uvarint Value:text*
/// Regions  => Count:uvarint Region*                          see Region
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
/// are those of the samples in them. A series without a sample in a window has no entries there.
///
/// **Names** are the label names, ascending, with how many values each has; *PairKeys* the first
/// value in each frame of [RegionKind#PAIRS], so that a value is found by reading one frame.
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
/// Version 1 of the block format is the first version.
final class SectionRoot implements BlockCache.Weighted {
  private static final int MAX_WINDOWS = 1 << 20;

  final int groups;
  final int indexed;
  final int series;
  final List<TimeRange> windows;
  final String[] names;

  /// Number of the first pair of each name, and after the last, the number of pairs.
  final int[] firstPairs;

  final String[] pairKeys;
  private final Map<RegionKind, Region> index;

  /// Of each window.
  private final List<Map<RegionKind, Region>> columns;

  private final int rawBytes;

  SectionRoot(
      int groups,
      int indexed,
      int series,
      List<TimeRange> windows,
      String[] names,
      int[] firstPairs,
      String[] pairKeys,
      Map<RegionKind, Region> index,
      List<Map<RegionKind, Region>> columns,
      int rawBytes) {
    this.groups = groups;
    this.indexed = indexed;
    this.series = series;
    this.windows = windows;
    this.names = names;
    this.firstPairs = firstPairs;
    this.pairKeys = pairKeys;
    this.index = index;
    this.columns = columns;
    this.rawBytes = rawBytes;
  }

  /// A region that belongs to no window.
  Region region(RegionKind kind) {
    return index.getOrDefault(kind, Region.EMPTY);
  }

  /// A region of a window.
  Region region(int window, RegionKind kind) {
    return columns.get(window).getOrDefault(kind, Region.EMPTY);
  }

  int pairs() {
    return firstPairs[names.length];
  }

  /// Index of a label name; negative if no series has it.
  int nameIndex(String name) {
    return Arrays.binarySearch(names, name, Labels::compareText);
  }

  /// Index of the name of a label pair.
  int nameOfPair(int pair) {
    int found = Arrays.binarySearch(firstPairs, 0, names.length, pair);
    return found >= 0 ? found : -found - 2;
  }

  void write(ByteWriter out) {
    out.writeUvarint(groups).writeUvarint(indexed).writeUvarint(series);
    out.writeUvarint(windows.size());
    for (TimeRange window : windows) {
      out.writeVarint(window.startMillis());
      out.writeUvarint(window.endMillis() - window.startMillis());
    }
    out.writeUvarint(names.length);
    for (int i = 0; i < names.length; i++) {
      out.writeText(names[i]).writeUvarint(firstPairs[i + 1] - firstPairs[i]);
    }
    out.writeUvarint(pairKeys.length);
    for (String key : pairKeys) {
      out.writeText(key);
    }
    int regions = index.size();
    for (Map<RegionKind, Region> window : columns) {
      regions += window.size();
    }
    out.writeUvarint(regions);
    for (int window = 0; window < columns.size(); window++) {
      writeRegions(columns.get(window), window + 1, out);
    }
    writeRegions(index, 0, out);
  }

  private static void writeRegions(Map<RegionKind, Region> regions, int window, ByteWriter out) {
    regions.forEach((kind, region) -> {
      out.writeByte(kind.code()).writeUvarint(window);
      region.write(out);
    });
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
    int nameCount = in.readCountOfRemaining("number of label names", 2);
    String[] names = new String[nameCount];
    int[] firstPairs = new int[nameCount + 1];
    for (int i = 0; i < nameCount; i++) {
      names[i] = in.readText();
      firstPairs[i + 1] =
          firstPairs[i] + in.readCount("number of values", Integer.MAX_VALUE - firstPairs[i]);
    }
    String[] pairKeys = new String[in.readCountOfRemaining("number of pair keys", 1)];
    for (int i = 0; i < pairKeys.length; i++) {
      pairKeys[i] = in.readText();
    }
    Map<RegionKind, Region> index = new EnumMap<>(RegionKind.class);
    List<Map<RegionKind, Region>> columns = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      columns.add(new EnumMap<>(RegionKind.class));
    }
    int regions = in.readCountOfRemaining("number of regions", 3);
    for (int i = 0; i < regions; i++) {
      RegionKind kind = kindOf(in.readByte());
      int window = in.readCount("window of a region", windows.size());
      Region region = Region.read(in);
      if (kind != null) {
        Map<RegionKind, Region> target = window == 0 ? index : columns.get(window - 1);
        if (target.put(kind, region) != null) {
          throw in.corrupt("region %s of window %d stands twice".formatted(kind, window));
        }
      }
    }
    in.expectEnd();
    SectionRoot root =
        new SectionRoot(
            groups, indexed, series, windows, names, firstPairs, pairKeys, index, columns, size);
    if (root.region(RegionKind.PAIRS).frameCount() != pairKeys.length) {
      throw in.corrupt(
          "%d pair keys stand for %d frames"
              .formatted(pairKeys.length, root.region(RegionKind.PAIRS).frameCount()));
    }
    return root;
  }

  private static List<TimeRange> readWindows(ByteReader in) {
    int count = Math.min(in.readCountOfRemaining("number of windows", 2), MAX_WINDOWS);
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

  private static @Nullable RegionKind kindOf(int code) {
    for (RegionKind kind : RegionKind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    return null;
  }

  @Override
  public long weightBytes() {
    return 1024L + 8L * rawBytes;
  }
}
