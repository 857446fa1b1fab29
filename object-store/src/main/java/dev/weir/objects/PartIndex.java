package dev.weir.objects;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Hash128;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/// What stands under the name of a block that is too large for one request: which parts it has.
///
/// ```
/// PartIndex => Magic:u8[8] Upload:u8[16] SizeBytes:u64 PartBytes:u32 Checksum:u32
/// Part      => parts/{name of the block}/{upload}/{number}
/// ```
///
/// *Magic* is `WEIRPRT` and a line feed. *Upload* tells the parts of one attempt to publish from
/// those of any other; in keys it has 32 hexadecimal digits. All parts but the last have
/// *PartBytes* bytes, together they have *SizeBytes*. A part's number has 5 digits. *Checksum* is
/// the CRC-32C of the fields before it.
///
/// An index has 40 bytes, and nothing else that has 40 bytes is under a block's name: a block has
/// at least 48, and a file of 40 is published in parts. So a listing says which names are those of
/// indexes.
///
/// Example: 70 MiB in parts of 32 MiB, upload `00…07`: `57 45 49 52 50 52 54 0a`, 15 times `00`,
/// `07`, `00 00 60 04 00 00 00 00`, `00 00 00 02`, `b9 b9 bf e1`; three parts.
///
/// Version 1, which the magic stands for, is the first version.
record PartIndex(Hash128 upload, long sizeBytes, int partBytes) {
  static final int BYTES = 40;

  private static final byte[] MAGIC = {'W', 'E', 'I', 'R', 'P', 'R', 'T', '\n'};
  private static final int MAX_PARTS = 99_999;

  PartIndex {
    if (sizeBytes < 1 || partBytes < 1 || (sizeBytes - 1) / partBytes >= MAX_PARTS) {
      throw new WeirException.LimitExceeded(
          "%d bytes in parts of %d are more than %d parts"
              .formatted(sizeBytes, partBytes, MAX_PARTS));
    }
  }

  int parts() {
    return (int) ((sizeBytes - 1) / partBytes) + 1;
  }

  /// The bytes of a part.
  int partLength(int part) {
    return (int) Math.min(partBytes, sizeBytes - (long) part * partBytes);
  }

  /// What the keys of all parts of a block start with, of whatever attempt.
  static String prefix(String name) {
    return "parts/%s/".formatted(name);
  }

  String key(String name, int part) {
    return "%s%s/%05d".formatted(prefix(name), upload, part);
  }

  byte[] encode() {
    ByteWriter out = new ByteWriter(BYTES).writeBytes(MAGIC).writeBytes(upload.toBytes());
    out.writeU64(sizeBytes).writeU32(partBytes);
    return out.writeU32(checksum(out.array(), out.length())).toByteArray();
  }

  /// The index that bytes are; empty if they are none, or a damaged one.
  static Optional<PartIndex> decode(byte[] bytes) {
    if (bytes.length != BYTES || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      return Optional.empty();
    }
    ByteReader in = new ByteReader(bytes, "a part index");
    in.readBytes(MAGIC.length);
    Hash128 upload = Hash128.fromBytes(in.readBytes(Hash128.BYTES));
    long sizeBytes = in.readU64();
    int partBytes = in.readU32();
    if (in.readU32() != checksum(bytes, BYTES - Integer.BYTES)) {
      return Optional.empty();
    }
    return Optional.of(new PartIndex(upload, sizeBytes, partBytes));
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
