package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.WeirException;

/// How the samples of a chunk are stored. The codes are Prometheus's.
public enum ChunkEncoding {
  /// Floats ([XorChunk]).
  XOR(1),
  /// Native histograms with integer counts ([HistogramChunk]).
  HISTOGRAM(2),
  /// Native histograms with counts that are floats ([HistogramChunk]).
  FLOAT_HISTOGRAM(3),
  /// Floats with start timestamps, of Prometheus 3 ([Xor2Chunk]). Read, never written.
  XOR2(4);

  private static final ChunkEncoding[] ALL = values();

  private final int code;

  ChunkEncoding(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /// @throws WeirException.BadData if this version of Weir does not read it
  static ChunkEncoding ofCode(int code, String place) {
    for (ChunkEncoding encoding : ALL) {
      if (encoding.code == code) {
        return encoding;
      }
    }
    throw new WeirException.BadData(
        ("%s: chunk encoding %d is not known; known are 1 (XOR), 2 (histogram), 3 (float histogram)"
                + " and 4 (XOR2). A newer Prometheus wrote it; switch its experimental encodings off")
            .formatted(place, code));
  }
}
