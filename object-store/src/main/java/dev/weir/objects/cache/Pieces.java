package dev.weir.objects.cache;

import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Hash128;
import java.nio.charset.StandardCharsets;

/// How one version of a stored block is cut for the cache: into windows of [#WINDOW_BYTES], and a
/// tail of [#TAIL_BYTES], which alone is read when the block is opened. A small block is all tail.
///
/// @param id a hash of name, size and time of publication: another block of that name is another
///   one here
record Pieces(String name, String id, long sizeBytes) {
  static final int WINDOW_BYTES = 256 << 10;
  static final int TAIL_BYTES = 32 << 10;

  static Pieces of(StoredBlock block) {
    String version =
        "%s %d %d".formatted(block.name(), block.sizeBytes(), block.publishedAt().toEpochMilli());
    return new Pieces(
        block.name(),
        Hash128.of(version.getBytes(StandardCharsets.UTF_8)).toString(),
        block.sizeBytes());
  }

  /// Where the tail starts.
  private long tailStart() {
    return Math.max(0, sizeBytes - TAIL_BYTES);
  }

  /// Number of the tail: windows are numbered from 0, and it comes after the last.
  int tail() {
    return (int) ((tailStart() + WINDOW_BYTES - 1) / WINDOW_BYTES);
  }

  int at(long offset) {
    return offset >= tailStart() ? tail() : (int) (offset / WINDOW_BYTES);
  }

  long start(int piece) {
    return piece == tail() ? tailStart() : (long) piece * WINDOW_BYTES;
  }

  long end(int piece) {
    return piece == tail() ? sizeBytes : Math.min((piece + 1L) * WINDOW_BYTES, tailStart());
  }

  /// What a piece is called in caches.
  String key(int piece) {
    return "%s-%d".formatted(id, piece);
  }
}
