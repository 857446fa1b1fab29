package dev.weir.promql.parser;

import dev.weir.promql.ast.DurationExpr;
import dev.weir.promql.ast.DurationExpr.Operator;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.UnaryOperator;

/// Reads ranges, steps and offsets.
///
/// ```
/// Duration => Sum
/// Sum      => Product (('+' | '-') Product)*
/// Product  => Signed (('*' | '/' | '%') Signed)*
/// Signed   => ('+' | '-') Power | Power
/// Power    => Atom ('^' Signed)?
/// Atom     => Number | DurationLiteral | 'step' '(' ')' | 'range' '(' ')'
///           | ('min_of' | 'max_of') '(' Duration ',' Duration ')' | '(' Duration ')'
/// Offset   => ('+' | '-')? Atom
/// ```
///
/// An *Offset* ends before an operator: `up offset 5m * 2` doubles the values.
final class DurationParser {
  /// What fits into 64 bits of nanoseconds.
  private static final double MAX_SECONDS = 0x1p63 / 1e9;

  private static final int SUM = 1;
  private static final int PRODUCT = 2;
  private static final int POWER = 3;

  private final Tokens tokens;

  /// Levels of the tree that was read last.
  private int depth;

  private String context = "";
  private String expected = "";

  DurationParser(Tokens tokens) {
    this.tokens = tokens;
  }

  /// The range or step in brackets, up to the colon or bracket that ends it.
  ///
  /// @param errorContext the construct that error messages name
  /// @param errorExpected what error messages say is expected
  DurationExpr positive(String errorContext, String errorExpected) {
    context = errorContext;
    expected = errorExpected;
    DurationExpr duration = binary(SUM);
    if (duration instanceof DurationExpr.Literal(double seconds, _, SourceSpan span)) {
      if (seconds <= 0) {
        throw new ParseError(span, "duration must be greater than 0");
      }
      return asDuration(seconds, span);
    }
    return duration;
  }

  /// What stands behind `offset`.
  DurationExpr offset() {
    context = "offset";
    expected = "number, duration, step(), or range()";
    DurationExpr offset = isSign(tokens.type()) ? signed(tokens.take(), atom()) : atom();
    return offset instanceof DurationExpr.Literal(double seconds, _, SourceSpan span)
        ? asDuration(seconds, span)
        : offset;
  }

  /// A number on its own is a number of seconds: `[300]` is `[5m]`.
  private static DurationExpr asDuration(double seconds, SourceSpan span) {
    boolean wholeMillis = Math.rint(seconds * 1000) / 1000 == seconds;
    return new DurationExpr.Literal(seconds, wholeMillis, span);
  }

  private DurationExpr binary(int minPrecedence) {
    tokens.enter();
    DurationExpr left = isSign(tokens.type()) ? signed(tokens.take(), binary(POWER)) : atom();
    while (precedence(tokens.type()) >= minPrecedence) {
      int leftDepth = depth;
      Token token = tokens.take();
      Operator operator = operator(token.type());
      DurationExpr right =
          binary(operator == Operator.POWER ? POWER : precedence(token.type()) + 1);
      deepen(Math.max(leftDepth, depth));
      checkDivisor(operator, right, token);
      left =
          new DurationExpr.Binary(
              operator, left, right, SourceSpan.between(left.span(), right.span()));
    }
    tokens.leave();
    return left;
  }

  private DurationExpr atom() {
    depth = 1;
    Token token = tokens.current();
    return switch (token.type()) {
      case NUMBER, DURATION -> {
        tokens.take();
        yield literal(
            Literals.number(token), token.type() == TokenType.DURATION, token.span(), token);
      }
      case STEP -> {
        emptyCall();
        yield new DurationExpr.Step(tokens.since(token.span()));
      }
      case RANGE -> {
        emptyCall();
        yield new DurationExpr.Range(tokens.since(token.span()));
      }
      case MIN_OF -> choice(Operator.MIN_OF);
      case MAX_OF -> choice(Operator.MAX_OF);
      case LEFT_PAREN -> {
        tokens.take();
        DurationExpr inner = binary(SUM);
        expect(TokenType.RIGHT_PAREN);
        deepen(depth);
        yield new DurationExpr.Paren(inner, tokens.since(token.span()));
      }
      default -> throw tokens.unexpected(context, expected);
    };
  }

  private void emptyCall() {
    tokens.take();
    expect(TokenType.LEFT_PAREN);
    expect(TokenType.RIGHT_PAREN);
  }

  private DurationExpr choice(Operator operator) {
    SourceSpan start = tokens.take().span();
    expect(TokenType.LEFT_PAREN);
    DurationExpr left = binary(SUM);
    int leftDepth = depth;
    expect(TokenType.COMMA);
    DurationExpr right = binary(SUM);
    expect(TokenType.RIGHT_PAREN);
    deepen(Math.max(leftDepth, depth));
    return new DurationExpr.Binary(operator, left, right, tokens.since(start));
  }

  private DurationExpr signed(Token sign, DurationExpr operand) {
    boolean minus = sign.type() == TokenType.SUBTRACT;
    SourceSpan span = SourceSpan.between(sign.span(), operand.span());
    if (operand instanceof DurationExpr.Literal(double seconds, boolean duration, _)) {
      return literal(minus ? -seconds : seconds, duration, span, sign);
    }
    deepen(depth);
    return minus ? new DurationExpr.Unary(UnaryOperator.MINUS, operand, span) : operand;
  }

  private static DurationExpr literal(
      double seconds, boolean duration, SourceSpan span, Token blamed) {
    if (!(Math.abs(seconds) <= MAX_SECONDS)) {
      throw new ParseError(blamed.span(), "duration out of range");
    }
    return new DurationExpr.Literal(seconds, duration, span);
  }

  private static void checkDivisor(Operator operator, DurationExpr right, Token token) {
    if (right instanceof DurationExpr.Literal(double seconds, _, _) && seconds == 0) {
      if (operator == Operator.DIVIDE) {
        throw new ParseError(token.span(), "division by zero");
      }
      if (operator == Operator.MODULO) {
        throw new ParseError(token.span(), "modulo by zero");
      }
    }
  }

  private void expect(TokenType type) {
    if (!tokens.accept(type)) {
      throw tokens.unexpected(context, expected);
    }
  }

  private static boolean isSign(TokenType type) {
    return type == TokenType.ADD || type == TokenType.SUBTRACT;
  }

  private void deepen(int deepest) {
    depth = deepest + 1;
    tokens.checkDepth(depth);
  }

  /// 0 for what is no operator.
  private static int precedence(TokenType type) {
    return switch (type) {
      case ADD, SUBTRACT -> SUM;
      case MULTIPLY, DIVIDE, MODULO -> PRODUCT;
      case POWER -> POWER;
      default -> 0;
    };
  }

  private static Operator operator(TokenType type) {
    return switch (type) {
      case ADD -> Operator.ADD;
      case SUBTRACT -> Operator.SUBTRACT;
      case MULTIPLY -> Operator.MULTIPLY;
      case DIVIDE -> Operator.DIVIDE;
      case MODULO -> Operator.MODULO;
      case POWER -> Operator.POWER;
      default -> throw new IllegalArgumentException(type + " is no operator on durations");
    };
  }
}
