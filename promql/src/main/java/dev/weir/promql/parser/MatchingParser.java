package dev.weir.promql.parser;

import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// Reads what stands between a binary operator and its right operand, and lists of labels.
///
/// ```
/// Modifiers => 'bool'? (('on' | 'ignoring') Labels (('group_left' | 'group_right') Labels?)?)? Fill*
/// Fill      => ('fill' | 'fill_left' | 'fill_right') '(' ('+' | '-')? Number ')'
/// Labels    => '(' (Label (',' Label)* ','?)? ')'
/// ```
final class MatchingParser {
  private static final String CONTEXT = "grouping opts";

  /// @param fills whether there is any fill modifier
  record Modifiers(boolean returnBool, VectorMatching matching, boolean fills) {}

  private final Tokens tokens;

  MatchingParser(Tokens tokens) {
    this.tokens = tokens;
  }

  Modifiers modifiers() {
    boolean returnBool = tokens.accept(TokenType.BOOL);
    boolean on = tokens.type() == TokenType.ON;
    List<String> labels = List.of();
    List<String> include = List.of();
    Cardinality cardinality = Cardinality.ONE_TO_ONE;
    if (on || tokens.type() == TokenType.IGNORING) {
      tokens.take();
      labels = labels();
      if (tokens.type() == TokenType.GROUP_LEFT || tokens.type() == TokenType.GROUP_RIGHT) {
        cardinality =
            tokens.take().type() == TokenType.GROUP_LEFT
                ? Cardinality.MANY_TO_ONE
                : Cardinality.ONE_TO_MANY;
        include = tokens.type() == TokenType.LEFT_PAREN ? labels() : List.of();
      }
    }
    return fills(
        returnBool,
        new VectorMatching(
            cardinality, on, labels, include, OptionalDouble.empty(), OptionalDouble.empty()));
  }

  private Modifiers fills(boolean returnBool, VectorMatching matching) {
    OptionalDouble left = OptionalDouble.empty();
    OptionalDouble right = OptionalDouble.empty();
    while (isFill(tokens.type())) {
      TokenType side = tokens.type();
      boolean setsLeft = side != TokenType.FILL_RIGHT;
      boolean setsRight = side != TokenType.FILL_LEFT;
      if ((setsLeft && left.isPresent()) || (setsRight && right.isPresent())) {
        throw tokens.unexpected("", "");
      }
      tokens.take();
      OptionalDouble value = OptionalDouble.of(fillValue());
      left = setsLeft ? value : left;
      right = setsRight ? value : right;
    }
    VectorMatching filled =
        new VectorMatching(
            matching.cardinality(),
            matching.on(),
            matching.labels(),
            matching.include(),
            left,
            right);
    return new Modifiers(returnBool, filled, left.isPresent() || right.isPresent());
  }

  private static boolean isFill(TokenType type) {
    return type == TokenType.FILL || type == TokenType.FILL_LEFT || type == TokenType.FILL_RIGHT;
  }

  private double fillValue() {
    if (!tokens.accept(TokenType.LEFT_PAREN)) {
      throw tokens.unexpected("fill modifier", "\"(\"");
    }
    boolean minus = tokens.type() == TokenType.SUBTRACT;
    if (minus || tokens.type() == TokenType.ADD) {
      tokens.take();
    }
    if (tokens.type() != TokenType.NUMBER && tokens.type() != TokenType.DURATION) {
      throw tokens.unexpected("fill modifier", "number");
    }
    double value = Literals.number(tokens.take());
    if (!tokens.accept(TokenType.RIGHT_PAREN)) {
      throw tokens.unexpected("fill modifier", "\")\"");
    }
    return minus ? -value : value;
  }

  /// Labels in parentheses.
  List<String> labels() {
    if (!tokens.accept(TokenType.LEFT_PAREN)) {
      throw tokens.unexpected(CONTEXT, "\"(\"");
    }
    List<String> labels = new ArrayList<>();
    while (!tokens.accept(TokenType.RIGHT_PAREN)) {
      labels.add(label());
      if (!tokens.accept(TokenType.COMMA) && tokens.type() != TokenType.RIGHT_PAREN) {
        throw tokens.unexpected(CONTEXT, "\",\" or \")\"");
      }
    }
    return labels;
  }

  private String label() {
    Token token = tokens.current();
    if (token.type() == TokenType.STRING) {
      tokens.take();
      String name = Literals.string(token);
      if (name.isEmpty()) {
        throw new ParseError(token.span(), "invalid label name for grouping: \"\"");
      }
      return name;
    }
    if (!token.type().isLabel()) {
      throw tokens.unexpected(CONTEXT, "label");
    }
    return tokens.take().text();
  }
}
