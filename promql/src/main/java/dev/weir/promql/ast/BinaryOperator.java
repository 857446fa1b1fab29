package dev.weir.promql.ast;

/// An operator between two values: arithmetic, comparison, or the trimming of a native histogram.
/// [SetOperator] has those between whole vectors.
public enum BinaryOperator {
  ADD("+", Kind.ARITHMETIC),
  SUBTRACT("-", Kind.ARITHMETIC),
  MULTIPLY("*", Kind.ARITHMETIC),
  DIVIDE("/", Kind.ARITHMETIC),
  MODULO("%", Kind.ARITHMETIC),
  POWER("^", Kind.ARITHMETIC),
  ATAN2("atan2", Kind.ARITHMETIC),
  EQUAL("==", Kind.COMPARISON),
  NOT_EQUAL("!=", Kind.COMPARISON),
  LESS("<", Kind.COMPARISON),
  LESS_OR_EQUAL("<=", Kind.COMPARISON),
  GREATER(">", Kind.COMPARISON),
  GREATER_OR_EQUAL(">=", Kind.COMPARISON),
  /// Drops the observations of a native histogram above the right operand.
  TRIM_UPPER("</", Kind.TRIM),
  /// Drops the observations of a native histogram below the right operand.
  TRIM_LOWER(">/", Kind.TRIM);

  private enum Kind {
    ARITHMETIC,
    COMPARISON,
    TRIM
  }

  private final String text;
  private final Kind kind;

  BinaryOperator(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  public String text() {
    return text;
  }

  public boolean isComparison() {
    return kind == Kind.COMPARISON;
  }

  public boolean isTrim() {
    return kind == Kind.TRIM;
  }
}
