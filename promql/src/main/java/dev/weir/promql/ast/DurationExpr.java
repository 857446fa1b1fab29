package dev.weir.promql.ast;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;

/// The length of a range, a subquery's step, or an offset: `5m`, `300`, or an expression over
/// durations, as in `[max_of(step() * 4, 1m)]`. Numbers are seconds.
public sealed interface DurationExpr {
  SourceSpan span();

  /// `5m`, `300`, `0.5`.
  ///
  /// @param duration whether it was written with a unit
  record Literal(double seconds, boolean duration, SourceSpan span) implements DurationExpr {
    public Literal {
      requireNonNull(span, "span");
    }
  }

  /// `step()`: the step of the query.
  record Step(SourceSpan span) implements DurationExpr {
    public Step {
      requireNonNull(span, "span");
    }
  }

  /// `range()`: from the start of the query to its end.
  record Range(SourceSpan span) implements DurationExpr {
    public Range {
      requireNonNull(span, "span");
    }
  }

  /// `-5m`
  record Unary(UnaryOperator operator, DurationExpr operand, SourceSpan span)
      implements DurationExpr {
    public Unary {
      requireNonNull(operator, "operator");
      requireNonNull(operand, "operand");
      requireNonNull(span, "span");
    }
  }

  /// What a duration can be combined by.
  enum Operator {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    MODULO("%"),
    POWER("^"),
    MIN_OF("min_of"),
    MAX_OF("max_of");

    private final String text;

    Operator(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    /// Whether the operator is written like a function, before its operands.
    public boolean isCall() {
      return this == MIN_OF || this == MAX_OF;
    }
  }

  /// `1h / 2`, `min_of(step(), 1m)`
  record Binary(Operator operator, DurationExpr left, DurationExpr right, SourceSpan span)
      implements DurationExpr {
    public Binary {
      requireNonNull(operator, "operator");
      requireNonNull(left, "left");
      requireNonNull(right, "right");
      requireNonNull(span, "span");
    }
  }

  /// `(5m + 1h)`
  record Paren(DurationExpr inner, SourceSpan span) implements DurationExpr {
    public Paren {
      requireNonNull(inner, "inner");
      requireNonNull(span, "span");
    }
  }

  /// The length of a range or step in a query with these times.
  ///
  /// @throws WeirException.BadData if it is not above zero, divides by zero, or is out of range
  default long rangeMillis(QueryTimes times) {
    long millis = offsetMillis(times);
    if (millis <= 0 && seconds(times) <= 0) {
      throw new WeirException.BadData("duration must be greater than 0");
    }
    return millis;
  }

  /// The same for an offset, which may be zero or negative.
  ///
  /// @throws WeirException.BadData if it divides by zero or is out of range
  default long offsetMillis(QueryTimes times) {
    double seconds = seconds(times);
    // Nanoseconds in 64 bits are what Prometheus keeps durations in.
    if (Double.isNaN(seconds) || Math.abs(seconds) * 1e9 >= 0x1p63) {
      throw new WeirException.BadData("duration is out of range");
    }
    // A literal is rounded to nanoseconds first, so that 1.001 is 1001 ms although 1.001 * 1000 is
    // a little less.
    return this instanceof Literal
        ? Math.round(seconds * 1e9) / 1_000_000
        : (long) (seconds * 1000);
  }

  private double seconds(QueryTimes times) {
    return switch (this) {
      case Literal(double seconds, _, _) -> seconds;
      case Step _ -> times.stepMillis() / 1000.0;
      case Range _ -> times.rangeMillis() / 1000.0;
      case Unary(UnaryOperator operator, DurationExpr operand, _) ->
          operator == UnaryOperator.MINUS ? -operand.seconds(times) : operand.seconds(times);
      case Binary(Operator operator, DurationExpr left, DurationExpr right, _) ->
          combine(operator, left.seconds(times), right.seconds(times));
      case Paren(DurationExpr inner, _) -> inner.seconds(times);
    };
  }

  private static double combine(Operator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / nonZero(right, "division by zero");
      case MODULO -> left % nonZero(right, "modulo by zero");
      case POWER -> Math.pow(left, right);
      case MIN_OF -> Math.min(left, right);
      case MAX_OF -> Math.max(left, right);
    };
  }

  private static double nonZero(double divisor, String message) {
    if (divisor == 0) {
      throw new WeirException.BadData(message);
    }
    return divisor;
  }
}
