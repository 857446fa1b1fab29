package dev.weir.promql.parser;

import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.SetOperator;
import java.util.Optional;

/// How tightly operators bind: `or`; `and` and `unless`; comparisons and trims; `+` and `-`; `*`,
/// `/`, `%` and `atan2`; `^`. All but `^` group to the left.
final class Precedence {
  static final int LOWEST = 1;
  static final int POWER = 6;

  private Precedence() {}

  /// 0 for what is no binary operator.
  static int of(TokenType type) {
    return switch (type) {
      case OR -> LOWEST;
      case AND, UNLESS -> 2;
      case EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL,
          TRIM_UPPER,
          TRIM_LOWER ->
          3;
      case ADD, SUBTRACT -> 4;
      case MULTIPLY, DIVIDE, MODULO, ATAN2 -> 5;
      case POWER -> POWER;
      default -> 0;
    };
  }

  /// The lowest precedence that an operator's right operand may have inside.
  static int ofRightOperand(TokenType type) {
    return type == TokenType.POWER ? POWER : of(type) + 1;
  }

  static Optional<SetOperator> setOperator(TokenType type) {
    return switch (type) {
      case AND -> Optional.of(SetOperator.AND);
      case OR -> Optional.of(SetOperator.OR);
      case UNLESS -> Optional.of(SetOperator.UNLESS);
      default -> Optional.empty();
    };
  }

  static BinaryOperator binaryOperator(TokenType type) {
    return switch (type) {
      case ADD -> BinaryOperator.ADD;
      case SUBTRACT -> BinaryOperator.SUBTRACT;
      case MULTIPLY -> BinaryOperator.MULTIPLY;
      case DIVIDE -> BinaryOperator.DIVIDE;
      case MODULO -> BinaryOperator.MODULO;
      case POWER -> BinaryOperator.POWER;
      case ATAN2 -> BinaryOperator.ATAN2;
      case EQUAL -> BinaryOperator.EQUAL;
      case NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
      case LESS -> BinaryOperator.LESS;
      case LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
      case GREATER -> BinaryOperator.GREATER;
      case GREATER_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
      case TRIM_UPPER -> BinaryOperator.TRIM_UPPER;
      case TRIM_LOWER -> BinaryOperator.TRIM_LOWER;
      default -> throw new IllegalArgumentException(type + " is no operator between values");
    };
  }
}
