package dev.weir.standalone.blocks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/// A file of OpenMetrics text, some whole lines at a time, each time with an end as a reader of the
/// format wants it. Not for sharing between threads.
final class OpenMetricsLines {
  private static final byte[] END = "# EOF\n".getBytes(US_ASCII);
  private static final int PIECE_BYTES = 1 << 18;
  private static final int SHOWN_LINE = 160;

  private static final int GZIP_FIRST = 0x1f;
  private static final int GZIP_SECOND = 0x8b;

  /// A line that is longer is none.
  private static final int MAX_LINE_BYTES = 1 << 20;

  private final Path file;
  private final InputStream in;
  private final byte[] input = new byte[1 << 16];
  private int inputFrom;
  private int inputTo;
  private byte[] piece = new byte[PIECE_BYTES];
  private int length;
  private int lines;
  private long linesBefore;
  private long bytesRead;
  private boolean ended;

  OpenMetricsLines(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /// The lines, and an end; [#length] bytes of it.
  byte[] bytes() {
    return piece;
  }

  int length() {
    return length;
  }

  /// Of the file, so far.
  long bytesRead() {
    return bytesRead;
  }

  /// Moves on. False after the last line.
  ///
  /// @throws WeirException.BadData if the file does not end as such text does
  boolean next() throws IOException {
    linesBefore += lines;
    lines = 0;
    length = 0;
    while (!ended && length < PIECE_BYTES) {
      int start = length;
      readLine();
      if (isEnd(start)) {
        ended = true;
        length = start;
        if (inputFrom < inputTo || fill()) {
          throw problem(lines + 1L, "something follows \"# EOF\"");
        }
      } else {
        lines++;
      }
    }
    append(END, 0, END.length);
    return lines > 0;
  }

  private boolean fill() throws IOException {
    inputFrom = 0;
    inputTo = Math.max(0, in.read(input));
    if (bytesRead == 0
        && inputTo > 1
        && (input[0] & 0xff) == GZIP_FIRST
        && (input[1] & 0xff) == GZIP_SECOND) {
      throw new WeirException.BadData(
          "%s is compressed with gzip; unpack it first, such as with gunzip".formatted(file));
    }
    bytesRead += inputTo;
    return inputTo > 0;
  }

  private void readLine() throws IOException {
    int start = length;
    boolean whole = false;
    while (!whole) {
      if (inputFrom == inputTo && !fill()) {
        if (length > start) {
          return;
        }
        throw problem(lines, "the text ends without \"# EOF\"; it may have been cut short");
      }
      int to = inputFrom;
      while (to < inputTo && !whole) {
        whole = input[to++] == '\n';
      }
      append(input, inputFrom, to - inputFrom);
      inputFrom = to;
      if (length - start > MAX_LINE_BYTES) {
        throw problem(lines, "the line is longer than %d bytes".formatted(MAX_LINE_BYTES));
      }
    }
  }

  private void append(byte[] source, int from, int count) {
    if (length + count > piece.length) {
      piece = Arrays.copyOf(piece, Math.max(piece.length * 2, length + count));
    }
    System.arraycopy(source, from, piece, length, count);
    length += count;
  }

  private boolean isEnd(int start) {
    int end = length > start && piece[length - 1] == '\n' ? length - 1 : length;
    if (end > start && piece[end - 1] == '\r' && isEnd(start, end - 1)) {
      throw problem(lines, "lines end with \\r\\n; those of OpenMetrics text end with \\n alone");
    }
    return isEnd(start, end);
  }

  private boolean isEnd(int start, int end) {
    return Arrays.equals(piece, start, end, END, 0, END.length - 1);
  }

  /// What is wrong with a line.
  ///
  /// @param before lines of these that stand before it
  WeirException.BadData problem(long before, String message) {
    return new WeirException.BadData(
        "%s:%d: %s".formatted(file, linesBefore + before + 1, message));
  }

  /// What is wrong with a line, and the line itself.
  WeirException.BadData problem(long before, String message, Throwable cause) {
    return new WeirException.BadData(
        "%s:%d: %s, in \"%s\"".formatted(file, linesBefore + before + 1, message, line(before)),
        cause);
  }

  /// One of the lines, cut where it is long.
  private String line(long number) {
    int start = 0;
    for (long i = 0; i < number; i++) {
      start = lineEnd(start) + 1;
    }
    int end = Math.min(lineEnd(start), start + SHOWN_LINE);
    return new String(piece, start, end - start, UTF_8);
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < length && piece[end] != '\n') {
      end++;
    }
    return end;
  }

  /// One of the lines with an end, to be read by itself.
  byte[] alone(long number) {
    int start = 0;
    for (long i = 0; i < number; i++) {
      start = lineEnd(start) + 1;
    }
    int end = Math.min(length, lineEnd(start) + 1);
    byte[] alone = Arrays.copyOf(Arrays.copyOfRange(piece, start, end), end - start + END.length);
    System.arraycopy(END, 0, alone, end - start, END.length);
    return alone;
  }
}
