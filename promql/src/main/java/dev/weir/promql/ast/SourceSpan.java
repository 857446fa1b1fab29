package dev.weir.promql.ast;

/// The part of a query's text that a node was read from.
///
/// @param start offset of the first character (UTF-16 unit)
/// @param end offset behind the last one
public record SourceSpan(int start, int end) {
  /// For nodes that no text was read for, and for comparing trees without their places.
  public static final SourceSpan NONE = new SourceSpan(0, 0);

  public SourceSpan {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("span from " + start + " to " + end);
    }
  }

  /// From the start of one span to the end of another.
  public static SourceSpan between(SourceSpan first, SourceSpan last) {
    return new SourceSpan(first.start, last.end);
  }
}
