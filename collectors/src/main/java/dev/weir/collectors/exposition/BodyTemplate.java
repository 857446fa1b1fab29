package dev.weir.collectors.exposition;

import java.util.Arrays;

/// A body that was read, as a template for the next one: mostly the same target exposes the same
/// series in the same order, and only values differ.
///
/// ```
/// Body     => (Constant Suffix)* Constant
/// Constant => what stands between the suffixes: series, comments, line breaks
/// Suffix   => value, and perhaps a timestamp and an exemplar
/// ```
///
/// A body fits if its constants are the template's, byte by byte. Then its samples are of the same
/// series, number by number, and its types, help texts and units are the same, too; only the
/// suffixes are read. Where there is no memory to keep a body, none fits. For one thread.
final class BodyTemplate {
  private static final int[] NONE = {};

  private final BodyMemory.Share memory;
  private byte[] body = {};
  private int length = -1;
  private ExpositionFormat format = ExpositionFormat.PROMETHEUS_TEXT;
  private int[] constantStarts = NONE;
  private int[] constantEnds = NONE;
  private int count;

  /// @param memory for the body that is kept
  BodyTemplate(BodyMemory.Share memory) {
    this.memory = memory;
  }

  /// Forgets what was read.
  void clear() {
    length = -1;
    count = 0;
    body = new byte[0];
    constantStarts = NONE;
    constantEnds = NONE;
    memory.takeInstead(0);
  }

  /// Starts to remember a body that is about to be read.
  void startRecording(ExpositionFormat newFormat) {
    format = newFormat;
    length = -1;
    count = 0;
  }

  /// Remembers a sample.
  ///
  /// @param suffixStart where its value starts
  /// @param suffixEnd where its line ends
  void record(int suffixStart, int suffixEnd) {
    if (count + 1 >= constantStarts.length) {
      int capacity = Math.max(64, 2 * constantStarts.length);
      constantStarts = Arrays.copyOf(constantStarts, capacity);
      constantEnds = Arrays.copyOf(constantEnds, capacity);
    }
    constantEnds[count] = suffixStart;
    count++;
    constantStarts[count] = suffixEnd;
  }

  /// The body was read to its end. It is copied, if there is memory for it.
  void endRecording(byte[] bytes, int bytesLength) {
    boolean fits = body.length >= bytesLength && body.length <= 2 * bytesLength;
    int bodyBytes = fits ? body.length : bytesLength;
    if (!memory.takeInstead(bodyBytes + 2L * Integer.BYTES * constantStarts.length)) {
      clear();
      return;
    }
    if (!fits) {
      body = new byte[bytesLength];
    }
    System.arraycopy(bytes, 0, body, 0, bytesLength);
    length = bytesLength;
  }

  /// Reads the samples of a body, if it fits.
  ///
  /// @param reader of the body's format
  /// @return whether the body fits; if not, some samples may be filled in already
  boolean read(
      byte[] bytes,
      int bytesLength,
      ExpositionFormat bytesFormat,
      ExpositionReader reader,
      ScrapedValues values) {
    if (length < 0 || bytesFormat != format) {
      return false;
    }
    reader.start(bytes, bytesLength);
    values.start(count);
    int at = 0;
    for (int i = 0; i < count; i++) {
      int start = constantStarts[i];
      int end = constantEnds[i];
      int next = at + end - start;
      if (next > bytesLength || !Arrays.equals(body, start, end, bytes, at, next)) {
        return false;
      }
      try {
        at = reader.readSuffix(next);
      } catch (ExpositionException e) {
        // The reader of the whole body will say what is wrong, and where.
        return false;
      }
      values.add(reader.value(), reader.timestampMillis(), reader.exemplar());
    }
    return Arrays.equals(
        body, count == 0 ? 0 : constantStarts[count], length, bytes, at, bytesLength);
  }
}
