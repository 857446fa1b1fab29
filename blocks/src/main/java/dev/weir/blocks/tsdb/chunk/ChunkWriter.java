package dev.weir.blocks.tsdb.chunk;

import dev.weir.blocks.tsdb.chunk.HistogramChunk.ResetHeader;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.StalenessMarker;
import dev.weir.model.histogram.CounterReset;
import org.jspecify.annotations.Nullable;

/// Cuts the samples of a series into chunks, as Prometheus does: 120 samples, or 1 kB of
/// histograms. Not for sharing between threads.
///
/// A chunk of histograms has one layout, and no reset after its first sample. A histogram whose
/// hint says nothing goes into the chunk of the one before it if nothing has become less, so its
/// hint reads as "no reset" then, which is true. Counts that are all integers go into integer
/// chunks, unless one of float counts is begun. A marker that ends histograms goes into their
/// chunk.
public final class ChunkWriter {
  /// Of histograms; but no fewer than [#MIN_HISTOGRAMS] for it.
  private static final int MAX_HISTOGRAM_BYTES = 1024;

  private static final int MIN_HISTOGRAMS = 10;

  private final ChunkSink sink;
  private final XorChunk floats = new XorChunk();
  private @Nullable OpenHistograms histograms;
  private @Nullable NativeHistogram previous;
  private long startMillis;
  private long endMillis;

  /// A chunk of histograms that is begun.
  private static final class OpenHistograms {
    private final BitWriter out = new BitWriter();
    private final HistogramLayout layout;
    private final HistogramCounts counts;
    private final ResetHeader resets;
    private final boolean integers;
    private int samples;
    private boolean stale;
    private long lastMillis;
    private long delta;

    OpenHistograms(HistogramLayout layout, boolean integers, ResetHeader resets) {
      this.layout = layout;
      this.integers = integers;
      this.resets = resets;
      this.counts = integers ? new IntegerCounts(layout) : new FloatCounts(layout);
      out.writeBits(0, 16);
      out.writeBits(resets.code(), 2);
      out.writeBits(0, 6);
      layout.write(out);
    }

    boolean isFull() {
      return samples >= XorChunk.MAX_SAMPLES
          || (samples >= MIN_HISTOGRAMS && out.length() >= MAX_HISTOGRAM_BYTES);
    }

    boolean canHold(NativeHistogram histogram) {
      return !stale
          && layout.isOf(histogram)
          && (!integers || IntegerCounts.canHold(histogram))
          && (resets == ResetHeader.GAUGE) == (histogram.resetHint() == ResetHint.GAUGE);
    }

    void append(long millis, NativeHistogram histogram) {
      writeTime(millis);
      if (samples == 0) {
        counts.writeFirst(out, histogram);
      } else {
        counts.writeLater(out, histogram);
      }
      samples++;
    }

    void appendStale(long millis) {
      writeTime(millis);
      counts.writeStale(out);
      stale = true;
      samples++;
    }

    private void writeTime(long millis) {
      if (samples == 0) {
        VarBits.writeSigned(out, millis);
      } else {
        VarBits.writeSigned(out, millis - lastMillis - delta);
        delta = millis - lastMillis;
      }
      lastMillis = millis;
    }
  }

  /// @param sink takes the chunks, in order of time
  public ChunkWriter(ChunkSink sink) {
    this.sink = sink;
  }

  /// Adds a float or a staleness marker, later than all before.
  public void append(long millis, double value) {
    check(millis);
    OpenHistograms open = histograms;
    if (open != null && !open.stale && StalenessMarker.is(value)) {
      open.appendStale(millis);
    } else {
      cutHistograms();
      if (floats.samples() == XorChunk.MAX_SAMPLES) {
        cutFloats();
      }
      if (floats.samples() == 0) {
        startMillis = millis;
      }
      floats.append(millis, value);
    }
    previous = null;
    endMillis = millis;
  }

  /// Adds a histogram, later than all before.
  public void append(long millis, NativeHistogram histogram) {
    if (histogram.isStale()) {
      append(millis, StalenessMarker.VALUE);
      return;
    }
    check(millis);
    cutFloats();
    OpenHistograms open = histograms;
    ResetHeader resets = resets(histogram);
    if (open == null
        || open.isFull()
        || resets == ResetHeader.RESET
        || resets == ResetHeader.UNKNOWN
        || !open.canHold(histogram)) {
      cutHistograms();
      open =
          new OpenHistograms(
              HistogramLayout.of(histogram), IntegerCounts.canHold(histogram), resets);
      histograms = open;
      startMillis = millis;
    }
    open.append(millis, histogram);
    previous = histogram;
    endMillis = millis;
  }

  private ResetHeader resets(NativeHistogram histogram) {
    NativeHistogram before = previous;
    if (before == null || before.resetHint() == ResetHint.GAUGE) {
      return ResetHeader.of(histogram.resetHint());
    }
    return ResetHeader.of(CounterReset.hint(before, histogram));
  }

  private void check(long millis) {
    if (isOpen() && millis <= endMillis) {
      throw new IllegalArgumentException(
          "a sample at %d ms is added after one at %d ms".formatted(millis, endMillis));
    }
  }

  private boolean isOpen() {
    return floats.samples() > 0 || histograms != null;
  }

  private void cutFloats() {
    int samples = floats.samples();
    if (samples > 0) {
      BitWriter out = floats.finish();
      sink.chunk(ChunkEncoding.XOR, startMillis, endMillis, samples, out.array(), out.length());
    }
  }

  private void cutHistograms() {
    OpenHistograms open = histograms;
    if (open != null) {
      open.out.setByte(0, open.samples >>> 8);
      open.out.setByte(1, open.samples);
      sink.chunk(
          open.integers ? ChunkEncoding.HISTOGRAM : ChunkEncoding.FLOAT_HISTOGRAM,
          startMillis,
          endMillis,
          open.samples,
          open.out.array(),
          open.out.length());
      histograms = null;
    }
  }

  /// Ends the series: what is begun becomes a chunk.
  public void finish() {
    cutFloats();
    cutHistograms();
    previous = null;
  }
}
