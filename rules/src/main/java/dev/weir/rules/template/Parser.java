package dev.weir.rules.template;

import dev.weir.model.QuotedText;
import dev.weir.model.WeirException;
import dev.weir.rules.template.Node.Statement;
import dev.weir.rules.template.Token.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads a template by recursive descent: first what is between the actions, then [PipelineParser]
/// what is inside of them. Follows Go's `text/template/parse`, so that errors are the same.
final class Parser {
  /// Levels of controls and parentheses: the interpreter recurses, on a stack of fixed size.
  static final int MAX_NESTING = 200;

  /// The named parts of a text.
  ///
  /// @param main what stands outside of all `define`s
  record Parsed(List<Statement> main, Map<String, List<Statement>> defined) {}

  /// How a list of statements ended.
  private enum Ending {
    END,
    ELSE
  }

  private record Body(List<Statement> statements, Ending ending, int endOffset) {}

  private record Control(Node.Pipeline pipeline, List<Statement> body, List<Statement> otherwise) {}

  private final String name;
  private final String text;
  private final Tokens tokens;
  private final PipelineParser pipelines;
  private final Map<String, List<Statement>> defined = new LinkedHashMap<>();
  private int rangeDepth;
  private int nesting;

  /// The `end` or `else` that was read last.
  private Token lastWord = new Token(Kind.END_OF_TEXT, "", 0);

  private Parser(
      String name, String text, Predicate<String> functions, Collection<String> variables) {
    this.name = name;
    this.text = text;
    this.tokens = new Tokens(Lexer.tokens(text));
    this.pipelines = new PipelineParser(tokens, functions, variables);
  }

  /// @param name how errors call the template
  /// @param functions whether a function has that name
  /// @param variables with their dollar, that are set before the template starts
  /// @throws TemplateException if the text is no template
  static Parsed parse(
      String name, String text, Predicate<String> functions, Collection<String> variables)
      throws TemplateException {
    Parser parser = new Parser(name, text, functions, variables);
    try {
      return new Parsed(parser.topLevel(), parser.defined);
    } catch (SyntaxError e) {
      throw parser.exception(e);
    }
  }

  private TemplateException exception(SyntaxError error) {
    int offset = Math.min(error.offset(), text.length());
    int line = 1;
    for (int i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) {
      line++;
    }
    String message = "template: %s:%d: %s".formatted(name, line, error.problem());
    return new TemplateException(message, error.problem(), offset);
  }

  private List<Statement> topLevel() {
    List<Statement> statements = new ArrayList<>();
    while (tokens.peek().type() != Kind.END_OF_TEXT) {
      if (tokens.peek().type() == Kind.LEFT_DELIMITER
          && tokens.peekInside().type() == Kind.DEFINE) {
        tokens.next();
        tokens.nextNonSpace();
        define();
        continue;
      }
      Optional<Statement> statement = statement();
      if (statement.isEmpty()) {
        Token word = lastWord;
        throw new SyntaxError(word.offset(), "unexpected {{%s}}".formatted(word.text()));
      }
      statements.add(statement.get());
    }
    return List.copyOf(statements);
  }

  private void define() {
    Token nameToken = tokens.nextNonSpace();
    String defines = unquoteName(nameToken, "define clause");
    tokens.expect(Kind.RIGHT_DELIMITER, "define clause");
    List<String> outer = pipelines.startTemplate();
    int outerRanges = rangeDepth;
    rangeDepth = 0;
    Body body = body();
    if (body.ending() != Ending.END) {
      throw new SyntaxError(body.endOffset(), "unexpected {{else}} in define clause");
    }
    rangeDepth = outerRanges;
    pipelines.endTemplate(outer);
    add(defines, body.statements(), nameToken.offset());
  }

  private void add(String defines, List<Statement> statements, int offset) {
    List<Statement> before = defined.get(defines);
    if (before == null || isEmpty(before)) {
      defined.put(defines, statements);
    } else if (!isEmpty(statements)) {
      throw new SyntaxError(
          offset, "template: multiple definition of template " + GoText.quote(defines));
    }
  }

  /// Whether a template writes nothing but white space: such a one may be defined again.
  static boolean isEmpty(List<Statement> statements) {
    return statements.stream()
        .allMatch(node -> node instanceof Node.Text(_, String found) && found.isBlank());
  }

  private static String unquoteName(Token token, String context) {
    if (token.type() != Kind.STRING && token.type() != Kind.RAW_STRING) {
      throw Tokens.unexpected(token, context);
    }
    return unquote(token);
  }

  static String unquote(Token token) {
    try {
      return QuotedText.unquote(token.text());
    } catch (WeirException.BadData _) {
      throw new SyntaxError(token.offset(), "invalid syntax");
    }
  }

  /// The next statement; nothing at `{{end}}` and `{{else}}`, which are then behind, as
  /// [#lastWord].
  private Optional<Statement> statement() {
    Token token = tokens.nextNonSpace();
    return switch (token.type()) {
      case TEXT -> Optional.of(new Node.Text(token.offset(), token.text()));
      case LEFT_DELIMITER -> action();
      default -> throw Tokens.unexpected(token, "input");
    };
  }

