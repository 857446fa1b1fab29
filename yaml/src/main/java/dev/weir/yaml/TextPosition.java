package dev.weir.yaml;

/// A place in a file, as editors count: lines and columns from 1, a column a code point.
public record TextPosition(int line, int column) {
  public TextPosition {
    if (line < 1 || column < 1) {
      throw new IllegalArgumentException(
          "line %d, column %d: both count from 1".formatted(line, column));
    }
  }

  /// The place of a character of a text.
  ///
  /// @param offset in UTF-16 units, at most the text's length
  static TextPosition of(String text, int offset) {
    int line = 1;
    int start = 0;
    for (int at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', start)) {
      line++;
      start = at + 1;
    }
    return new TextPosition(line, text.codePointCount(start, offset) + 1);
  }
}
