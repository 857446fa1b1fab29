package dev.weir.blocks.tsdb;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where the chunks of each series are, put aside in a file until the index is written: with a
/// million series and twelve chunks each they would take 300 MB. Not for sharing between threads.
///
/// ```
/// Piece => Before:u64 ChunksBefore:u32 (Start:u64 End:u64 Chunk:u64)*
/// ```
final class ChunkSpool implements AutoCloseable {
  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;
  private static final int CHUNK_BYTES = 3 * Long.BYTES;

  private final Path path;
  private final TsdbOutput out;

  /// Chunks of a series that were put aside together.
  ///
  /// @param offset of the last piece
  /// @param chunks in the last piece; 0 if there is none
  record Pieces(long offset, int chunks) {
    static final Pieces NONE = new Pieces(0, 0);
  }

  /// Where chunks are.
  record Chunks(long[] startMillis, long[] endMillis, long[] chunks) {
    int count() {
      return chunks.length;
    }
  }

  ChunkSpool(Path path) {
    this.path = path;
    this.out = new TsdbOutput(path);
  }

  /// Puts chunks of a series aside.
  ///
  /// @param before its chunks that were put aside before
  /// @return all of them
  Pieces write(Pieces before, long[] starts, long[] ends, long[] chunks, int count) {
    long offset = out.position();
    out.writeU64(before.offset).writeU32(before.chunks);
    for (int i = 0; i < count; i++) {
      out.writeU64(starts[i]).writeU64(ends[i]).writeU64(chunks[i]);
    }
    return new Pieces(offset, count);
  }

  /// All chunks of a series, in the order in which they were put aside.
  Chunks read(Pieces pieces) {
    Chunks found = new Chunks(new long[0], new long[0], new long[0]);
    Pieces piece = pieces;
    while (piece.chunks > 0) {
      byte[] bytes = new byte[HEADER_BYTES + piece.chunks * CHUNK_BYTES];
      out.read(piece.offset, bytes, bytes.length);
      found = prepend(bytes, piece.chunks, found);
      piece = new Pieces(BigEndian.u64(bytes, 0), BigEndian.u32(bytes, Long.BYTES));
    }
    return found;
  }

  private static Chunks prepend(byte[] bytes, int count, Chunks later) {
    int all = count + later.count();
    Chunks chunks = new Chunks(new long[all], new long[all], new long[all]);
    for (int i = 0; i < count; i++) {
      int at = HEADER_BYTES + i * CHUNK_BYTES;
      chunks.startMillis[i] = BigEndian.u64(bytes, at);
      chunks.endMillis[i] = BigEndian.u64(bytes, at + Long.BYTES);
      chunks.chunks[i] = BigEndian.u64(bytes, at + 2 * Long.BYTES);
    }
    System.arraycopy(later.startMillis, 0, chunks.startMillis, count, later.count());
    System.arraycopy(later.endMillis, 0, chunks.endMillis, count, later.count());
    System.arraycopy(later.chunks, 0, chunks.chunks, count, later.count());
    return chunks;
  }

  @Override
  public void close() {
    out.close();
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be removed: %s".formatted(path, IoErrorText.of(e)), e);
    }
  }
}
