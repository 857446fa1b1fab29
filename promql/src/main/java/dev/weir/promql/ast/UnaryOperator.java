package dev.weir.promql.ast;

/// A sign before an expression.
public enum UnaryOperator {
  PLUS("+"),
  MINUS("-");

  private final String text;

  UnaryOperator(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
