package dev.weir.blocks.compaction;

/// How many small blocks are worth merging.
///
/// @param minBlocks fewer are left alone
/// @param maxBlocks more are merged in several goes
/// @param maxBytes of the small blocks together; a block alone may be larger
public record CompactionPolicy(int minBlocks, int maxBlocks, long maxBytes) {
  /// With a small block every five minutes, an hour or more at a time.
  public static final CompactionPolicy DEFAULT = new CompactionPolicy(12, 48, 512L << 20);

  public CompactionPolicy {
    if (minBlocks < 1 || maxBlocks < minBlocks || maxBytes < 1) {
      throw new IllegalArgumentException(
          "merging %d to %d blocks of %d bytes is not possible"
              .formatted(minBlocks, maxBlocks, maxBytes));
    }
  }
}
