package dev.weir.promql.parser;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.AggregationOperator;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.DurationExpr;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SetOperator;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.ast.UnaryOperator;
import dev.weir.promql.ast.VectorMatching;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads an expression.
///
/// ```
/// Expr        => Operand (Operator Modifiers Operand)*     by precedence, see [Precedence]
/// Operand     => ('+' | '-') Operand | Primary Postfix*
/// Primary     => Number | Duration | String | '(' Expr ')' | Selector | Call | Aggregation
/// Selector    => Metric Matchers? | Matchers
/// Call        => Identifier '(' (Expr (',' Expr)*)? ')'
/// Aggregation => Aggregator Grouping? '(' Expr (',' Expr)? ')' Grouping?      one of the two
/// Grouping    => ('by' | 'without') Labels
/// Postfix     => '[' Duration ']' | '[' Duration ':' Duration? ']' | 'offset' Offset
///              | '@' (('+' | '-')? Number | ('start' | 'end') '(' ')') | 'anchored' | 'smoothed'
/// ```
///
/// *Modifiers* and *Labels* are those of [MatchingParser], *Matchers* of [SelectorParser],
/// *Duration* in brackets and *Offset* of [DurationParser]. A sign binds weaker than `^` and
/// stronger than the rest: `-2 ^ 2` is -4.
///
/// An unexpected token inside an aggregation is reported "in aggregation", however deep inside; so
/// are all of Prometheus.
final class ExpressionParser {
  private static final String EXPECTED_DURATION = "number, duration, step(), or range()";

  private final ParserOptions options;
  private final Tokens tokens;
  private final SelectorParser selectors;
  private final MatchingParser matchings;
  private final DurationParser durations;
  private final TypeChecker types = new TypeChecker();

  /// The construct that an unexpected token is reported to stand in.
  private String context = "";

  /// Levels of the tree that was read last.
  private int depth;

  ExpressionParser(String query, ParserOptions options) {
    this.options = options;
    this.tokens = new Tokens(query, options.maxDepth());
    this.selectors = new SelectorParser(tokens);
    this.matchings = new MatchingParser(tokens);
    this.durations = new DurationParser(tokens);
  }

  /// The expression that the whole query is.
  Expr parse() {
    if (tokens.type() == TokenType.END_OF_INPUT) {
      throw new ParseError(SourceSpan.NONE, "no expression found in input");
    }
    Expr expr = binary(Precedence.LOWEST);
    expectEnd();
    types.throwFirst();
    return expr;
  }

  /// The selector that the whole query is, without modifiers. What its matchers say is not checked.
  Expr.VectorSelector parseSelector() {
    Expr.VectorSelector selector =
        tokens.type() == TokenType.LEFT_BRACE || !tokens.type().isMetric()
            ? selector(Optional.empty())
            : selector(Optional.of(tokens.take()));
    expectEnd();
    return selector;
  }

  private void expectEnd() {
    if (tokens.type() != TokenType.END_OF_INPUT) {
      throw tokens.unexpected("", "");
    }
  }

  private Expr binary(int minPrecedence) {
    // Every level of nesting and every right operand passes here.
    tokens.enter();
    Expr left = operand();
    while (Precedence.of(tokens.type()) >= minPrecedence) {
      int leftDepth = depth;
      Token operator = tokens.take();
      MatchingParser.Modifiers modifiers = matchings.modifiers();
      Expr right = binary(Precedence.ofRightOperand(operator.type()));
      deepen(Math.max(leftDepth, depth));
      if (modifiers.fills() && !options.fillModifiers()) {
        throw new ParseError(
            left.span(),
            "binop fill modifiers are experimental and not enabled"
                + switchOn("promql-binop-fill-modifiers"));
      }
      left = combine(operator, modifiers, left, right);
    }
    tokens.leave();
    return left;
  }

