package dev.weir.schemas.avro;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Gives equal strings as the same object. Label names and values come again and again; a string
/// per occurrence would make the labels of a million series several times larger. The object is the
/// one that the JVM has for the text, so labels from topics and those from blocks share it, too,
/// and are compared without a look at their characters.
///
/// Direct-mapped: each string has one place, by its hash, and the last to come there stays. So it
/// is bounded without bookkeeping, and the worst case is that the JVM is asked again. Longer
/// strings are objects of their own. For one thread.
public final class TextCache {
  /// Longer strings are not worth comparing.
  private static final int MAX_LENGTH = 256;

  private final byte[] @Nullable [] bytes;
  private final @Nullable String[] texts;
  private final int mask;

  /// @param places how many strings to keep; a power of two
  public TextCache(int places) {
    if (Integer.bitCount(places) != 1) {
      throw new IllegalArgumentException("places is a power of two, not " + places);
    }
    this.bytes = new byte[places][];
    this.texts = new String[places];
    this.mask = places - 1;
  }

  String get(byte[] source, int offset, int length) {
    if (length > MAX_LENGTH) {
      return new String(source, offset, length, StandardCharsets.UTF_8);
    }
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + source[i];
    }
    int place = (hash ^ (hash >>> 15)) & mask;
    byte[] kept = bytes[place];
    String text = texts[place];
    if (kept != null
        && text != null
        && Arrays.equals(kept, 0, kept.length, source, offset, offset + length)) {
      return text;
    }
    String fresh = new String(source, offset, length, StandardCharsets.UTF_8).intern();
    bytes[place] = Arrays.copyOfRange(source, offset, offset + length);
    texts[place] = fresh;
    return fresh;
  }
}
