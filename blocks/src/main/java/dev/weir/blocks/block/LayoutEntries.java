package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Hash128;
import java.util.ArrayList;
import java.util.List;

/// The layouts of one group that are alive at the end of a block.
///
/// ```
/// Layouts => Count:uvarint Layout*
/// Layout  => Hash:u8[16] Epoch:varint NextDueMillis:varint Series:uvarint Distance:uvarint*
/// ```
///
/// *Distance* is that of a series' number from the one before; they ascend. Put into a layout's
/// canonical order, the series have the hash.
///
/// Version 1 of the block format is the first version.
final class LayoutEntries {
  /// A layout by the numbers of its series.
  record Numbered(Hash128 hash, long epoch, long nextDueMillis, int[] series) {}

  private LayoutEntries() {}

  static void write(List<Numbered> layouts, ByteWriter out) {
    out.writeUvarint(layouts.size());
    for (Numbered layout : layouts) {
      out.writeBytes(layout.hash.toBytes());
      out.writeVarint(layout.epoch).writeVarint(layout.nextDueMillis);
      out.writeUvarint(layout.series.length);
      int previous = 0;
      for (int series : layout.series) {
        out.writeUvarint(series - previous);
        previous = series;
      }
    }
  }

  static List<Numbered> read(ByteReader in, int seriesCount) {
    int count = in.readCountOfRemaining("number of layouts", Hash128.BYTES);
    List<Numbered> layouts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Hash128 hash = Hash128.fromBytes(in.readBytes(Hash128.BYTES));
      long epoch = in.readVarint();
      long nextDue = in.readVarint();
      int[] series = new int[in.readCountOfRemaining("number of series", 1)];
      int previous = 0;
      for (int s = 0; s < series.length; s++) {
        series[s] = previous + in.readCount("distance to a series", seriesCount - 1L - previous);
        previous = series[s];
      }
      layouts.add(new Numbered(hash, epoch, nextDue, series));
    }
    in.expectEnd();
    return layouts;
  }
}
