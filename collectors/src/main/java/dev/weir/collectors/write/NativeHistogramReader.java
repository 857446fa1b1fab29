package dev.weir.collectors.write;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.Arrays;

/// Reads a native histogram of remote write: integer histograms (counts as differences) and float
/// ones alike become absolute counts. Used for one histogram after another by one thread.
final class NativeHistogramReader {
  private final ProtobufCursor message;
  private final ProtobufCursor inside;
  private long timestampMillis;

  NativeHistogramReader(ProtobufCursor bytes) {
    this.message = bytes.sibling();
    this.inside = bytes.sibling();
  }

  /// When the histogram that was read last was.
  long timestampMillis() {
    return timestampMillis;
  }

  /// Reads the histogram that is the value of a field.
  ///
  /// @throws dev.weir.model.WeirException.BadData if it makes no sense
  NativeHistogram read(ProtobufCursor field) {
    message.enter(field);
    timestampMillis = 0;
    double count = 0;
    double sum = 0;
    int schema = 0;
    double zeroThreshold = 0;
    double zeroCount = 0;
    ResetHint hint = ResetHint.UNKNOWN;
    Side positive = new Side();
    Side negative = new Side();
    Numbers bounds = new Numbers();
    boolean isInteger = true;
    for (int number = message.next(); number != 0; number = message.next()) {
      switch (number) {
        case 1 -> count = unsigned(message.varintValue());
        case 2 -> {
          count = message.doubleValue();
          isInteger = false;
        }
        case 3 -> sum = message.doubleValue();
        case 4 -> schema = (int) ProtobufCursor.zigzag(message.varintValue());
        case 5 -> zeroThreshold = message.doubleValue();
        case 6 -> zeroCount = unsigned(message.varintValue());
        case 7 -> zeroCount = message.doubleValue();
        case 8 -> readSpan(negative);
        case 9 -> readDeltas(negative);
        case 10 -> readDoubles(negative.counts);
        case 11 -> readSpan(positive);
        case 12 -> readDeltas(positive);
        case 13 -> readDoubles(positive.counts);
        case 14 -> hint = hint(message.varintValue());
        case 15 -> timestampMillis = message.varintValue();
        case 16 -> readDoubles(bounds);
        default -> message.skip();
      }
    }
    NativeHistogram histogram =
        new NativeHistogram(
            hint,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            positive.buckets(),
            negative.buckets(),
            bounds.toArray());
    HistogramCounts.check(histogram, isInteger);
    return histogram;
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
  }

  /// What a sender says of counter resets is not taken over: as in Prometheus, queries find them.
  private static ResetHint hint(long code) {
    return code == ResetHint.GAUGE.code() ? ResetHint.GAUGE : ResetHint.UNKNOWN;
  }

  private void readSpan(Side side) {
    inside.enter(message);
    int offset = 0;
    int length = 0;
    for (int number = inside.next(); number != 0; number = inside.next()) {
      switch (number) {
        case 1 -> offset = (int) ProtobufCursor.zigzag(inside.varintValue());
        case 2 -> length = (int) inside.varintValue();
        default -> inside.skip();
      }
    }
    side.offsets.add(offset);
    side.lengths.add(length);
  }

  private void readDeltas(Side side) {
    if (!message.isBytes()) {
      side.addDelta(ProtobufCursor.zigzag(message.varintValue()));
      return;
    }
    inside.enter(message);
    while (!inside.atEnd()) {
      side.addDelta(ProtobufCursor.zigzag(inside.packedVarint()));
    }
  }

  private void readDoubles(Numbers numbers) {
    if (!message.isBytes()) {
      numbers.add(message.doubleValue());
      return;
    }
    inside.enter(message);
    while (!inside.atEnd()) {
      numbers.add(inside.packedDouble());
    }
  }

  /// The buckets of one sign.
  private static final class Side {
    private final Numbers offsets = new Numbers();
    private final Numbers lengths = new Numbers();
    private final Numbers counts = new Numbers();
    private long last;

    void addDelta(long delta) {
      last += delta;
      counts.add((double) last);
    }

    Buckets buckets() {
      return new Buckets(offsets.toInts(), lengths.toInts(), counts.toArray());
    }
  }

  /// A growing array of doubles, which hold integers of 32 bits exactly.
  private static final class Numbers {
    private double[] numbers = new double[8];
    private int size;

    void add(double number) {
      if (size == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * size);
      }
      numbers[size++] = number;
    }

    double[] toArray() {
      return Arrays.copyOf(numbers, size);
    }

    int[] toInts() {
      return Arrays.stream(numbers, 0, size).mapToInt(number -> (int) number).toArray();
    }
  }
}
