package dev.weir.blocks.tsdb;

import dev.weir.blocks.tsdb.chunk.ChunkDecoder;
import dev.weir.blocks.tsdb.chunk.SampleSink;
import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The chunks of a block: files `chunks/000001` and on, of 512 MiB at most. Not for sharing between
/// threads.
///
/// ```
/// Segment => Magic:u32 Version:u8 Padding:u8[3] Chunk*
/// Chunk   => Length:uvarint Encoding:u8 Payload:u8[Length] Checksum:u32
/// ```
///
/// *Checksum* is the CRC-32C of encoding and payload, big-endian.
///
/// Source: `tsdb/docs/format/chunks.md` of Prometheus.
final class ChunkSegments implements AutoCloseable {
  static final String DIRECTORY = "chunks";
  static final int MAGIC = 0x85BD40DD;
  static final int VERSION = 1;
  static final int HEADER_BYTES = 8;

  /// The longest that the length of a chunk may be: 5 bytes; and the encoding.
  private static final int MAX_PREFIX = 6;

  private static final int MAX_CHUNK_BYTES = 256 << 20;

  private final Path directory;
  private final List<RangeFile> segments = new ArrayList<>();

  ChunkSegments(Path block) {
    this.directory = block.resolve(DIRECTORY);
    try (Stream<Path> listed = Files.list(directory)) {
      List<Path> files =
          listed.filter(file -> file.getFileName().toString().matches("\\d+")).sorted().toList();
      for (Path file : files) {
        RangeFile segment = new RangeFile(file);
        segments.add(segment);
        checkHeader(segment);
      }
    } catch (IOException e) {
      close();
      throw new WeirException.Unavailable(
          "%s cannot be listed: %s".formatted(directory, IoErrorText.of(e)), e);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static void checkHeader(RangeFile segment) {
    byte[] header = segment.copy(0, HEADER_BYTES);
    if (BigEndian.u32(header, 0) != MAGIC) {
      throw segment.corrupt(
          0, "magic is %08x, expected %08x".formatted(BigEndian.u32(header, 0), MAGIC));
    }
    if (header[4] != VERSION) {
      throw new WeirException.BadData(
          "%s: version %d is not known; known is %d".formatted(segment.path(), header[4], VERSION));
    }
  }

  long sizeBytes() {
    return segments.stream().mapToLong(RangeFile::size).sum();
  }

  /// Hands out the samples of a chunk.
  void read(long chunk, SampleSink sink) {
    int number = (int) (chunk >>> 32);
    long offset = chunk & 0xffff_ffffL;
    if (number < 0 || number >= segments.size()) {
      throw new WeirException.Corrupt(
          "%s: a chunk is in segment %d of %d".formatted(directory, number + 1, segments.size()));
    }
    RangeFile segment = segments.get(number);
    int prefix = segment.available(offset, MAX_PREFIX);
    int at = segment.load(offset, prefix);
    EntryBytes head = new EntryBytes(segment, offset, segment.window(), at, at + prefix);
    long length = head.readUvarint();
    if (length < 0 || length > MAX_CHUNK_BYTES) {
      throw segment.corrupt(offset, "a chunk takes %d bytes".formatted(length));
    }
    int start = head.position() - at;
    int content = 1 + (int) length;
    int from = segment.load(offset, start + content + Integer.BYTES) + start;
    byte[] bytes = segment.window();
    int expected = BigEndian.u32(bytes, from + content);
    int actual = BigEndian.crc32c(bytes, from, content);
    if (actual != expected) {
      throw segment.corrupt(
          offset, "checksum of a chunk is %08x, expected %08x".formatted(actual, expected));
    }
    ChunkDecoder.decode(
        bytes[from] & 0xff,
        bytes,
        from + 1,
        from + content,
        "%s: chunk at offset %d".formatted(segment.path(), offset),
        sink);
  }

  @Override
  public void close() {
    segments.forEach(RangeFile::close);
  }
}
