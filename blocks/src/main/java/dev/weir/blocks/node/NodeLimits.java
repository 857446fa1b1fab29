package dev.weir.blocks.node;

import dev.weir.model.WeirException;

/// Bounds on what travels between a reader and a storage node.
///
/// @param maxRequestBytes the longest question
/// @param maxFrameBytes the longest frame of an answer, uncompressed; a group of 2,000 series with
///   an hour of rows a second is 58 MB
/// @param maxResponseBytes the longest answer, compressed, which a reader holds until it has read
///   the groups
public record NodeLimits(int maxRequestBytes, int maxFrameBytes, long maxResponseBytes) {
  public static final NodeLimits DEFAULT = new NodeLimits(1 << 20, 256 << 20, 1L << 30);

  public NodeLimits withMaxResponseBytes(long changed) {
    return new NodeLimits(maxRequestBytes, maxFrameBytes, changed);
  }

  public NodeLimits {
    if (maxRequestBytes < 1 || maxFrameBytes < 1 || maxResponseBytes < 1) {
      throw new WeirException.BadData(
          "storage node limits of %d, %d and %d bytes; each is at least 1"
              .formatted(maxRequestBytes, maxFrameBytes, maxResponseBytes));
    }
  }
}
