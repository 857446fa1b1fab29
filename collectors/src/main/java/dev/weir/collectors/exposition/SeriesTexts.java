package dev.weir.collectors.exposition;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.weir.model.MetricType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The numbers of series by the bytes that name them in a body, so that labels are parsed and
/// relabelled once for each series and not for each sample. For one thread.
///
/// Design: open addressing with linear probing, at most half full.
final class SeriesTexts {
  private static final Hasher64 HASHER = Hashing.xxh3_64();

  /// One way in which a series is written.
  private static final class Text {
    private final long hash;
    private final byte[] bytes;
    private final MetricType type;
    private final int series;
    private long lastUse;

    private Text(long hash, byte[] bytes, MetricType type, int series, long lastUse) {
      this.hash = hash;
      this.bytes = bytes;
      this.type = type;
      this.series = series;
      this.lastUse = lastUse;
    }
  }

  /// What [#find] answers for a text that is not known.
  static final int UNKNOWN = Integer.MIN_VALUE;

  private @Nullable Text[] table = new Text[256];
  private int size;

  int size() {
    return size;
  }

  void clear() {
    table = new Text[256];
    size = 0;
  }

  /// The series of a text, or [#UNKNOWN].
  ///
  /// @param type what the series was declared as: another type is another text
  /// @param use the number of the body, for [#forgetUnused]
  int find(byte[] bytes, int start, int end, MetricType type, long use) {
    Text text = table[slot(hash(bytes, start, end), bytes, start, end, type)];
    if (text == null) {
      return UNKNOWN;
    }
    text.lastUse = use;
    return text.series;
  }

  /// Adds a text that is not known.
  void add(byte[] bytes, int start, int end, MetricType type, int series, long use) {
    if (2 * (size + 1) > table.length) {
      rebuild(2 * table.length, Long.MIN_VALUE);
    }
    long hash = hash(bytes, start, end);
    byte[] copy = Arrays.copyOfRange(bytes, start, end);
    table[slot(hash, bytes, start, end, type)] = new Text(hash, copy, type, series, use);
    size++;
  }

  /// Forgets the texts that were last used before a body.
  void forgetUnused(long oldestUse) {
    rebuild(table.length, oldestUse);
  }

  private void rebuild(int capacity, long oldestUse) {
    @Nullable Text[] before = table;
    table = new Text[capacity];
    size = 0;
    for (Text text : before) {
      if (text != null && text.lastUse >= oldestUse) {
        table[slot(text.hash, text.bytes, 0, text.bytes.length, text.type)] = text;
        size++;
      }
    }
  }

  private static long hash(byte[] bytes, int start, int end) {
    return HASHER.hashBytesToLong(bytes, start, end - start);
  }

  /// Where a text is, or where it would go.
  private int slot(long hash, byte[] bytes, int start, int end, MetricType type) {
    int mask = table.length - 1;
    int slot = (int) hash & mask;
    while (true) {
      Text text = table[slot];
      if (text == null
          || (text.hash == hash
              && text.type == type
              && Arrays.equals(text.bytes, 0, text.bytes.length, bytes, start, end))) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
  }
}
