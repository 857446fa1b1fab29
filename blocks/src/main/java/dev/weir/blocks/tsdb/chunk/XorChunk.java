package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.AbsentValue;

/// Floats.
///
/// ```
/// Chunk  => Samples:u16 First? Second? Later*
/// First  => Timestamp:varint Value:64
/// Second => Delta:uvarint Difference
/// Later  => DeltaOfDelta Difference
/// DeltaOfDelta => 0 | 10 :14 | 110 :17 | 1110 :20 | 1111 :64
/// ```
///
/// Numbers are big-endian, varints whole bytes that need not be aligned. *Delta* is the distance in
/// time from the sample before, *DeltaOfDelta* how much longer it is than the distance before, in
/// sizes that reach one further up than down. *Difference* is that of [XorValue].
///
/// Example: two samples of 1.0 at 1000 ms and 16000 ms are `00 02 d0 0f 3f f0 00 00 00 00 00 00 98
/// 75 00`: two, 1000 as a varint, 1.0, 15000 as a uvarint, the bit 0.
///
/// Source: `tsdb/docs/format/chunks.md` of Prometheus.
final class XorChunk {
  /// As many as Prometheus puts into one.
  static final int MAX_SAMPLES = 120;

  private static final int[] DOD_SIZES = {0, 14, 17, 20, 64};

  private final BitWriter out = new BitWriter();
  private XorValue value = new XorValue();
  private int samples;
  private long lastMillis;
  private long delta;

  static void read(BitReader in, SampleSink sink) {
    int samples = (int) in.readBits(16);
    if (samples == 0) {
      return;
    }
    XorValue value = new XorValue();
    long millis = in.readVarint();
    value.readWhole(in);
    sink.value(millis, 0, AbsentValue.replaceIn(value.value()));
    long delta = 0;
    for (int i = 1; i < samples; i++) {
      delta = i == 1 ? in.readUvarint() : delta + readDeltaOfDelta(in);
      millis += delta;
      value.read(in);
      sink.value(millis, 0, AbsentValue.replaceIn(value.value()));
    }
  }

  private static long readDeltaOfDelta(BitReader in) {
    int ones = 0;
    while (ones < 4 && in.readBit()) {
      ones++;
    }
    return VarBits.readSigned(in, DOD_SIZES[ones]);
  }

  int samples() {
    return samples;
  }

  void append(long millis, double newValue) {
    if (samples == 0) {
      out.clear();
      value = new XorValue();
      out.writeBits(0, 16);
      out.writeVarint(millis);
      value.writeWhole(out, newValue);
    } else {
      long newDelta = millis - lastMillis;
      if (samples == 1) {
        out.writeUvarint(newDelta);
      } else {
        writeDeltaOfDelta(newDelta - delta);
      }
      delta = newDelta;
      value.write(out, newValue);
    }
    lastMillis = millis;
    samples++;
  }

  private void writeDeltaOfDelta(long dod) {
    if (dod == 0) {
      out.writeBit(false);
    } else if (VarBits.fits(dod, 14)) {
      out.writeBits(0b10, 2);
      out.writeBits(dod, 14);
    } else if (VarBits.fits(dod, 17)) {
      out.writeBits(0b110, 3);
      out.writeBits(dod, 17);
    } else if (VarBits.fits(dod, 20)) {
      out.writeBits(0b1110, 4);
      out.writeBits(dod, 20);
    } else {
      out.writeBits(0b1111, 4);
      out.writeBits(dod, 64);
    }
  }

  /// The chunk so far; the next sample begins another.
  BitWriter finish() {
    out.setByte(0, samples >>> 8);
    out.setByte(1, samples);
    samples = 0;
    return out;
  }
}
