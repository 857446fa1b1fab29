package dev.weir.blocks.block;

/// Where a frame is and how large.
///
/// @param storedBytes with compression byte and checksum
/// @param rawBytes of its content, uncompressed
public record FrameRef(long offset, int storedBytes, int rawBytes) {
  long end() {
    return offset + storedBytes;
  }
}