  private Optional<Statement> action() {
    Token token = tokens.nextNonSpace();
    return switch (token.type()) {
      case BLOCK -> Optional.of(block());
      case BREAK -> Optional.of(loopExit(token, new Node.Break(token.offset())));
      case CONTINUE -> Optional.of(loopExit(token, new Node.Continue(token.offset())));
      case END -> {
        tokens.expect(Kind.RIGHT_DELIMITER, "end");
        lastWord = token;
        yield Optional.empty();
      }
      case ELSE -> {
        Kind next = tokens.peekNonSpace().type();
        if (next != Kind.IF && next != Kind.WITH) {
          tokens.expect(Kind.RIGHT_DELIMITER, "else");
        }
        lastWord = token;
        yield Optional.empty();
      }
      case IF -> Optional.of(ifControl(token));
      case RANGE -> Optional.of(rangeControl(token));
      case WITH -> Optional.of(withControl(token));
      case TEMPLATE -> Optional.of(invocation());
      default -> {
        tokens.back();
        Token first = tokens.peek();
        Node.Pipeline pipeline = pipelines.pipeline("command", Kind.RIGHT_DELIMITER);
        yield Optional.of(new Node.Action(first.offset(), pipeline));
      }
    };
  }

  private Statement loopExit(Token token, Statement statement) {
    Token next = tokens.nextNonSpace();
    if (next.type() != Kind.RIGHT_DELIMITER) {
      throw Tokens.unexpected(next, "{{%s}}".formatted(token.text()));
    }
    if (rangeDepth == 0) {
      throw new SyntaxError(token.offset(), "{{%s}} outside {{range}}".formatted(token.text()));
    }
    return statement;
  }

  private Body body() {
    List<Statement> statements = new ArrayList<>();
    while (tokens.peekNonSpace().type() != Kind.END_OF_TEXT) {
      Optional<Statement> statement = statement();
      if (statement.isEmpty()) {
        Token word = lastWord;
        return new Body(
            List.copyOf(statements),
            word.type() == Kind.END ? Ending.END : Ending.ELSE,
            word.offset());
      }
      statements.add(statement.get());
    }
    throw new SyntaxError(tokens.peek().offset(), "unexpected EOF");
  }

  private Statement ifControl(Token token) {
    Control control = control(token, "if");
    return new Node.If(token.offset(), control.pipeline, control.body, control.otherwise);
  }

  private Statement withControl(Token token) {
    Control control = control(token, "with");
    return new Node.With(token.offset(), control.pipeline, control.body, control.otherwise);
  }

  private Statement rangeControl(Token token) {
    Control control = control(token, "range");
    return new Node.Range(token.offset(), control.pipeline, control.body, control.otherwise);
  }

  private Control control(Token token, String context) {
    nesting++;
    if (nesting > MAX_NESTING) {
      throw new SyntaxError(
          token.offset(), "controls are nested more than %d levels deep".formatted(MAX_NESTING));
    }
    int visible = pipelines.visibleVariables();
    Node.Pipeline pipeline = pipelines.pipeline(context, Kind.RIGHT_DELIMITER);
    boolean loops = token.type() == Kind.RANGE;
    rangeDepth += loops ? 1 : 0;
    Body body = body();
    rangeDepth -= loops ? 1 : 0;
    List<Statement> otherwise = List.of();
    if (body.ending() == Ending.ELSE) {
      otherwise = otherwise(token);
    }
    pipelines.forgetVariables(visible);
    nesting--;
    return new Control(pipeline, body.statements(), otherwise);
  }

  private List<Statement> otherwise(Token control) {
    Token next = tokens.peekNonSpace();
    boolean chained = next.type() == Kind.IF || next.type() == Kind.WITH;
    if (chained && next.type() == control.type()) {
      tokens.nextNonSpace();
      // `{{else if}}` is an `if` inside of the `else`; one `{{end}}` ends both.
      return List.of(next.type() == Kind.IF ? ifControl(next) : withControl(next));
    }
    if (chained && lastWordIsBefore(next)) {
      throw Tokens.unexpected(next, "else");
    }
    Body body = body();
    if (body.ending() != Ending.END) {
      throw new SyntaxError(body.endOffset(), "expected end; found {{else}}");
    }
    return body.statements();
  }

  /// Whether `if` or `with` stands inside of the `else` itself.
  private boolean lastWordIsBefore(Token next) {
    return next.offset() > lastWord.offset();
  }

  private Statement invocation() {
    Token nameToken = tokens.nextNonSpace();
    String invokes = unquoteName(nameToken, "template clause");
    Optional<Node.Pipeline> argument = Optional.empty();
    if (tokens.nextNonSpace().type() != Kind.RIGHT_DELIMITER) {
      tokens.back();
      argument = Optional.of(pipelines.pipeline("template clause", Kind.RIGHT_DELIMITER));
    }
    return new Node.Invocation(nameToken.offset(), invokes, argument);
  }

  private Statement block() {
    Token nameToken = tokens.nextNonSpace();
    String defines = unquoteName(nameToken, "block clause");
    Node.Pipeline argument = pipelines.pipeline("block clause", Kind.RIGHT_DELIMITER);
    List<String> outer = pipelines.startTemplate();
    int outerRanges = rangeDepth;
    rangeDepth = 0;
    Body body = body();
    if (body.ending() != Ending.END) {
      throw new SyntaxError(body.endOffset(), "unexpected {{else}} in block clause");
    }
    rangeDepth = outerRanges;
    pipelines.endTemplate(outer);
    add(defines, body.statements(), nameToken.offset());
    return new Node.Invocation(nameToken.offset(), defines, Optional.of(argument));
  }
}
