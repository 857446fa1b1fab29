package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.model.AbsentValue;
import java.util.Arrays;

/// Reads columns of values ([ValueChunk]), one after another, with memory of its own that they
/// share. Not for sharing between threads.
public final class ValueDecoder {
  private long[] integers = {};

  /// Reads a column of `samples` values into `out[from]` and after.
  public void read(ByteReader in, int samples, double[] out, int from) {
    int kind = in.readByte();
    int encoding = kind & 0xf;
    if (kind >>> 4 == Presence.ALL && samples > 0) {
      readPresent(in, encoding, samples, out, from);
      return;
    }
    Presence presence = Presence.read(in, kind >>> 4, samples);
    int present = presence.present();
    if ((encoding == ValueChunk.EMPTY) != (present == 0)) {
      throw in.corrupt(
          "encoding %d holds %d of %d samples; only encoding 0 holds none, and no other"
              .formatted(encoding, present, samples));
    }
    readPresent(in, encoding, present, out, from);
    if (present < samples) {
      presence.spread(out, from, AbsentValue.VALUE);
    }
  }

  private void readPresent(ByteReader in, int encoding, int present, double[] out, int from) {
    switch (encoding) {
      case ValueChunk.EMPTY -> {
        if (present > 0) {
          throw in.corrupt("encoding 0 holds no samples, %d are there".formatted(present));
        }
      }
      case ValueChunk.CONSTANT ->
          Arrays.fill(out, from, from + present, Double.longBitsToDouble(in.readU64()));
      case ValueChunk.DECIMAL -> DecimalEncoding.read(in, present, integersFor(present), out, from);
      case ValueChunk.XOR -> XorEncoding.read(in, present, integersFor(present), out, from);
      case ValueChunk.NEAR_DECIMAL ->
          DecimalEncoding.readNear(in, present, integersFor(present), out, from);
      default ->
          throw in.corrupt(
              "value encoding %d is not known; encodings are 0 to 4".formatted(encoding));
    }
  }

  private long[] integersFor(int count) {
    if (integers.length < count) {
      integers = new long[count];
    }
    return integers;
  }
}
