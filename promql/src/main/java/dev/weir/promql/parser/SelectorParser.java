package dev.weir.promql.parser;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.SourceSpan;
import java.util.ArrayList;
import java.util.List;

/// Reads what stands in the braces of a selector.
///
/// ```
/// Matchers => '{' (Matcher (',' Matcher)* ','?)? '}'
/// Matcher  => (Identifier | String) ('=' | '!=' | '=~' | '!~') String | String
/// ```
///
/// A *String* alone is the metric's name.
final class SelectorParser {
  private static final String CONTEXT = "label matching";

  private final Tokens tokens;

  SelectorParser(Tokens tokens) {
    this.tokens = tokens;
  }

  List<Matcher> matchers() {
    tokens.take();
    List<Matcher> matchers = new ArrayList<>();
    while (!tokens.accept(TokenType.RIGHT_BRACE)) {
      matchers.add(matcher());
      if (!tokens.accept(TokenType.COMMA) && tokens.type() != TokenType.RIGHT_BRACE) {
        throw tokens.unexpected(CONTEXT, "\",\" or \"}\"");
      }
    }
    return matchers;
  }

  private Matcher matcher() {
    Token name = tokens.current();
    return switch (name.type()) {
      case IDENTIFIER -> {
        tokens.take();
        if (!isOperator(tokens.type())) {
          throw tokens.unexpected(CONTEXT, "label matching operator");
        }
        yield matcher(name.text(), name.span());
      }
      case STRING -> {
        tokens.take();
        String text = Literals.string(name);
        yield isOperator(tokens.type())
            ? matcher(text, name.span())
            : Matcher.equal(Labels.NAME, text);
      }
      default -> throw tokens.unexpected(CONTEXT, "identifier or \"}\"");
    };
  }

  private Matcher matcher(String name, SourceSpan start) {
    Matcher.Type type = matcherType(tokens.take().type());
    if (tokens.type() != TokenType.STRING) {
      throw tokens.unexpected(CONTEXT, "string");
    }
    String value = Literals.string(tokens.take());
    try {
      return Matcher.of(type, name, value);
    } catch (WeirException.BadData e) {
      throw new ParseError(tokens.since(start), String.valueOf(e.getMessage()));
    }
  }

  private static boolean isOperator(TokenType type) {
    return type == TokenType.EQUALS
        || type == TokenType.NOT_EQUAL
        || type == TokenType.MATCHES
        || type == TokenType.NOT_MATCHES;
  }

  private static Matcher.Type matcherType(TokenType type) {
    return switch (type) {
      case EQUALS -> Matcher.Type.EQUAL;
      case NOT_EQUAL -> Matcher.Type.NOT_EQUAL;
      case MATCHES -> Matcher.Type.REGEX;
      default -> Matcher.Type.NOT_REGEX;
    };
  }
}
