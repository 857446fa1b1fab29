package dev.weir.blocks.chunk;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.AbsentValue;
import org.jspecify.annotations.Nullable;

/// The values of one series, one for each timestamp of its group, [AbsentValue] where the series
/// has no sample. Every other pattern of 64 bits is a value and comes back as it was: negative
/// zero, infinities, denormals, each NaN.
///
/// ```
/// Chunk    => Kind:u8 Presence Body
/// Body     => Empty | Constant | Decimal | Xor | NearDecimal
/// Empty    => (nothing)                           0  no sample is there
/// Constant => Bits:u64                            1  all are this one
/// Decimal  => see DecimalEncoding                 2  integers over a power of ten
/// Xor      => see XorEncoding                     3  anything
/// NearDecimal => see DecimalEncoding              4  decimals and a few ulps
/// ```
///
/// *Kind* holds the encoding of the body in its low four bits and the form of [Presence] in its
/// high four. The body holds only the samples that are there. The writer takes the encoding that
/// comes out smallest.
///
/// Example: 1.5, absent, 1.5 is `21 05 00 00 00 00 00 00 f8 3f`: a constant, presence as a bitmap,
/// the first and third are there (`05`), and they are 1.5.
///
/// Version 1 of the block format is the first version; near decimals came with version 2.
public final class ValueChunk {
  static final int EMPTY = 0;
  static final int CONSTANT = 1;
  static final int DECIMAL = 2;
  static final int XOR = 3;
  static final int NEAR_DECIMAL = 4;

  /// Integers this small are not worth comparing with anything.
  private static final int GOOD_BYTES_A_VALUE = 2;

  /// Decimals with no more places than this are read, not computed.
  private static final int PLACES_AS_READ = 3;

  /// Decimals that take no more than this are not likely to be computed.
  private static final double BYTES_AS_READ = 1.5;

  private ValueChunk() {}

  /// Writes a column; any number of values.
  public static void write(double[] values, ByteWriter out) {
    Presence presence = Presence.of(values.length, i -> !AbsentValue.is(values[i]));
    double[] present = presentOnly(values, presence);
    int form = presence.form() << 4;
    if (present.length == 0) {
      out.writeByte(EMPTY | form);
      presence.write(out);
      return;
    }
    if (allEqual(present)) {
      out.writeByte(CONSTANT | form);
      presence.write(out);
      out.writeU64(Double.doubleToRawLongBits(present[0]));
      return;
    }
    DecimalEncoding decimal = DecimalEncoding.of(present);
    DecimalEncoding near = isAsRead(decimal, present.length) ? null : DecimalEncoding.near(present);
    if (decimal == null || (near != null && near.cost() < decimal.cost())) {
      writeCheapest(near, NEAR_DECIMAL, present, form, presence, out);
    } else {
      writeCheapest(decimal, DECIMAL, present, form, presence, out);
    }
  }

  private static boolean isAsRead(@Nullable DecimalEncoding decimal, int count) {
    return decimal != null
        && (decimal.exponent() <= PLACES_AS_READ || decimal.cost() <= BYTES_AS_READ * count);
  }

  /// Writes decimals of a kind, or exclusive ors if those are smaller.
  private static void writeCheapest(
      @Nullable DecimalEncoding decimal,
      int kind,
      double[] present,
      int form,
      Presence presence,
      ByteWriter out) {
    XorEncoding xor = null;
    if (decimal == null || decimal.cost() > GOOD_BYTES_A_VALUE * present.length) {
      xor = XorEncoding.of(present);
    }
    if (decimal != null && (xor == null || decimal.cost() < xor.cost())) {
      out.writeByte(kind | form);
      presence.write(out);
      decimal.write(out);
    } else {
      out.writeByte(XOR | form);
      presence.write(out);
      requireNonNull(xor, "one of both").write(out);
    }
  }

  private static double[] presentOnly(double[] values, Presence presence) {
    if (presence.present() == values.length) {
      return values;
    }
    double[] present = new double[presence.present()];
    presence.forEachPresentRun(
        (from, length, rank) -> System.arraycopy(values, from, present, rank, length));
    return present;
  }

  private static boolean allEqual(double[] values) {
    long first = Double.doubleToRawLongBits(values[0]);
    for (double value : values) {
      if (Double.doubleToRawLongBits(value) != first) {
        return false;
      }
    }
    return true;
  }

  /// Reads a column of `samples` values.
  public static double[] read(ByteReader in, int samples) {
    double[] values = new double[samples];
    new ValueDecoder().read(in, samples, values, 0);
    return values;
  }
}