  private Expr combine(Token operator, MatchingParser.Modifiers modifiers, Expr left, Expr right) {
    SourceSpan span = SourceSpan.between(left.span(), right.span());
    boolean vectors = TypeChecker.areVectors(left, right);
    Optional<SetOperator> set = Precedence.setOperator(operator.type());
    if (set.isPresent()) {
      types.set(set.get(), left, right, modifiers, operator.span());
      VectorMatching matching =
          new VectorMatching(
              VectorMatching.Cardinality.MANY_TO_MANY,
              modifiers.matching().on(),
              modifiers.matching().labels(),
              List.of(),
              modifiers.matching().fillLeft(),
              modifiers.matching().fillRight());
      return new Expr.SetOperation(set.get(), left, right, matching, span);
    }
    BinaryOperator operation = Precedence.binaryOperator(operator.type());
    types.binary(operation, left, right, modifiers, operator.span());
    return new Expr.BinaryOperation(
        operation,
        left,
        right,
        modifiers.returnBool(),
        vectors ? modifiers.matching() : VectorMatching.ONE_TO_ONE,
        span);
  }

  private Expr operand() {
    return switch (tokens.type()) {
      case ADD -> signed(UnaryOperator.PLUS);
      case SUBTRACT -> signed(UnaryOperator.MINUS);
      default -> postfix(primary());
    };
  }

  private Expr signed(UnaryOperator operator) {
    SourceSpan sign = tokens.take().span();
    Expr operand = binary(Precedence.POWER);
    SourceSpan span = SourceSpan.between(sign, operand.span());
    if (operand instanceof Expr.NumberLiteral(double value, boolean duration, _)) {
      return new Expr.NumberLiteral(
          operator == UnaryOperator.MINUS ? -value : value, duration, span);
    }
    deepen(depth);
    Expr.Unary unary = new Expr.Unary(operator, operand, span);
    types.unary(unary);
    return unary;
  }

  private Expr primary() {
    depth = 1;
    Token token = tokens.current();
    return switch (token.type().kind()) {
      case LITERAL ->
          switch (token.type()) {
            case NUMBER, DURATION -> {
              tokens.take();
              yield new Expr.NumberLiteral(
                  Literals.number(token), token.type() == TokenType.DURATION, token.span());
            }
            case STRING -> {
              tokens.take();
              yield new Expr.StringLiteral(Literals.string(token), token.span());
            }
            case IDENTIFIER -> metricOrCall();
            case METRIC_IDENTIFIER -> selector(Optional.of(tokens.take()));
            default -> throw tokens.unexpected(context, "");
          };
      case SYMBOL ->
          switch (token.type()) {
            case LEFT_PAREN -> paren();
            case LEFT_BRACE -> selector(Optional.empty());
            default -> throw tokens.unexpected(context, "");
          };
      case AGGREGATOR -> metricOrAggregation();
      case TIME_WORD -> metricOrCall();
      case OPERATOR -> throw tokens.unexpected(context, "");
      case OPERATOR_WORD, KEYWORD -> {
        if (!token.type().isMetric()) {
          throw tokens.unexpected(context, "");
        }
        yield selector(Optional.of(tokens.take()));
      }
    };
  }

  private Expr paren() {
    SourceSpan start = tokens.take().span();
    Expr inner = binary(Precedence.LOWEST);
    if (!tokens.accept(TokenType.RIGHT_PAREN)) {
      throw tokens.unexpected(context, "");
    }
    deepen(depth);
    return new Expr.Paren(inner, tokens.since(start));
  }

  private Expr.VectorSelector selector(Optional<Token> metric) {
    SourceSpan start = metric.map(Token::span).orElse(tokens.current().span());
    List<Matcher> matchers = new ArrayList<>();
    if (tokens.type() == TokenType.LEFT_BRACE) {
      matchers.addAll(selectors.matchers());
    } else if (metric.isEmpty()) {
      throw tokens.unexpected(context, "");
    }
    String name = metric.map(Token::text).orElse("");
    SourceSpan span = tokens.since(start);
    types.selector(name, matchers, span);
    if (!name.isEmpty()) {
      matchers.add(Matcher.equal(Labels.NAME, name));
    }
    return new Expr.VectorSelector(name, matchers, TimeModifiers.NONE, RangeEdges.PLAIN, span);
  }

