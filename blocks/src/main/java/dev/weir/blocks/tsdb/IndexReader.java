package dev.weir.blocks.tsdb;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.util.Arrays;

/// The index of a block: labels of all series, and where their chunks are. Holds the symbols and
/// the list of series; entries are read when they are wanted. Not for sharing between threads.
///
/// ```
/// Index    => Magic:u32 Version:u8 Symbols Series* LabelIndex* Postings* LabelOffsets
///             PostingOffsets Toc
/// Toc      => Symbols:u64 Series:u64 LabelIndices:u64 LabelOffsets:u64 Postings:u64
///             PostingOffsets:u64 Checksum:u32
/// Series   => Padding Length:uvarint Labels Chunks Checksum:u32
/// Labels   => Count:uvarint (Name:uvarint Value:uvarint)*
/// Chunks   => Count:uvarint Chunk*
/// Chunk    => Start:varint Duration:uvarint Reference:uvarint            the first
///           | Gap:uvarint Duration:uvarint ReferenceDelta:varint         later ones
/// Postings => Length:u32 Count:u32 (Series:u32)* Checksum:u32
/// PostingOffsets => Length:u32 Count:u32 (2:u8 Name:text Value:text Offset:uvarint)* Checksum:u32
/// ```
///
/// All numbers are big-endian, offsets count from the start of the file, checksums are the CRC-32C
/// of what stands between the length and them. A series begins at a multiple of 16, and is named by
/// its offset divided by that. Names and values are numbers of symbols. The postings of the empty
/// name and value are all series, in order of labels. *LabelIndex* and *LabelOffsets* are written,
/// and read by nobody since version 2.
///
/// Source: `tsdb/docs/format/index.md` of Prometheus.
final class IndexReader implements AutoCloseable {
  static final String FILE = "index";
  static final int MAGIC = 0xBAAAD700;
  static final int VERSION = 2;
  static final int HEADER_BYTES = 5;
  static final int TOC_BYTES = 6 * Long.BYTES + Integer.BYTES;
  static final int SERIES_ALIGNMENT = 16;

  /// The longest uvarint.
  private static final int MAX_VARINT = 10;

  /// An entry of a series that is longer is no entry.
  private static final long MAX_ENTRY_BYTES = 64 << 20;

  private final RangeFile file;
  private final SymbolTable symbols;
  private final int[] series;

