package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.GroupKey;
import dev.weir.model.PartitionKey;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;

/// A group in the index.
///
/// ```
/// Group        => PartitionKey Target:text Slice:uvarint Rows:uvarint [StartMillis:varint LengthMillis:uvarint]
/// PartitionKey => 0:u8 Job:text Instance:text | 1:u8 Bucket:uvarint
/// ```
///
/// The tenant is the section's. *Rows* is the number of its timestamps in all windows, and where it
/// is 0, start and length of its time are left out: the group is there for its layouts, or for
/// series that have nothing but exemplars.
///
/// Version 1 of the block format is the first version.
///
/// @param startMillis of its first timestamp; more than `endMillis` if there is none
record GroupEntry(GroupKey key, long rows, long startMillis, long endMillis) {
  private static final int OF_TARGET = 0;
  private static final int HASHED = 1;

  void write(ByteWriter out) {
    switch (key.partitionKey()) {
      case PartitionKey.OfTarget(_, String job, String instance) ->
          out.writeByte(OF_TARGET).writeText(job).writeText(instance);
      case PartitionKey.Hashed(_, int bucket) -> out.writeByte(HASHED).writeUvarint(bucket);
    }
    out.writeText(key.target()).writeUvarint(key.slice().number()).writeUvarint(rows);
    if (rows > 0) {
      out.writeVarint(startMillis).writeUvarint(endMillis - startMillis);
    }
  }

  static GroupEntry read(ByteReader in, Tenant tenant) {
    try {
      PartitionKey partitionKey =
          switch (in.readByte()) {
            case OF_TARGET -> new PartitionKey.OfTarget(tenant, in.readText(), in.readText());
            case HASHED ->
                new PartitionKey.Hashed(tenant, in.readCount("hash bucket", Integer.MAX_VALUE));
            default -> throw in.corrupt("the kind of partition key is not known");
          };
      GroupKey key =
          new GroupKey(
              partitionKey, in.readText(), new Slice(in.readCount("slice", Integer.MAX_VALUE)));
      long rows = in.readUvarint();
      long start = rows == 0 ? Long.MAX_VALUE : in.readVarint();
      long end = rows == 0 ? Long.MIN_VALUE : start + in.readUvarint();
      in.expectEnd();
      return new GroupEntry(key, rows, start, end);
    } catch (IllegalArgumentException e) {
      throw new WeirException.Corrupt(in.corrupt("a group is not possible").getMessage(), e);
    }
  }
}
