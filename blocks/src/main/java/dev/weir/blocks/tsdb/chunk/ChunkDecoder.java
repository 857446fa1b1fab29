package dev.weir.blocks.tsdb.chunk;

/// Reads chunks of any encoding.
public final class ChunkDecoder {
  private ChunkDecoder() {}

  /// Hands out the samples of a chunk, in the order in which they are stored.
  ///
  /// @param encoding its code
  /// @param bytes holds the chunk from `from`, up to but without `to`
  /// @param place for messages
  /// @throws dev.weir.model.WeirException.BadData if the encoding is not known
  /// @throws dev.weir.model.WeirException.Corrupt if the bytes are no such chunk
  public static void decode(
      int encoding, byte[] bytes, int from, int to, String place, SampleSink sink) {
    BitReader in = new BitReader(bytes, from, to, place);
    switch (ChunkEncoding.ofCode(encoding, place)) {
      case XOR -> XorChunk.read(in, sink);
      case HISTOGRAM -> HistogramChunk.read(in, false, sink);
      case FLOAT_HISTOGRAM -> HistogramChunk.read(in, true, sink);
      case XOR2 -> Xor2Chunk.read(in, sink);
    }
  }
}
