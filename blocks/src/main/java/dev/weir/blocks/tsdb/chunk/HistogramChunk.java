package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;

/// Native histograms of one layout, with integer counts or with counts that are floats.
///
/// ```
/// Chunk      => Samples:u16 Resets:2 0:6 Layout First? Later*
/// First      => Timestamp:signed Count ZeroCount Sum:64 Bucket*
/// Later      => DeltaOfDelta:signed Count ZeroCount Sum Bucket*
/// ```
///
/// *Resets* says what is known of the first sample: 0 nothing, 1 no reset before it, 2 a reset, 3
/// that all are gauges. No counter is reset within a chunk. *Layout* is a [HistogramLayout], with
/// as many buckets as follow, the positive ones first. *Sum* is that of [XorValue].
///
/// Integer counts: *Count* and *ZeroCount* of the first sample are unsigned [VarBits], buckets
/// signed differences from their left neighbour; later all are differences of differences in time.
/// Float counts: whole in the first sample, later each a [XorValue] of its own.
///
/// A sample whose sum is a staleness marker has no buckets, and its other counts mean nothing; it
/// is handed out as a marker.
///
/// Source: `tsdb/docs/format/chunks.md` of Prometheus.
final class HistogramChunk {
  private HistogramChunk() {}

  static void read(BitReader in, boolean floats, SampleSink sink) {
    int samples = (int) in.readBits(16);
    ResetHeader resets = ResetHeader.ofCode((int) in.readBits(2));
    in.readBits(6);
    if (samples == 0) {
      return;
    }
    HistogramLayout layout = HistogramLayout.read(in);
    HistogramCounts counts = floats ? new FloatCounts(layout, in) : new IntegerCounts(layout, in);
    long millis = VarBits.readSigned(in);
    long delta = 0;
    for (int i = 0; i < samples; i++) {
      if (i > 0) {
        delta += VarBits.readSigned(in);
        millis += delta;
      }
      boolean stale = i == 0 ? counts.readFirst(in) : counts.readLater(in);
      if (stale) {
        sink.value(millis, 0, StalenessMarker.VALUE);
      } else {
        sink.histogram(millis, 0, histogram(in, layout, counts, resets.hint(i)));
      }
    }
  }

  private static NativeHistogram histogram(
      BitReader in, HistogramLayout layout, HistogramCounts counts, ResetHint hint) {
    try {
      return layout.with(
          hint,
          counts.count(),
          counts.zeroCount(),
          counts.sum(),
          counts.positive(),
          counts.negative());
    } catch (WeirException.BadData e) {
      throw HistogramLayout.impossible(in, e);
    }
  }

  /// What a chunk says of resets.
  enum ResetHeader {
    UNKNOWN(0),
    NOT_RESET(1),
    RESET(2),
    GAUGE(3);

    private static final ResetHeader[] BY_CODE = values();

    private final int code;

    ResetHeader(int code) {
      this.code = code;
    }

    /// @param code of two bits
    static ResetHeader ofCode(int code) {
      return BY_CODE[code];
    }

    static ResetHeader of(ResetHint hint) {
      return switch (hint) {
        case UNKNOWN -> UNKNOWN;
        case NOT_RESET -> NOT_RESET;
        case RESET -> RESET;
        case GAUGE -> GAUGE;
      };
    }

    int code() {
      return code;
    }

    /// What is known of a sample. That there was no reset between two chunks is not passed on:
    /// nobody knows whether the chunk before is still there.
    ResetHint hint(int sample) {
      return switch (this) {
        case GAUGE -> ResetHint.GAUGE;
        case RESET -> sample == 0 ? ResetHint.RESET : ResetHint.NOT_RESET;
        case UNKNOWN, NOT_RESET -> sample == 0 ? ResetHint.UNKNOWN : ResetHint.NOT_RESET;
      };
    }
  }
}
