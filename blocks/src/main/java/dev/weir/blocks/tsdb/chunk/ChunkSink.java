package dev.weir.blocks.tsdb.chunk;

/// Takes finished chunks.
@FunctionalInterface
public interface ChunkSink {
  /// @param startMillis of the first sample
  /// @param endMillis of the last sample
  /// @param bytes holds the chunk in its first `length` bytes until this returns
  void chunk(
      ChunkEncoding encoding,
      long startMillis,
      long endMillis,
      int samples,
      byte[] bytes,
      int length);
}
