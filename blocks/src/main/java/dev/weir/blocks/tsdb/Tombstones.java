package dev.weir.blocks.tsdb;

import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Which samples of a block are deleted: the file `tombstones`.
///
/// ```
/// File      => Magic:u32 Version:u8 Tombstone* Checksum:u32
/// Tombstone => Series:uvarint Start:varint End:varint
/// ```
///
/// *Checksum* is the CRC-32C of all tombstones, big-endian; *Start* and *End* are milliseconds,
/// both included. A block without the file has none.
///
/// Source: `tsdb/docs/format/tombstones.md` of Prometheus.
final class Tombstones {
  static final String FILE = "tombstones";

  private static final int MAGIC = 0x0130BA30;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 5;
  private static final long MAX_BYTES = 1L << 30;

  private final Map<Integer, List<TimeRange>> deleted;
  private final int checksum;

  private Tombstones(Map<Integer, List<TimeRange>> deleted, int checksum) {
    this.deleted = deleted;
    this.checksum = checksum;
  }

  static Tombstones read(Path block) {
    Path path = block.resolve(FILE);
    if (!Files.exists(path)) {
      return new Tombstones(Map.of(), 0);
    }
    try (RangeFile file = new RangeFile(path)) {
      if (file.size() > MAX_BYTES || file.size() < HEADER_BYTES + Integer.BYTES) {
        throw file.corrupt(0, "tombstones take 9 bytes to 1 GiB");
      }
      byte[] bytes = file.copy(0, (int) file.size());
      if (BigEndian.u32(bytes, 0) != MAGIC) {
        throw file.corrupt(
            0, "magic is %08x, expected %08x".formatted(BigEndian.u32(bytes, 0), MAGIC));
      }
      if (bytes[4] != VERSION) {
        throw new WeirException.BadData(
            "%s: version %d is not known; known is %d".formatted(path, bytes[4], VERSION));
      }
      int end = bytes.length - Integer.BYTES;
      int expected = BigEndian.u32(bytes, end);
      int actual = BigEndian.crc32c(bytes, HEADER_BYTES, end - HEADER_BYTES);
      if (actual != expected) {
        throw file.corrupt(
            end, "checksum of tombstones is %08x, expected %08x".formatted(actual, expected));
      }
      return new Tombstones(
          stones(new EntryBytes(file, HEADER_BYTES, bytes, HEADER_BYTES, end)), actual);
    }
  }

  private static Map<Integer, List<TimeRange>> stones(EntryBytes in) {
    Map<Integer, List<TimeRange>> deleted = new HashMap<>();
    while (in.remaining() > 0) {
      long series = in.readUvarint();
      long start = in.readVarint();
      long end = in.readVarint();
      if (start > end || series >>> 32 != 0) {
        throw in.corrupt(
            "series %s is deleted from %d to %d ms, which is not possible"
                .formatted(Long.toUnsignedString(series), start, end));
      }
      deleted.computeIfAbsent((int) series, _ -> new ArrayList<>()).add(new TimeRange(start, end));
    }
    return deleted;
  }

  /// Those of one series.
  List<TimeRange> of(int series) {
    return deleted.getOrDefault(series, List.of());
  }

  boolean isEmpty() {
    return deleted.isEmpty();
  }

  /// Tells one file's content from another's; 0 if there are none.
  int checksum() {
    return isEmpty() ? 0 : checksum;
  }

  /// Writes a file without any.
  static void writeEmpty(Path block) throws IOException {
    byte[] bytes = new byte[HEADER_BYTES + Integer.BYTES];
    BigEndian.putU32(bytes, 0, MAGIC);
    bytes[4] = VERSION;
    BigEndian.putU32(bytes, HEADER_BYTES, BigEndian.crc32c(bytes, HEADER_BYTES, 0));
    Files.write(block.resolve(FILE), bytes);
  }
}
