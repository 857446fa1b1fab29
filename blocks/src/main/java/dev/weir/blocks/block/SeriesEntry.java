package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.MetricType;

/// A series in the index.
///
/// ```
/// Series => Group:uvarint Type:u8 Late:uvarint Early:uvarint Pairs:uvarint Pair:uvarint*
/// ```
///
/// *Late* is how much later than its group's first timestamp its first sample is, *Early* how much
/// earlier than the last its last, in milliseconds; mostly both are 0. *Pair* is the number of a
/// label pair, as distance from the one before; they ascend, because labels are sorted by name. A
/// series that is not indexed has 0 for both times. One that has exemplars and no samples is later
/// than its group's last timestamp, by 1; where the group has no rows either, both are 0.
///
/// Example: a counter of group 2 with label pairs 0, 7 and 9, as long as its group: `02 01 00 00 03
/// 00 07 02`.
///
/// Version 1 of the block format is the first version. Version 3 adds series without samples.
record SeriesEntry(int group, MetricType type, long lateMillis, long earlyMillis, int[] pairs) {
  void write(ByteWriter out) {
    out.writeUvarint(group).writeByte(type.code());
    out.writeUvarint(lateMillis).writeUvarint(earlyMillis).writeUvarint(pairs.length);
    int previous = 0;
    for (int pair : pairs) {
      out.writeUvarint(pair - previous);
      previous = pair;
    }
  }

  static SeriesEntry read(ByteReader in, int groups, int pairCount) {
    int group = in.readCount("group of a series", groups - 1L);
    MetricType type = MetricType.ofCode(in.readByte());
    long late = in.readUvarint();
    long early = in.readUvarint();
    int[] pairs = new int[in.readCountOfRemaining("number of labels", 1)];
    int previous = 0;
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = previous + in.readCount("distance to a label pair", pairCount - 1L - previous);
      previous = pairs[i];
    }
    in.expectEnd();
    return new SeriesEntry(group, type, late, early, pairs);
  }
}
