package dev.weir.blocks.tsdb.chunk;

import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;

/// Floats with start timestamps, as Prometheus 3 writes them when told to.
///
/// ```
/// Chunk  => Samples:u16 StartKnown:1 StartChanges:7 First? Second? Later*
/// First  => Timestamp:varint Value:64 StartDistance:varint?
/// Second => Delta:uvarint Value Start?
/// Later  => Joint Start?
/// Joint  => 0                                 as far from the one before as that, same value
///         | 10 (0 InBounds | 1 Bounded)       as far, another value
///         | 110 :13 Value | 1110 :20 Value | 11110 :64 Value     another distance
///         | 11111                             as far, a staleness marker
/// Value  => 0 | 10 InBounds | 110 Bounded | 111                  111 is a staleness marker
/// ```
///
/// *InBounds* and *Bounded* are those of [XorValue], against the last value that is no marker.
/// Sizes of distances are plain two's complement. *StartDistance* is how far before the sample it
/// starts, and there if *StartKnown*; *Start*, a signed [VarBits], is how far before the sample
/// *before*, and in each sample from number *StartChanges* on (the second is number 1; 0 means in
/// none): the first time whole, then as the difference from the one before.
///
/// Source: `tsdb/chunkenc/xor2.go` of Prometheus.
final class Xor2Chunk {
  private static final int[] DOD_SIZES = {13, 20, 64};

  private final BitReader in;
  private final XorValue value = new XorValue();
  private long millis;
  private long delta;
  private long startMillis;

  private Xor2Chunk(BitReader in) {
    this.in = in;
  }

  static void read(BitReader in, SampleSink sink) {
    new Xor2Chunk(in).read(sink);
  }

  private void read(SampleSink sink) {
    int samples = (int) in.readBits(16);
    boolean startKnown = in.readBit();
    int startChanges = (int) in.readBits(7);
    long startDistance = 0;
    for (int i = 0; i < samples; i++) {
      long before = millis;
      boolean stale = i == 0 ? readFirst() : i == 1 ? readSecond() : readJoint();
      if (i == 0) {
        startMillis = startKnown ? millis - in.readVarint() : 0;
      } else if (startChanges > 0 && i >= startChanges) {
        long read = VarBits.readSigned(in);
        startDistance = i == startChanges ? read : startDistance + read;
        startMillis = before - startDistance;
      }
      sink.value(
          millis,
          startMillis,
          stale ? StalenessMarker.VALUE : AbsentValue.replaceIn(value.value()));
    }
  }

  private boolean readFirst() {
    millis = in.readVarint();
    value.readWhole(in);
    if (value.bits() == StalenessMarker.BITS) {
      value.set(0);
      return true;
    }
    return false;
  }

  private boolean readSecond() {
    delta = in.readUvarint();
    millis += delta;
    return readValue();
  }

  /// @return whether the sample is a staleness marker
  private boolean readJoint() {
    int ones = 0;
    while (ones < 5 && in.readBit()) {
      ones++;
    }
    if (ones >= 2 && ones <= 4) {
      int size = DOD_SIZES[ones - 2];
      delta += (in.readBits(size) << (64 - size)) >> (64 - size);
    }
    millis += delta;
    return switch (ones) {
      case 0 -> false;
      case 1 -> {
        readDifference();
        yield false;
      }
      case 5 -> true;
      default -> readValue();
    };
  }

  private void readDifference() {
    if (in.readBit()) {
      value.readBounded(in);
    } else {
      value.readInBounds(in);
    }
  }

  /// @return whether it is a staleness marker
  private boolean readValue() {
    if (!in.readBit()) {
      return false;
    }
    if (!in.readBit()) {
      value.readInBounds(in);
      return false;
    }
    if (!in.readBit()) {
      value.readBounded(in);
      return false;
    }
    return true;
  }
}
