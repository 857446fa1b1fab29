package dev.weir.promql.ast;

/// A place in a query, as error messages and annotations name it: `3:14`. Both numbers start at 1;
/// a column counts bytes of UTF-8, as Prometheus does.
public record SourcePosition(int line, int column) {
  public static SourcePosition of(String query, int offset) {
    int end = Math.min(offset, query.length());
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < end; i++) {
      if (query.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    int column = 1;
    for (int i = lineStart; i < end; i++) {
      column += utf8Length(query.charAt(i));
    }
    return new SourcePosition(line, column);
  }

  private static int utf8Length(char c) {
    if (c < 0x80) {
      return 1;
    }
    // Each half of a surrogate pair stands for two of its four bytes.
    return c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
  }

  @Override
  public String toString() {
    return line + ":" + column;
  }
}