  private Expr metricOrCall() {
    Token name = tokens.take();
    if (tokens.type() != TokenType.LEFT_PAREN) {
      return selector(Optional.of(name));
    }
    int before = types.mark();
    List<Integer> marks = new ArrayList<>();
    List<Expr> arguments = arguments(marks);
    Function function =
        Function.byName(name.text())
            .orElseThrow(() ->
                new ParseError(
                    name.span(), "unknown function with name " + LabelText.quote(name.text())));
    if (function.isExperimental() && !options.experimentalFunctions()) {
      throw new ParseError(
          name.span(),
          "function %s is not enabled".formatted(LabelText.quote(name.text()))
              + switchOn("promql-experimental-functions"));
    }
    Expr.Call call = new Expr.Call(function, arguments, tokens.since(name.span()));
    types.call(call, before, marks.size() > 1 ? marks.get(1) : before);
    return call;
  }

  /// Expressions in parentheses. Takes a mark of the type checker before each.
  private List<Expr> arguments(List<Integer> marks) {
    tokens.take();
    List<Expr> arguments = new ArrayList<>();
    int deepest = 0;
    while (!tokens.accept(TokenType.RIGHT_PAREN)) {
      marks.add(types.mark());
      arguments.add(binary(Precedence.LOWEST));
      deepest = Math.max(deepest, depth);
      Token comma = tokens.current();
      if (tokens.accept(TokenType.COMMA)) {
        if (tokens.type() == TokenType.RIGHT_PAREN) {
          throw new ParseError(comma.span(), "trailing commas not allowed in function call args");
        }
      } else if (tokens.type() != TokenType.RIGHT_PAREN) {
        throw tokens.unexpected(context, "");
      }
    }
    deepen(deepest);
    return arguments;
  }

  private Expr metricOrAggregation() {
    Token name = tokens.take();
    return switch (tokens.type()) {
      case LEFT_PAREN, BY, WITHOUT -> aggregation(name);
      default -> selector(Optional.of(name));
    };
  }

  private Expr aggregation(Token name) {
    String outer = context;
    context = "aggregation";
    Optional<Grouping> grouping = grouping();
    if (tokens.type() != TokenType.LEFT_PAREN) {
      throw tokens.unexpected(context, "");
    }
    List<Expr> arguments = arguments(new ArrayList<>());
    context = outer;
    if (grouping.isEmpty()) {
      grouping = grouping();
    }
    AggregationOperator operator =
        AggregationOperator.valueOf(name.type().text().toUpperCase(Locale.ROOT));
    SourceSpan span = tokens.since(name.span());
    checkArguments(operator, arguments, span);
    Expr.Aggregation aggregation =
        new Expr.Aggregation(
            operator,
            arguments.size() > 1 ? Optional.of(arguments.getFirst()) : Optional.empty(),
            arguments.getLast(),
            grouping.orElse(Grouping.ALL),
            span);
    types.aggregation(aggregation);
    return aggregation;
  }

  private Optional<Grouping> grouping() {
    return switch (tokens.type()) {
      case BY -> {
        tokens.take();
        yield Optional.of(Grouping.by(matchings.labels()));
      }
      case WITHOUT -> {
        tokens.take();
        yield Optional.of(Grouping.without(matchings.labels()));
      }
      default -> Optional.empty();
    };
  }

  private void checkArguments(AggregationOperator operator, List<Expr> arguments, SourceSpan span) {
    if (arguments.isEmpty()) {
      throw new ParseError(span, "no arguments for aggregate expression provided");
    }
    if (operator.isExperimental() && !options.experimentalFunctions()) {
      throw new ParseError(
          span,
          operator.text()
              + "() is experimental and must be enabled with"
              + " --enable-feature=promql-experimental-functions");
    }
    int wanted = operator.parameterType().isPresent() ? 2 : 1;
    if (arguments.size() != wanted) {
      throw new ParseError(
          span,
          "wrong number of arguments for aggregate expression provided, expected %d, got %d"
              .formatted(wanted, arguments.size()));
    }
  }

