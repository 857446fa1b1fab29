package dev.weir.blocks.deletion;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.bytes.MatcherCodec;
import dev.weir.blocks.store.DeletionName;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// The object of a deletion.
///
/// ```
/// File      => Magic:u8[8] Version:u8 Tenant:text Selectors Range Cuts Imports Checksum:u32
/// Selectors => Count:uvarint Matchers*
/// Range     => StartMillis:varint EndMillis:varint
/// Cuts      => Count:uvarint (Topic:text Partition:uvarint Offset:uvarint)*
/// Imports   => Count:uvarint Name:text*
/// ```
///
/// *Magic* is `WEIRDEL` and a line feed. *Version* is 1. *Matchers* is as in [MatcherCodec]. The
/// range has both ends. *Imports* are names of blocks. *Checksum* is the CRC-32C of all before it.
///
/// Invariants: there is a selector; the tenant is that of the name, so that an object that was
/// renamed or moved is refused.
///
/// Example: `up` of tenant `a` from 1 to 2 ms, below offset 3 of partition 0 of `s`, is `57 45 49
/// 52 44 45 4c 0a 01` `01 61` `01 01 00 08 5f 5f 6e 61 6d 65 5f 5f 02 75 70` `02 04` `01 01 73 00
/// 03` `00` and the checksum.
///
/// Version 1 is the first version.
final class DeletionFormat {
  private static final int VERSION = 1;
  private static final byte[] MAGIC = {'W', 'E', 'I', 'R', 'D', 'E', 'L', '\n'};
  private static final int CHECKSUM_BYTES = 4;

  private DeletionFormat() {}

  static byte[] write(Deletion deletion) {
    ByteWriter out = new ByteWriter().writeBytes(MAGIC).writeByte(VERSION);
    out.writeText(deletion.tenant().name());
    MatcherCodec.writeSelectors(deletion.selectors(), out);
    out.writeVarint(deletion.range().startMillis()).writeVarint(deletion.range().endMillis());
    out.writeUvarint(deletion.cuts().size());
    for (Deletion.Cut cut : deletion.cuts()) {
      out.writeText(cut.topic()).writeUvarint(cut.partition()).writeUvarint(cut.offset());
    }
    out.writeUvarint(deletion.imports().size());
    deletion.imports().forEach(out::writeText);
    return out.writeU32(checksum(out.array(), out.length())).toByteArray();
  }

  /// @throws WeirException.Corrupt if the bytes are not the deletion of this name
  static Deletion read(DeletionName name, byte[] bytes) {
    int end = bytes.length - CHECKSUM_BYTES;
    if (end < MAGIC.length + 1 || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new WeirException.Corrupt(
          "%s: %d bytes are no deletion; one begins with WEIRDEL".formatted(name, bytes.length));
    }
    int expected = new ByteReader(bytes, end, bytes.length, name.path()).readU32();
    int actual = checksum(bytes, end);
    if (actual != expected) {
      throw new WeirException.Corrupt(
          "%s: the checksum of %d bytes is %08x, expected %08x"
              .formatted(name, end, actual, expected));
    }
    ByteReader in = new ByteReader(bytes, MAGIC.length, end, name.path());
    int version = in.readByte();
    if (version != VERSION) {
      throw in.corrupt(
          "version %d is not known; this program reads version %d".formatted(version, VERSION));
    }
    String tenant = in.readText();
    if (!tenant.equals(name.tenant().name())) {
      throw in.corrupt("a deletion of tenant %s; it was moved or renamed".formatted(tenant));
    }
    try {
      return new Deletion(
          name, MatcherCodec.readSelectors(in), readRange(in), readCuts(in), readImports(in));
    } catch (IllegalArgumentException | WeirException.BadData e) {
      throw new WeirException.Corrupt(
          in.corrupt("the deletion is not possible: " + e.getMessage()).getMessage(), e);
    }
  }

  private static TimeRange readRange(ByteReader in) {
    return new TimeRange(in.readVarint(), in.readVarint());
  }

  private static List<Deletion.Cut> readCuts(ByteReader in) {
    int count = in.readCountOfRemaining("number of cuts", 3);
    List<Deletion.Cut> cuts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String topic = in.readText();
      int partition = in.readCount("partition", Integer.MAX_VALUE);
      cuts.add(new Deletion.Cut(topic, partition, in.readUvarint()));
    }
    return cuts;
  }

  private static List<String> readImports(ByteReader in) {
    int count = in.readCountOfRemaining("number of imported blocks", 1);
    List<String> imports = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      imports.add(in.readText());
    }
    in.expectEnd();
    return imports;
  }

  private static int checksum(byte[] bytes, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, count);
    return (int) crc.getValue();
  }
}
