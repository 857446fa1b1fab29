package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BodyMemory;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// A body that is read up to a bound, and while there is memory. Used once, by one thread.
final class BoundedBody {
  /// What an array holds, and one byte less.
  private static final long LONGEST = Integer.MAX_VALUE - 17;

  private static final int FIRST_BYTES = 16 << 10;

  private final long maxBytes;
  private final String maxSetting;
  private final BodyMemory memory;
  private final BodyMemory.Share share;
  private byte[] bytes = {};
  private int length;

  /// @param maxSetting the setting that says `maxBytes`
  /// @param memory of all bodies that are in work
  /// @param share of it, which the body takes
  BoundedBody(long maxBytes, String maxSetting, BodyMemory memory, BodyMemory.Share share) {
    this.maxBytes = Math.min(maxBytes, LONGEST);
    this.maxSetting = maxSetting;
    this.memory = memory;
    this.share = share;
  }

  /// Reads to the end.
  ///
  /// @param expectedBytes how long it may well be
  /// @throws ScrapeException if it is too long, or there is no memory for it
  void readAll(InputStream in, int expectedBytes) throws IOException, ScrapeException {
    grow(Math.max(FIRST_BYTES, expectedBytes + 1L));
    while (true) {
      int read = in.read(bytes, length, bytes.length - length);
      if (read < 0) {
        return;
      }
      length += read;
      if (length > maxBytes) {
        throw ScrapeException.bodyTooLarge(maxBytes, maxSetting);
      }
      if (length == bytes.length) {
        grow(2L * length);
      }
    }
  }

  private void grow(long wanted) throws ScrapeException {
    // One byte more than it may have, to see that it has too many.
    int longer = (int) Math.min(maxBytes + 1, wanted);
    if (!share.take(longer - bytes.length)) {
      throw ScrapeException.noMemory(memory.maxBytes());
    }
    bytes = Arrays.copyOf(bytes, longer);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}
