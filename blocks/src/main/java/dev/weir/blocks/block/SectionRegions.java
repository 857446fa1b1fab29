package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The regions of a section: those of each window, and those of the index.
///
/// ```
/// Regions => Count:uvarint Region*                            see Region
/// ```
///
/// A region without frames is left out. Those of one kind and window stand once.
final class SectionRegions {
  private final Map<RegionKind, Region> index = new EnumMap<>(RegionKind.class);

  /// Of each window.
  private final List<Map<RegionKind, Region>> columns = new ArrayList<>();

  /// Of kinds that this program does not know.
  private final List<Region> unknown = new ArrayList<>();

  /// A region that belongs to no window.
  Region region(RegionKind kind) {
    return index.getOrDefault(kind, Region.EMPTY);
  }

  /// A region of a window.
  Region region(int window, RegionKind kind) {
    return columns.get(window).getOrDefault(kind, Region.EMPTY);
  }

  /// Regions of kinds that this program does not know: a later one wrote them.
  List<Region> unknown() {
    return unknown;
  }

  void addWindow() {
    columns.add(new EnumMap<>(RegionKind.class));
  }

  /// Adds a region to the window that was added last.
  void addColumns(RegionKind kind, Region region) {
    putUnlessEmpty(columns.getLast(), kind, region);
  }

  /// Adds a region that belongs to no window.
  void addIndex(RegionKind kind, Region region) {
    putUnlessEmpty(index, kind, region);
  }

  private static void putUnlessEmpty(
      Map<RegionKind, Region> regions, RegionKind kind, Region region) {
    if (region.frameCount() > 0) {
      regions.put(kind, region);
    }
  }

  void write(ByteWriter out) {
    int count = index.size();
    for (Map<RegionKind, Region> window : columns) {
      count += window.size();
    }
    out.writeUvarint(count);
    for (int window = 0; window < columns.size(); window++) {
      writeAll(columns.get(window), window + 1, out);
    }
    writeAll(index, 0, out);
  }

  private static void writeAll(Map<RegionKind, Region> regions, int window, ByteWriter out) {
    regions.forEach((kind, region) -> {
      out.writeByte(kind.code()).writeUvarint(window);
      region.write(out);
    });
  }

  static SectionRegions read(ByteReader in, int windows) {
    SectionRegions regions = new SectionRegions();
    for (int i = 0; i < windows; i++) {
      regions.addWindow();
    }
    int count = in.readCountOfRemaining("number of regions", 3);
    for (int i = 0; i < count; i++) {
      RegionKind kind = kindOf(in.readByte());
      int window = in.readCount("window of a region", windows);
      Region region = Region.read(in);
      if (kind == null) {
        regions.unknown.add(region);
      } else {
        Map<RegionKind, Region> target =
            window == 0 ? regions.index : regions.columns.get(window - 1);
        if (target.put(kind, region) != null) {
          throw in.corrupt("region %s of window %d stands twice".formatted(kind, window));
        }
      }
    }
    return regions;
  }

  private static @Nullable RegionKind kindOf(int code) {
    for (RegionKind kind : RegionKind.values()) {
      if (kind.code() == code) {
        return kind;
      }
    }
    return null;
  }
}
