package dev.weir.blocks.chunk;

import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;
import java.util.Random;

/// Columns of values as metrics have them, and as they should not be.
final class OddValues {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8000000000001L),
    Double.longBitsToDouble(0xfff8000000000000L),
    Double.longBitsToDouble(0x7ff0000000000001L),
    Double.longBitsToDouble(0xffffffffffffffffL),
    StalenessMarker.VALUE,
    AbsentValue.VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Math.nextDown(Double.MIN_NORMAL),
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    1e-20,
    1e20,
    1e22,
    1e23,
    0x1p53,
    0x1p53 + 2,
    -0x1p53,
    0x1p62,
    0x1p63,
    -0x1p63,
    Math.nextDown(0x1p63),
    9007199254740991.0,
    0.1,
    0.3,
    0.1 + 0.2,
    1.0 / 3
  };

  private OddValues() {}

  static double[] column(int samples, Random random) {
    double[] values = new double[samples];
    int kind = random.nextInt(19);
    double level = random.nextInt(1000);
    long pattern = random.nextLong();
    for (int i = 0; i < samples; i++) {
      values[i] =
          switch (kind) {
            case 0 -> level;
            case 1 -> level += random.nextInt(100);
            case 2 -> level += 15;
            case 3 -> (level += random.nextInt(100)) / 100;
            case 4 -> Double.parseDouble("%.9f".formatted(random.nextDouble()));
            case 5 -> random.nextGaussian();
            case 6 -> Double.longBitsToDouble(random.nextLong());
            case 7 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 8 -> random.nextInt(10) == 0 ? AbsentValue.VALUE : random.nextInt(5);
            case 9 -> (double) random.nextLong();
            case 10 -> i < samples / 2 ? AbsentValue.VALUE : level++;
            case 11 -> level += random.nextInt(10_000_000) * 1e-9;
            case 12 -> (level += random.nextInt(50)) * 0.001;
            case 13 -> 4096 * (1_000_000 + level + random.nextInt(300));
            case 14 -> Double.longBitsToDouble(random.nextLong() & 0xfffff);
            case 15 -> i % 2 == 0 ? Double.MAX_VALUE : -Double.MIN_VALUE;
            // Neighbours whose bits differ by one, and by every power of two.
            case 16 -> Double.longBitsToDouble(pattern + i);
            case 17 -> Double.longBitsToDouble(1L << (i % 64));
            default -> random.nextInt(4) / 4.0;
          };
    }
    // A few values that do not fit the rest.
    for (int odd = random.nextInt(4); odd > 0 && samples > 0 && random.nextBoolean(); odd--) {
      values[random.nextInt(samples)] = SPECIAL[random.nextInt(SPECIAL.length)];
    }
    if (samples > 0 && random.nextInt(3) == 0) {
      values[samples - 1] = StalenessMarker.VALUE;
    }
    return values;
  }

  static String bits(double[] values) {
    StringBuilder text = new StringBuilder();
    for (double value : values) {
      text.append(Long.toHexString(Double.doubleToRawLongBits(value))).append(' ');
    }
    return text.toString();
  }
}
