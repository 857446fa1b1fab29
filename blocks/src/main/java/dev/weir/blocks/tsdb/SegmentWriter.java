package dev.weir.blocks.tsdb;

import dev.weir.blocks.tsdb.chunk.ChunkEncoding;
import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Writes the chunks of a block into segments ([ChunkSegments]). Not for sharing between threads.
final class SegmentWriter implements AutoCloseable {
  /// As large as Prometheus's.
  static final long MAX_SEGMENT_BYTES = 512L << 20;

  /// What a chunk takes beside its payload: length, encoding, checksum.
  private static final int MAX_FRAME_BYTES = 10;

  private final Path directory;
  private final long maxBytes;
  private int number;
  private @Nullable TsdbOutput segment;

  SegmentWriter(Path block, long maxBytes) {
    this.directory = block.resolve(ChunkSegments.DIRECTORY);
    this.maxBytes = maxBytes;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be made: %s".formatted(directory, IoErrorText.of(e)), e);
    }
  }

  /// Adds a chunk.
  ///
  /// @return where it is
  long write(ChunkEncoding encoding, byte[] payload, int length) {
    TsdbOutput out = segment;
    if (out == null || out.position() + length + MAX_FRAME_BYTES > maxBytes) {
      out = next();
    }
    long chunk = ((long) (number - 1) << 32) | out.position();
    out.writeUvarint(length);
    out.startChecksum();
    out.writeByte(encoding.code()).writeBytes(payload, 0, length);
    out.writeChecksum();
    return chunk;
  }

  private TsdbOutput next() {
    finish();
    number++;
    TsdbOutput out = new TsdbOutput(directory.resolve("%06d".formatted(number)));
    segment = out;
    out.writeU32(ChunkSegments.MAGIC).writeByte(ChunkSegments.VERSION);
    out.writeByte(0).writeByte(0).writeByte(0);
    return out;
  }

  /// Hands what was written to the disk.
  void finish() {
    TsdbOutput out = segment;
    if (out != null) {
      out.sync();
      out.close();
      segment = null;
    }
  }

  @Override
  public void close() {
    TsdbOutput out = segment;
    if (out != null) {
      out.close();
    }
  }
}