  private Expr postfix(Expr primary) {
    Expr expr = primary;
    while (true) {
      switch (tokens.type()) {
        case LEFT_BRACKET -> expr = brackets(expr);
        case OFFSET -> {
          tokens.take();
          DurationExpr offset = durations.offset();
          expr = ModifierSetter.offset(expr, offset, tokens.since(expr.span()));
        }
        case AT -> {
          tokens.take();
          AtModifier at = at(expr);
          expr = ModifierSetter.at(expr, at, tokens.since(expr.span()));
        }
        case ANCHORED -> expr = edges(expr, RangeEdges.ANCHORED);
        case SMOOTHED -> expr = edges(expr, RangeEdges.SMOOTHED);
        default -> {
          return expr;
        }
      }
    }
  }

  /// What Prometheus leaves to its documentation.
  private static String switchOn(String feature) {
    return "; switch it on with --enable-feature=" + feature;
  }

  private Expr edges(Expr expr, RangeEdges edges) {
    tokens.take();
    if (!options.extendedRangeSelectors()) {
      throw new ParseError(
          expr.span(),
          edges.text()
              + " modifier is experimental and not enabled"
              + switchOn("promql-extended-range-selectors"));
    }
    return ModifierSetter.edges(expr, edges, tokens.since(expr.span()));
  }

  private AtModifier at(Expr expr) {
    boolean minus = tokens.type() == TokenType.SUBTRACT;
    boolean signed = minus || tokens.type() == TokenType.ADD;
    if (signed) {
      tokens.take();
    }
    switch (tokens.type()) {
      case NUMBER, DURATION -> {
        double seconds = Literals.number(tokens.take());
        return timestamp(minus ? -seconds : seconds, expr);
      }
      case START, END -> {
        AtModifier at =
            tokens.type() == TokenType.START ? new AtModifier.Start() : new AtModifier.End();
        if (!signed) {
          tokens.take();
          if (tokens.accept(TokenType.LEFT_PAREN) && tokens.accept(TokenType.RIGHT_PAREN)) {
            return at;
          }
        }
      }
      default -> {}
    }
    throw tokens.unexpected("@", "timestamp");
  }

  private static AtModifier timestamp(double seconds, Expr expr) {
    if (Double.isNaN(seconds) || Math.abs(seconds) >= 0x1p63) {
      throw new ParseError(
          expr.span(),
          "timestamp out of bounds for @ modifier: "
              + (Double.isFinite(seconds)
                  ? "%.6f".formatted(new BigDecimal(seconds))
                  : Double.isNaN(seconds) ? "NaN" : seconds > 0 ? "+Inf" : "-Inf"));
    }
    return new AtModifier.Timestamp(Math.round(seconds * 1000));
  }

  private Expr brackets(Expr expr) {
    Token open = tokens.take();
    DurationExpr range = durations.positive("subquery or range selector", EXPECTED_DURATION);
    if (tokens.accept(TokenType.RIGHT_BRACKET)) {
      return matrix(expr, range, tokens.since(open.span()));
    }
    if (!tokens.accept(TokenType.COLON)) {
      throw tokens.unexpected("subquery or range", "\":\" or \"]\"");
    }
    Optional<DurationExpr> step =
        tokens.type() == TokenType.RIGHT_BRACKET
            ? Optional.empty()
            : Optional.of(
                durations.positive(
                    "subquery selector", "number, duration, step(), range(), or \"]\""));
    if (!tokens.accept(TokenType.RIGHT_BRACKET)) {
      throw tokens.unexpected("subquery selector", "\"]\"");
    }
    deepen(depth);
    Expr.Subquery subquery =
        new Expr.Subquery(expr, range, step, TimeModifiers.NONE, tokens.since(expr.span()));
    types.subquery(subquery);
    return subquery;
  }

  private Expr matrix(Expr expr, DurationExpr range, SourceSpan brackets) {
    if (!(expr instanceof Expr.VectorSelector selector)) {
      throw new ParseError(brackets, "ranges only allowed for vector selectors");
    }
    if (selector.modifiers().offset().isPresent()) {
      throw new ParseError(brackets, "no offset modifiers allowed before range");
    }
    if (selector.modifiers().at().isPresent()) {
      throw new ParseError(brackets, "no @ modifiers allowed before range");
    }
    return new Expr.MatrixSelector(selector, range, tokens.since(expr.span()));
  }

  private void deepen(int deepest) {
    depth = deepest + 1;
    tokens.checkDepth(depth);
  }
}
