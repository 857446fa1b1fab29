package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.store.BlockFile;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/// The frame of a block file: what stands first and last in it, and where everything else is.
///
/// ```
/// Block  => Header Section* Meta:Frame Footer
/// Header => Magic:u8[8] Version:u32 Checksum:u32
/// Footer => MetaOffset:u64 MetaStored:u32 MetaRaw:u32 Version:u32 Checksum:u32 Magic:u8[8]
/// ```
///
/// *Magic* is `WEIRBLK` and a line feed, at both ends, so that a file cut short or mangled as text
/// is known at once. *Version* is 3, at both ends. *Checksum* is the CRC-32C of the fields before
/// it. *Section* is what one tenant has, see [SectionRoot]; *Meta* names the sections, see
/// [BlockMeta]; *Frame* is compressed and checksummed, see [Frames]. Frames follow one another
/// without gaps from the header to the footer, and each byte of a file is under exactly one
/// checksum (or is the checksum, or the magic).
///
/// A file is read from its end: one read of the last [#TAIL_BYTES] gives the footer and, in nearly
/// every block, the meta.
///
/// Example: a header is `57 45 49 52 42 4c 4b 0a 03 00 00 00` and the checksum of these twelve
/// bytes, `b0 e9 7b 1f`. A whole block stands in `docs/formats/block.md`.
///
/// Version 1 is the first version. Version 2 adds encodings of values: steps and bases of integers
/// ([dev.weir.blocks.chunk], `LongColumn`) and near decimals (`DecimalEncoding`); all else is as in
/// version 1. Version 3 adds exemplars: a region of them in each window, their number and times in
/// the meta, and series that have nothing else. Blocks of all are read, and merged into such of
/// version 3; a program that knows only earlier ones refuses a block of version 3 by its number.
final class BlockFormat {
  static final int VERSION = 3;
  static final int OLDEST_VERSION = 1;
  static final int FIRST_WITH_EXEMPLARS = 3;
  static final int HEADER_BYTES = 16;
  static final int FOOTER_BYTES = 32;

  /// What is read first of a file.
  static final int TAIL_BYTES = 16 * 1024;

  private static final byte[] MAGIC = {'W', 'E', 'I', 'R', 'B', 'L', 'K', '\n'};

  private BlockFormat() {}

  static byte[] header() {
    return header(VERSION);
  }

  private static byte[] header(int version) {
    ByteWriter out = new ByteWriter(HEADER_BYTES).writeBytes(MAGIC).writeU32(version);
    return out.writeU32(checksum(out.array(), 0, out.length())).toByteArray();
  }

  static byte[] footer(FrameRef meta) {
    ByteWriter out = new ByteWriter(FOOTER_BYTES);
    out.writeU64(meta.offset()).writeU32(meta.storedBytes()).writeU32(meta.rawBytes());
    out.writeU32(VERSION);
    return out.writeU32(checksum(out.array(), 0, out.length())).writeBytes(MAGIC).toByteArray();
  }

  static int checksum(byte[] bytes, int from, int count) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, count);
    return (int) crc.getValue();
  }

  static void checkHeader(BlockFile file) {
    byte[] found = file.read(0, HEADER_BYTES);
    for (int version = OLDEST_VERSION; version <= VERSION; version++) {
      if (Arrays.equals(found, header(version))) {
        return;
      }
    }
    throw new WeirException.Corrupt(
        "%s, offset 0: the header is %s, expected %s"
            .formatted(file.name(), hex(found), hex(header())));
  }

  /// What a footer says.
  record Footer(FrameRef meta, int version) {}

  /// Reads the footer, the last bytes of a file of `size` bytes.
  static Footer readFooter(byte[] footer, String name, long size) {
    long offset = size - FOOTER_BYTES;
    ByteReader in = new ByteReader(footer, "%s, footer at offset %d".formatted(name, offset));
    long metaOffset = in.readU64();
    int metaStored = in.readU32();
    int metaRaw = in.readU32();
    int version = in.readU32();
    int actual = checksum(footer, 0, in.position());
    int expected = in.readU32();
    byte[] magic = in.readBytes(MAGIC.length);
    if (!Arrays.equals(magic, MAGIC)) {
      throw new WeirException.Corrupt(
          "%s, offset %d: the file ends with %s, expected %s; it is no block, or was cut short"
              .formatted(name, size - MAGIC.length, hex(magic), hex(MAGIC)));
    }
    if (actual != expected) {
      throw new WeirException.Corrupt(
          "%s, offset %d: the footer's checksum is %08x, expected %08x"
              .formatted(name, offset, actual, expected));
    }
    if (version < OLDEST_VERSION || version > VERSION) {
      throw new WeirException.Corrupt(
          ("%s, offset %d: format version %d is not known, this program reads versions %d to %d;"
                  + " read the block with a release of Weir that is as new as the one that wrote it")
              .formatted(name, offset, version, OLDEST_VERSION, VERSION));
    }
    if (metaOffset + metaStored != offset || metaOffset < HEADER_BYTES) {
      throw new WeirException.Corrupt(
          "%s, offset %d: the meta is %d bytes at offset %d, expected to end at %d"
              .formatted(name, offset, metaStored, metaOffset, offset));
    }
    return new Footer(new FrameRef(metaOffset, metaStored, metaRaw), version);
  }

  static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }
}
