package dev.weir.rules.template;

import dev.weir.rules.template.Node.Operand;
import dev.weir.rules.template.Token.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Reads what stands inside of an action: declarations, commands and their arguments. Knows which
/// variables are visible.
final class PipelineParser {
  private static final String ROOT = "$";

  private final Tokens tokens;
  private final Predicate<String> functions;
  private final List<String> variables = new ArrayList<>();
  private int nesting;

  PipelineParser(Tokens tokens, Predicate<String> functions, Collection<String> variables) {
    this.tokens = tokens;
    this.functions = functions;
    this.variables.add(ROOT);
    this.variables.addAll(variables);
  }

  int visibleVariables() {
    return variables.size();
  }

  void forgetVariables(int visible) {
    variables.subList(visible, variables.size()).clear();
  }

  /// A template that is defined inside of another sees none of its variables.
  ///
  /// @return what to give to [#endTemplate]
  List<String> startTemplate() {
    List<String> outer = List.copyOf(variables);
    forgetVariables(1);
    return outer;
  }

  void endTemplate(List<String> outer) {
    variables.clear();
    variables.addAll(outer);
  }

  /// @param context as errors name it
  /// @param end the token behind the pipeline, which is read too
  Node.Pipeline pipeline(String context, Kind end) {
    int offset = tokens.peekNonSpace().offset();
    List<Node.Variable> declared = new ArrayList<>();
    boolean assigns = declarations(context, declared);
    List<Node.Command> commands = new ArrayList<>();
    while (true) {
      Token token = tokens.nextNonSpace();
      if (token.type() == end) {
        check(commands, context, token);
        return new Node.Pipeline(offset, declared, assigns, commands);
      }
      if (!startsOperand(token.type())) {
        throw Tokens.unexpected(token, context);
      }
      tokens.back();
      commands.add(command());
    }
  }

  /// Reads `$x :=`, `$x =` or, in a range, `$i, $x :=`.
  ///
  /// @return whether it is an assignment
  private boolean declarations(String context, List<Node.Variable> declared) {
    while (tokens.peekNonSpace().type() == Kind.VARIABLE) {
      int position = tokens.position();
      Token variable = tokens.next();
      Token next = tokens.nextNonSpace();
      Node.Variable node = new Node.Variable(variable.offset(), variable.text(), List.of());
      switch (next.type()) {
        case ASSIGN, DECLARE -> {
          declared.add(node);
          variables.add(variable.text());
          return next.type() == Kind.ASSIGN;
        }
        case COMMA -> {
          declared.add(node);
          variables.add(variable.text());
          if (!context.equals("range") || declared.size() == 2) {
            throw new SyntaxError(next.offset(), "too many declarations in " + context);
          }
          Kind after = tokens.peekNonSpace().type();
          if (after != Kind.VARIABLE
              && after != Kind.RIGHT_DELIMITER
              && after != Kind.RIGHT_PARENTHESIS) {
            throw new SyntaxError(tokens.peek().offset(), "range can only initialize variables");
          }
        }
        default -> {
          tokens.goTo(position);
          return false;
        }
      }
    }
    return false;
  }

  private static void check(List<Node.Command> commands, String context, Token end) {
    if (commands.isEmpty()) {
      throw new SyntaxError(end.offset(), "missing value for " + context);
    }
    for (int i = 1; i < commands.size(); i++) {
      switch (commands.get(i).operands().getFirst()) {
        case Node.Bool _, Node.Dot _, Node.Nil _, Node.NumberConstant _, Node.TextConstant _ ->
            throw new SyntaxError(
                commands.get(i).offset(),
                "non executable command in pipeline stage %d".formatted(i + 1));
        case Node.Field _, Node.Variable _, Node.Chain _, Node.Identifier _, Node.Pipeline _ -> {
          // Takes the value of the stage before.
        }
      }
    }
  }

