package dev.weir.model;

import java.nio.charset.StandardCharsets;

/// What Alertmanager and its clients name an alert by: the 64-bit FNV-1a hash of its labels, as
/// Prometheus's `LabelSet.Fingerprint` computes it. Over each label, in order of names: name, 0xFF,
/// value, 0xFF, in UTF-8. Written as 16 hexadecimal digits.
///
/// Weir's own structures use [Labels#hash128], which is faster and does not collide.
public record Fingerprint(long bits) implements Comparable<Fingerprint> {
  private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;
  private static final int SEPARATOR = 0xff;
  private static final int DIGITS = 16;

  public static Fingerprint of(Labels labels) {
    long hash = OFFSET_BASIS;
    for (int i = 0; i < labels.size(); i++) {
      hash = add(hash, labels.name(i));
      hash = add(hash, labels.value(i));
    }
    return new Fingerprint(hash);
  }

  private static long add(long start, String text) {
    long hash = start;
    for (byte next : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (next & 0xff)) * PRIME;
    }
    return (hash ^ SEPARATOR) * PRIME;
  }

  /// Reads what [#toString] writes.
  ///
  /// @throws WeirException.BadData if the text is no fingerprint
  public static Fingerprint parse(String text) {
    boolean digits =
        text.length() == DIGITS && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    if (!digits) {
      throw new WeirException.BadData(
          "\"%s\" is no fingerprint; it has %d hexadecimal digits".formatted(text, DIGITS));
    }
    return new Fingerprint(Long.parseUnsignedLong(text, 16));
  }

  /// Orders as the text does.
  @Override
  public int compareTo(Fingerprint other) {
    return Long.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return "%016x".formatted(bits);
  }
}
