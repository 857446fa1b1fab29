package dev.weir.blocks.chunk;

/// Bounds that every chunk keeps, so that a reader knows what a damaged length can cost.
public final class ChunkLimits {
  /// Timestamps of one group in one chunk: more than a sample a millisecond for two hours.
  public static final int MAX_SAMPLES = 1 << 23;

  /// Exemplars of one series in one chunk.
  public static final int MAX_EXEMPLARS = 1 << 20;

  private ChunkLimits() {}
}