  private static boolean startsOperand(Kind type) {
    return switch (type) {
      case BOOL,
          CHARACTER,
          DOT,
          FIELD,
          IDENTIFIER,
          NUMBER,
          NIL,
          RAW_STRING,
          STRING,
          VARIABLE,
          LEFT_PARENTHESIS ->
          true;
      case TEXT,
          LEFT_DELIMITER,
          RIGHT_DELIMITER,
          SPACE,
          ASSIGN,
          DECLARE,
          PIPE,
          RIGHT_PARENTHESIS,
          COMMA,
          OTHER,
          BLOCK,
          BREAK,
          CONTINUE,
          DEFINE,
          ELSE,
          END,
          IF,
          RANGE,
          TEMPLATE,
          WITH,
          ERROR,
          END_OF_TEXT ->
          false;
    };
  }

  private Node.Command command() {
    int offset = tokens.peekNonSpace().offset();
    List<Operand> operands = new ArrayList<>();
    while (true) {
      tokens.peekNonSpace();
      operand().ifPresent(operands::add);
      Token token = tokens.next();
      switch (token.type()) {
        case SPACE -> {
          continue;
        }
        case RIGHT_DELIMITER, RIGHT_PARENTHESIS -> tokens.back();
        case PIPE -> {
          // The next command follows.
        }
        default -> throw Tokens.unexpected(token, "operand");
      }
      break;
    }
    if (operands.isEmpty()) {
      throw new SyntaxError(offset, "empty command");
    }
    return new Node.Command(offset, operands);
  }

  private Optional<Operand> operand() {
    Optional<Operand> term = term();
    if (term.isEmpty() || tokens.peek().type() != Kind.FIELD) {
      return term;
    }
    int offset = tokens.peek().offset();
    List<String> fields = new ArrayList<>();
    while (tokens.peek().type() == Kind.FIELD) {
      fields.add(tokens.next().text().substring(1));
    }
    return Optional.of(chained(term.get(), fields, offset));
  }

  private static Operand chained(Operand term, List<String> fields, int offset) {
    return switch (term) {
      case Node.Field(_, List<String> names) -> {
        List<String> all = new ArrayList<>(names);
        all.addAll(fields);
        yield new Node.Field(offset, all);
      }
      case Node.Variable(_, String name, _) -> new Node.Variable(offset, name, fields);
      case Node.Bool _, Node.TextConstant _, Node.NumberConstant _, Node.Nil _, Node.Dot _ ->
          throw new SyntaxError(offset, "unexpected . after term " + GoText.quote(term.toString()));
      case Node.Identifier _, Node.Chain _, Node.Pipeline _ -> new Node.Chain(offset, term, fields);
    };
  }

  private Optional<Operand> term() {
    Token token = tokens.nextNonSpace();
    int offset = token.offset();
    return switch (token.type()) {
      case IDENTIFIER -> {
        if (!functions.test(token.text())) {
          throw new SyntaxError(
              offset, "function %s not defined".formatted(GoText.quote(token.text())));
        }
        yield Optional.of(new Node.Identifier(offset, token.text()));
      }
      case DOT -> Optional.of(new Node.Dot(offset));
      case NIL -> Optional.of(new Node.Nil(offset));
      case VARIABLE -> {
        if (!variables.contains(token.text())) {
          throw new SyntaxError(offset, "undefined variable " + GoText.quote(token.text()));
        }
        yield Optional.of(new Node.Variable(offset, token.text(), List.of()));
      }
      case FIELD -> Optional.of(new Node.Field(offset, List.of(token.text().substring(1))));
      case BOOL -> Optional.of(new Node.Bool(offset, token.text().equals("true")));
      case CHARACTER, NUMBER -> Optional.of(NumberReader.read(token));
      case LEFT_PARENTHESIS -> Optional.of(parenthesized(token));
      case STRING, RAW_STRING ->
          Optional.of(new Node.TextConstant(offset, token.text(), Parser.unquote(token)));
      default -> {
        tokens.back();
        yield Optional.empty();
      }
    };
  }

  private Operand parenthesized(Token open) {
    nesting++;
    if (nesting > Parser.MAX_NESTING) {
      throw new SyntaxError(
          open.offset(),
          "parentheses are nested more than %d levels deep".formatted(Parser.MAX_NESTING));
    }
    Node.Pipeline pipeline = pipeline("parenthesized pipeline", Kind.RIGHT_PARENTHESIS);
    nesting--;
    return pipeline;
  }
}
