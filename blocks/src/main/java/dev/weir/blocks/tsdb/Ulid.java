package dev.weir.blocks.tsdb;

import dev.weir.model.WeirException;
import java.util.random.RandomGenerator;

/// The name of a Prometheus block: 26 characters, a time in milliseconds and 80 random bits, so
/// that names sort by when they were given.
///
/// Source: the ULID specification, Crockford's base 32.
public record Ulid(String text) implements Comparable<Ulid> {
  private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int LENGTH = 26;
  private static final int TIME_DIGITS = 10;

  public Ulid {
    if (!isUlid(text)) {
      throw new WeirException.BadData(
          "\"%s\" is no ULID; expected 26 digits and capital letters without I, L, O and U, not above 7ZZZ…"
              .formatted(text));
    }
  }

  /// Whether a directory of this name may be a block.
  public static boolean isUlid(String text) {
    if (text.length() != LENGTH || text.charAt(0) > '7') {
      return false;
    }
    return text.chars().allMatch(digit -> DIGITS.indexOf(digit) >= 0);
  }

  public static Ulid of(long millis, RandomGenerator random) {
    StringBuilder text = new StringBuilder(LENGTH);
    for (int shift = 5 * (TIME_DIGITS - 1); shift >= 0; shift -= 5) {
      text.append(DIGITS.charAt((int) ((millis >>> shift) & 31)));
    }
    while (text.length() < LENGTH) {
      text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return new Ulid(text.toString());
  }

  @Override
  public int compareTo(Ulid other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
