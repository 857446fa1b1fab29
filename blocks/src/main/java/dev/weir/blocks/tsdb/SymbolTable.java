package dev.weir.blocks.tsdb;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.WeirException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names and values of labels in a block, by number: as bytes, which take a third of what
/// strings take, with the strings that were wanted last beside them. Not for sharing between
/// threads.
///
/// ```
/// Symbols => Length:u32 Count:u32 (Length:uvarint Text)* Checksum:u32
/// ```
final class SymbolTable {
  private static final int STEP = 16;
  private static final int CACHED = 1 << 16;

  private final byte[] bytes;
  private final String place;
  private final int count;

  /// Where every 16th symbol begins.
  private final int[] offsets;

  private final @Nullable String[] cache = new @Nullable String[CACHED];
  private final int[] cached = new int[CACHED];

  /// Texts that are not what the block has: their symbols are not UTF-8.
  private final Set<String> foreign = new HashSet<>();

  private int position;

  /// @param bytes from the count to the last symbol
  SymbolTable(byte[] bytes, String place) {
    this.bytes = bytes;
    this.place = place;
    if (bytes.length < Integer.BYTES) {
      throw corrupt("the table has no count");
    }
    this.count = BigEndian.u32(bytes, 0);
    if (count < 0 || count > bytes.length) {
      throw corrupt("%d symbols do not fit into %d bytes".formatted(count, bytes.length));
    }
    this.offsets = new int[(count + STEP - 1) / STEP];
    position = Integer.BYTES;
    for (int i = 0; i < count; i++) {
      if (i % STEP == 0) {
        offsets[i / STEP] = position;
      }
      skip();
    }
    Arrays.fill(cached, -1);
  }

  int count() {
    return count;
  }

  private int readLength() {
    long length = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      if (position >= bytes.length) {
        break;
      }
      int next = bytes[position++];
      length |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        if (length > bytes.length - position) {
          break;
        }
        return (int) length;
      }
    }
    throw corrupt("a symbol ends behind the table");
  }

  private void skip() {
    int length = readLength();
    position += length;
  }

  /// The symbol of a number.
  String get(long number) {
    if (number < 0 || number >= count) {
      throw corrupt("symbol %d is not one of %d".formatted(number, count));
    }
    int index = (int) number;
    int slot = index & (CACHED - 1);
    String known = cache[slot];
    if (known != null && cached[slot] == index) {
      return known;
    }
    position = offsets[index / STEP];
    for (int i = index % STEP; i > 0; i--) {
      skip();
    }
    int length = readLength();
    String text = decode(position, length);
    cache[slot] = text;
    cached[slot] = index;
    return text;
  }

  private String decode(int from, int length) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
    } catch (CharacterCodingException e) {
      String text = new String(bytes, from, length, UTF_8);
      foreign.add(text);
      return text;
    }
  }

  /// Whether a text that [#get] gave is all that the block has; else it is not UTF-8, and a sign
  /// stands for what is not.
  boolean isWhole(String text) {
    // A text may come out of two symbols, one of which is UTF-8; then it is not told apart either.
    return foreign.isEmpty() || !foreign.contains(text);
  }

  private WeirException.Corrupt corrupt(String problem) {
    return new WeirException.Corrupt("%s: symbol table: %s".formatted(place, problem));
  }
}
