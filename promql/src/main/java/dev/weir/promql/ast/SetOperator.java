package dev.weir.promql.ast;

/// An operator on the sets of series of two instant vectors.
public enum SetOperator {
  AND("and"),
  OR("or"),
  UNLESS("unless");

  private final String text;

  SetOperator(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