  IndexReader(Path block) {
    this.file = new RangeFile(block.resolve(FILE));
    try {
      checkHeader();
      byte[] toc = readToc();
      this.symbols =
          new SymbolTable(section(BigEndian.u64(toc, 0), "symbols"), file.path().toString());
      this.series = allSeries(BigEndian.u64(toc, 5 * Long.BYTES));
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private void checkHeader() {
    if (file.size() < HEADER_BYTES + TOC_BYTES) {
      throw file.corrupt(0, "an index has at least %d bytes".formatted(HEADER_BYTES + TOC_BYTES));
    }
    byte[] header = file.copy(0, HEADER_BYTES);
    if (BigEndian.u32(header, 0) != MAGIC) {
      throw file.corrupt(
          0, "magic is %08x, expected %08x".formatted(BigEndian.u32(header, 0), MAGIC));
    }
    if (header[4] != VERSION) {
      throw new WeirException.BadData(
          "%s: version %d is not known; known is %d, which Prometheus writes since 2.3"
              .formatted(file.path(), header[4], VERSION));
    }
  }

  private byte[] readToc() {
    long offset = file.size() - TOC_BYTES;
    byte[] toc = file.copy(offset, TOC_BYTES);
    checkSum(offset, toc, 0, TOC_BYTES - Integer.BYTES);
    return toc;
  }

  /// Compares a checksum with the bytes before it.
  private void checkSum(long offset, byte[] bytes, int from, int length) {
    int expected = BigEndian.u32(bytes, from + length);
    int actual = BigEndian.crc32c(bytes, from, length);
    if (actual != expected) {
      throw file.corrupt(
          offset,
          "checksum of %d bytes is %08x, expected %08x".formatted(length, actual, expected));
    }
  }

  /// What stands between a section's length and its checksum.
  private byte[] section(long offset, String what) {
    int at = file.load(offset, Integer.BYTES);
    long length = Integer.toUnsignedLong(BigEndian.u32(file.window(), at));
    if (length > Integer.MAX_VALUE - 64 || length > file.size() - offset - 2L * Integer.BYTES) {
      throw file.corrupt(offset, "%s take %d bytes, which are not there".formatted(what, length));
    }
    byte[] bytes = file.copy(offset + Integer.BYTES, (int) length + Integer.BYTES);
    checkSum(offset, bytes, 0, (int) length);
    return Arrays.copyOf(bytes, (int) length);
  }

  /// The series in the list of the empty name and value, which stands first.
  private int[] allSeries(long postingOffsets) {
    byte[] table = section(postingOffsets, "posting offsets");
    if (table.length < Integer.BYTES) {
      throw file.corrupt(postingOffsets, "the posting offsets have no count");
    }
    EntryBytes entry = new EntryBytes(file, postingOffsets + Integer.BYTES, table);
    entry.moveTo(Integer.BYTES);
    for (int left = BigEndian.u32(table, 0); left > 0; left--) {
      int names = entry.readByte();
      int nameLength = entry.skipText();
      int valueLength = entry.skipText();
      long offset = entry.readUvarint();
      if (names != 2) {
        throw file.corrupt(postingOffsets, "an entry has %d parts, expected 2".formatted(names));
      }
      if (nameLength == 0 && valueLength == 0) {
        return postings(offset);
      }
    }
    return new int[0];
  }

  private int[] postings(long offset) {
    byte[] list = section(offset, "postings");
    int count = (list.length - Integer.BYTES) / Integer.BYTES;
    if (list.length < Integer.BYTES || BigEndian.u32(list, 0) != count) {
      throw file.corrupt(offset, "the list of all series does not have the length that it says");
    }
    int[] references = new int[count];
    for (int i = 0; i < count; i++) {
      references[i] = BigEndian.u32(list, (i + 1) * Integer.BYTES);
      if (i > 0 && Integer.compareUnsigned(references[i], references[i - 1]) <= 0) {
        throw file.corrupt(offset, "the list of all series does not ascend");
      }
    }
    return references;
  }

  int symbolCount() {
    return symbols.count();
  }

  /// References of all series, in order of labels.
  int[] series() {
    return series;
  }

  /// The entry of a series.
  TsdbSeries read(int reference) {
    long offset = Integer.toUnsignedLong(reference) * SERIES_ALIGNMENT;
    int prefix = file.available(offset, MAX_VARINT);
    int at = file.load(offset, prefix);
    EntryBytes head = new EntryBytes(file, offset, file.window(), at, at + prefix);
    long length = head.readUvarint();
    if (length < 0 || length > MAX_ENTRY_BYTES) {
      throw file.corrupt(offset, "the entry of a series takes %d bytes".formatted(length));
    }
    int start = head.position() - at;
    int from = file.load(offset, start + (int) length + Integer.BYTES) + start;
    checkSum(offset, file.window(), from, (int) length);
    EntryBytes entry = new EntryBytes(file, offset, file.window(), from, from + (int) length);
    String[] pairs = readPairs(entry);
    return readChunks(reference, labels(pairs, entry), isUtf8(pairs), entry);
  }

  private String[] readPairs(EntryBytes entry) {
    String[] pairs = new String[2 * entry.readCount(2, "labels")];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = symbols.get(entry.readUvarint());
    }
    return pairs;
  }

  private boolean isUtf8(String[] pairs) {
    for (String text : pairs) {
      if (!symbols.isWhole(text)) {
        return false;
      }
    }
    return true;
  }

  private static Labels labels(String[] pairs, EntryBytes entry) {
    try {
      return Labels.ofSortedPairs(pairs);
    } catch (WeirException.Corrupt e) {
      throw entry.corrupt(e.getMessage(), e);
    }
  }

  private static TsdbSeries readChunks(
      int reference, Labels labels, boolean isUtf8, EntryBytes entry) {
    int count = entry.readCount(3, "chunks");
    long[] starts = new long[count];
    long[] ends = new long[count];
    long[] chunks = new long[count];
    for (int i = 0; i < count; i++) {
      starts[i] = i == 0 ? entry.readVarint() : ends[i - 1] + entry.readUvarint();
      ends[i] = starts[i] + entry.readUvarint();
      chunks[i] = i == 0 ? entry.readUvarint() : chunks[i - 1] + entry.readVarint();
    }
    return new TsdbSeries(reference, labels, isUtf8, starts, ends, chunks);
  }

  @Override
  public void close() {
    file.close();
  }
}
