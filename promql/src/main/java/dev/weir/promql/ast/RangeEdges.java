package dev.weir.promql.ast;

/// How a range treats its boundaries (`promql-extended-range-selectors`).
public enum RangeEdges {
  /// The samples inside the range, and nothing else.
  PLAIN(""),
  /// With the last sample at or before the start of the range as its first.
  ANCHORED("anchored"),
  /// With values interpolated at both boundaries.
  SMOOTHED("smoothed");

  private final String text;

  RangeEdges(String text) {
    this.text = text;
  }

  /// The keyword; empty for [#PLAIN].
  public String text() {
    return text;
  }
}
