package dev.weir.promql.parser;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Kinds of tokens. Their text is what error messages call them by.
enum TokenType {
  END_OF_INPUT(Kind.LITERAL, "end of input"),
  IDENTIFIER(Kind.LITERAL, "identifier"),
  METRIC_IDENTIFIER(Kind.LITERAL, "metric identifier"),
  STRING(Kind.LITERAL, "string"),
  NUMBER(Kind.LITERAL, "number"),
  DURATION(Kind.LITERAL, "duration"),

  LEFT_PAREN(Kind.SYMBOL, "("),
  RIGHT_PAREN(Kind.SYMBOL, ")"),
  LEFT_BRACE(Kind.SYMBOL, "{"),
  RIGHT_BRACE(Kind.SYMBOL, "}"),
  LEFT_BRACKET(Kind.SYMBOL, "["),
  RIGHT_BRACKET(Kind.SYMBOL, "]"),
  COMMA(Kind.SYMBOL, ","),
  EQUALS(Kind.SYMBOL, "="),
  COLON(Kind.SYMBOL, ":"),

  ADD(Kind.OPERATOR, "+"),
  SUBTRACT(Kind.OPERATOR, "-"),
  MULTIPLY(Kind.OPERATOR, "*"),
  DIVIDE(Kind.OPERATOR, "/"),
  MODULO(Kind.OPERATOR, "%"),
  POWER(Kind.OPERATOR, "^"),
  EQUAL(Kind.OPERATOR, "=="),
  NOT_EQUAL(Kind.OPERATOR, "!="),
  LESS(Kind.OPERATOR, "<"),
  LESS_OR_EQUAL(Kind.OPERATOR, "<="),
  GREATER(Kind.OPERATOR, ">"),
  GREATER_OR_EQUAL(Kind.OPERATOR, ">="),
  MATCHES(Kind.OPERATOR, "=~"),
  NOT_MATCHES(Kind.OPERATOR, "!~"),
  TRIM_UPPER(Kind.OPERATOR, "</"),
  TRIM_LOWER(Kind.OPERATOR, ">/"),
  AT(Kind.OPERATOR, "@"),

  AND(Kind.OPERATOR_WORD, "and"),
  OR(Kind.OPERATOR_WORD, "or"),
  UNLESS(Kind.OPERATOR_WORD, "unless"),
  ATAN2(Kind.OPERATOR_WORD, "atan2"),

  AVG(Kind.AGGREGATOR, "avg"),
  BOTTOMK(Kind.AGGREGATOR, "bottomk"),
  COUNT(Kind.AGGREGATOR, "count"),
  COUNT_VALUES(Kind.AGGREGATOR, "count_values"),
  GROUP(Kind.AGGREGATOR, "group"),
  LIMITK(Kind.AGGREGATOR, "limitk"),
  LIMIT_RATIO(Kind.AGGREGATOR, "limit_ratio"),
  MAX(Kind.AGGREGATOR, "max"),
  MIN(Kind.AGGREGATOR, "min"),
  QUANTILE(Kind.AGGREGATOR, "quantile"),
  STDDEV(Kind.AGGREGATOR, "stddev"),
  STDVAR(Kind.AGGREGATOR, "stdvar"),
  SUM(Kind.AGGREGATOR, "sum"),
  TOPK(Kind.AGGREGATOR, "topk"),

  ANCHORED(Kind.KEYWORD, "anchored"),
  BOOL(Kind.KEYWORD, "bool"),
  BY(Kind.KEYWORD, "by"),
  FILL(Kind.KEYWORD, "fill"),
  FILL_LEFT(Kind.KEYWORD, "fill_left"),
  FILL_RIGHT(Kind.KEYWORD, "fill_right"),
  GROUP_LEFT(Kind.KEYWORD, "group_left"),
  GROUP_RIGHT(Kind.KEYWORD, "group_right"),
  IGNORING(Kind.KEYWORD, "ignoring"),
  OFFSET(Kind.KEYWORD, "offset"),
  ON(Kind.KEYWORD, "on"),
  SMOOTHED(Kind.KEYWORD, "smoothed"),
  WITHOUT(Kind.KEYWORD, "without"),

  /// Words for the times of the query.
  START(Kind.TIME_WORD, "start"),
  END(Kind.TIME_WORD, "end"),
  STEP(Kind.TIME_WORD, "step"),
  RANGE(Kind.TIME_WORD, "range"),
  MIN_OF(Kind.TIME_WORD, "min_of"),
  MAX_OF(Kind.TIME_WORD, "max_of");

  enum Kind {
    LITERAL,
    SYMBOL,
    OPERATOR,
    OPERATOR_WORD,
    AGGREGATOR,
    KEYWORD,
    TIME_WORD
  }

  private static final Map<String, TokenType> BY_WORD =
      Arrays.stream(values())
          .filter(TokenType::isWord)
          .collect(Collectors.toUnmodifiableMap(TokenType::text, type -> type));

  private final Kind kind;
  private final String text;

  TokenType(Kind kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  Kind kind() {
    return kind;
  }

  String text() {
    return text;
  }

  private boolean isWord() {
    return switch (kind) {
      case OPERATOR_WORD, AGGREGATOR, KEYWORD, TIME_WORD -> true;
      case LITERAL, SYMBOL, OPERATOR -> false;
    };
  }

  /// The type of a word in lower case; null if the word means nothing by itself.
  static @Nullable TokenType ofWord(String word) {
    return BY_WORD.get(word);
  }

  /// Whether the word can be a label's name in `by (…)` and its like.
  boolean isLabel() {
    return isWord() || this == IDENTIFIER || this == METRIC_IDENTIFIER;
  }

  /// Whether the word is a metric's name where an expression starts.
  boolean isMetric() {
    return switch (this) {
      case BOOL, ON, IGNORING, GROUP_LEFT, GROUP_RIGHT, ATAN2 -> false;
      default -> isLabel();
    };
  }
}
