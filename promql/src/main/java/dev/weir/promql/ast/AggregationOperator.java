package dev.weir.promql.ast;

import java.util.Optional;

/// An operator that makes fewer series out of many.
public enum AggregationOperator {
  AVG("avg"),
  BOTTOMK("bottomk", ValueType.SCALAR),
  COUNT("count"),
  COUNT_VALUES("count_values", ValueType.STRING),
  GROUP("group"),
  LIMITK("limitk", ValueType.SCALAR, true),
  LIMIT_RATIO("limit_ratio", ValueType.SCALAR, true),
  MAX("max"),
  MIN("min"),
  QUANTILE("quantile", ValueType.SCALAR),
  STDDEV("stddev"),
  STDVAR("stdvar"),
  SUM("sum"),
  TOPK("topk", ValueType.SCALAR);

  private final String text;
  private final Optional<ValueType> parameterType;
  private final boolean experimental;

  AggregationOperator(String text) {
    this.text = text;
    this.parameterType = Optional.empty();
    this.experimental = false;
  }

  AggregationOperator(String text, ValueType parameterType) {
    this(text, parameterType, false);
  }

  AggregationOperator(String text, ValueType parameterType, boolean experimental) {
    this.text = text;
    this.parameterType = Optional.of(parameterType);
    this.experimental = experimental;
  }

  public String text() {
    return text;
  }

  /// The type of the parameter before the vector, for operators that take one.
  public Optional<ValueType> parameterType() {
    return parameterType;
  }

  /// Whether the operator has to be switched on (`promql-experimental-functions`).
  public boolean isExperimental() {
    return experimental;
  }
}
