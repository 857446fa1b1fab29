package dev.weir.rules.template;

import dev.weir.rules.template.Node.Operand;
import dev.weir.rules.template.Node.Statement;
import dev.weir.rules.template.TemplateFunction.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Expands a template once. Follows Go's `text/template` to the wording of its errors: the node
/// that is being evaluated is remembered, and an error is reported there.
final class Interpreter {
  private static final String ROOT = "$";

  /// Go's `missingVal`: that no value comes from a stage before.
  private enum Stage {
    NOTHING
  }

  private static final Object NOTHING = Stage.NOTHING;

  /// What a statement asks its surroundings to do.
  private enum Flow {
    GO_ON,
    BREAK,
    CONTINUE
  }

  private record Slot(String name, @Nullable Object value) {}

  private final Map<String, Definition> definitions;
  private final FunctionSet functions;
  private final TemplateLimits limits;
  private final StringBuilder out = new StringBuilder();
  private Definition definition;
  private Node node;
  private List<Slot> variables = new ArrayList<>();
  private int steps;
  private int depth;

  Interpreter(
      Definition main,
      Map<String, Definition> definitions,
      FunctionSet functions,
      TemplateLimits limits) {
    this.definition = main;
    this.definitions = definitions;
    this.functions = functions;
    this.limits = limits;
    this.node = new Node.Text(0, "");
  }

  /// @param values of the variables that the template was parsed with, by name with the dollar
  String expand(@Nullable Object dot, Map<String, ? extends @Nullable Object> values)
      throws TemplateException {
    variables.add(new Slot(ROOT, dot));
    values.forEach((name, value) -> variables.add(new Slot(name, value)));
    try {
      walk(dot, definition.statements());
      return out.toString();
    } catch (TemplateFailure e) {
      throw exception(e.problem());
    } catch (StackOverflowError _) {
      throw exception("it is nested too deeply; call fewer templates from each other");
    }
  }

  private TemplateException exception(String problem) {
    String text = definition.text();
    int offset = Math.min(node.offset(), text.length());
    int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    long line = 1 + text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    int column = GoPrint.utf8Length(text.substring(lineStart, offset));
    String message =
        "template: %s:%d:%d: executing %s at <%s>: %s"
            .formatted(
                definition.source(), line, column, GoText.quote(definition.name()), node, problem);
    return new TemplateException(message, problem, node.offset());
  }

  private void step() {
    steps++;
    if (steps > limits.maxSteps()) {
      throw new TemplateFailure(
          "it takes more than %d steps; loop over less".formatted(limits.maxSteps()));
    }
  }

  private void write(String text) {
    if (out.length() + text.length() > limits.maxOutput()) {
      throw new TemplateFailure(
          "the text is longer than %d characters; write less".formatted(limits.maxOutput()));
    }
    out.append(text);
  }

  private Flow walk(@Nullable Object dot, List<Statement> statements) {
    for (Statement statement : statements) {
      step();
      Flow flow = walk(dot, statement);
      if (flow != Flow.GO_ON) {
        return flow;
      }
    }
    return Flow.GO_ON;
  }

  private Flow walk(@Nullable Object dot, Statement statement) {
    node = statement;
    return switch (statement) {
      case Node.Text(_, String text) -> {
        write(text);
        yield Flow.GO_ON;
      }
      case Node.Action(_, Node.Pipeline pipeline) -> {
        Object value = pipeline(dot, pipeline);
        if (pipeline.variables().isEmpty()) {
          node = statement;
          write(value == null ? "<no value>" : GoPrint.text(value));
        }
        yield Flow.GO_ON;
      }
      case Node.If(_, Node.Pipeline condition, List<Statement> body, List<Statement> otherwise) ->
          scoped(() ->
              TemplateValues.truth(pipeline(dot, condition))
                  ? walk(dot, body)
                  : walk(dot, otherwise));
      case Node.With(_, Node.Pipeline value, List<Statement> body, List<Statement> otherwise) ->
          scoped(() -> {
            Object found = pipeline(dot, value);
            return TemplateValues.truth(found) ? walk(found, body) : walk(dot, otherwise);
          });
      case Node.Range range -> scoped(() -> range(dot, range));
      case Node.Break _ -> Flow.BREAK;
      case Node.Continue _ -> Flow.CONTINUE;
      case Node.Invocation invocation -> {
        invoke(dot, invocation);
        yield Flow.GO_ON;
      }
    };
  }

  private interface Scoped {
    Flow run();
  }

  /// Variables that are declared inside vanish behind.
  private Flow scoped(Scoped body) {
    int visible = variables.size();
    Flow flow = body.run();
    variables.subList(visible, variables.size()).clear();
    return flow;
  }

  private void invoke(@Nullable Object dot, Node.Invocation invocation) {
    Definition called = definitions.get(invocation.name());
    if (called == null) {
      throw new TemplateFailure(
          "template %s not defined".formatted(GoText.quote(invocation.name())));
    }
    if (depth == limits.maxDepth()) {
      throw new TemplateFailure(
          "templates call each other more than %d levels deep; end the recursion"
              .formatted(limits.maxDepth()));
    }
    Node.Pipeline pipeline = invocation.argument().orElse(null);
    Object argument = pipeline == null ? null : pipeline(dot, pipeline);
    Definition caller = definition;
    List<Slot> outer = variables;
    variables = new ArrayList<>(List.of(new Slot(ROOT, argument)));
    definition = called;
    depth++;
    walk(argument, called.statements());
    depth--;
    definition = caller;
    variables = outer;
  }

  private Flow range(@Nullable Object dot, Node.Range range) {
    Object elements = pipeline(dot, range.elements());
    int visible = variables.size();
    boolean any = false;
    Flow flow = Flow.GO_ON;
    switch (elements) {
      case null -> {
        // Nothing to go through.
      }
      case Map<?, ?> map -> {
        for (Map.Entry<?, ?> entry : new TreeMap<>(map).entrySet()) {
          any = true;
          flow = iterate(range, entry.getKey(), entry.getValue(), visible);
          if (flow == Flow.BREAK) {
            break;
          }
        }
      }
      case List<?> list -> {
        for (int i = 0; i < list.size() && flow != Flow.BREAK; i++) {
          any = true;
          flow = iterate(range, (long) i, list.get(i), visible);
        }
      }
      case Long count -> {
        for (long i = 0; i < count && flow != Flow.BREAK; i++) {
          any = true;
          flow = iterate(range, i, i, visible);
        }
      }
      default -> throw new TemplateFailure("range can't iterate over " + GoPrint.text(elements));
    }
    return any ? Flow.GO_ON : walk(dot, range.otherwise());
  }

  private Flow iterate(
      Node.Range range, @Nullable Object key, @Nullable Object element, int visible) {
    step();
    List<Node.Variable> declared = range.elements().variables();
    if (declared.size() == 1) {
      assign(declared.getFirst().name(), element);
    } else if (declared.size() == 2) {
      assign(declared.getFirst().name(), key);
      assign(declared.getLast().name(), element);
    }
    Flow flow = walk(element, range.body());
    // The range's own variables stay, and are set anew for each element.
    variables.subList(visible, variables.size()).clear();
    return flow;
  }

  private @Nullable Object pipeline(@Nullable Object dot, Node.Pipeline pipeline) {
    node = pipeline;
    Object value = NOTHING;
    for (Node.Command command : pipeline.commands()) {
      value = command(dot, command, value);
    }
    for (Node.Variable variable : pipeline.variables()) {
      if (pipeline.assigns()) {
        assign(variable.name(), value);
      } else {
        variables.add(new Slot(variable.name(), value));
      }
    }
    return value;
  }

  private void assign(String name, @Nullable Object value) {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name().equals(name)) {
        variables.set(i, new Slot(name, value));
        return;
      }
    }
    throw new TemplateFailure("undefined variable: " + name);
  }

  private @Nullable Object variable(String name) {
    for (int i = variables.size() - 1; i >= 0; i--) {
      if (variables.get(i).name().equals(name)) {
        return variables.get(i).value();
      }
    }
    throw new TemplateFailure("undefined variable: " + name);
  }

  /// @param last the value of the stage before, or [#NOTHING]
  private @Nullable Object command(
      @Nullable Object dot, Node.Command command, @Nullable Object last) {
    Operand first = command.operands().getFirst();
    List<Operand> arguments = command.operands().subList(1, command.operands().size());
    switch (first) {
      case Node.Field field -> {
        node = field;
        return fields(dot, dot, field, field.names(), arguments, last);
      }
      case Node.Chain chain -> {
        return chain(dot, chain, arguments, last);
      }
      case Node.Identifier identifier -> {
        return function(dot, identifier, command, arguments, last);
      }
      case Node.Pipeline pipeline -> {
        requireNoArguments(first, arguments, last);
        return pipeline(dot, pipeline);
      }
      case Node.Variable variable -> {
        return variable(dot, variable, arguments, last);
      }
      case Node.Bool _, Node.Dot _, Node.NumberConstant _, Node.TextConstant _, Node.Nil _ -> {
        node = first;
        requireNoArguments(first, arguments, last);
        return constant(dot, first);
      }
    }
  }

  private @Nullable Object constant(@Nullable Object dot, Operand operand) {
    return switch (operand) {
      case Node.Bool(_, boolean value) -> value;
      case Node.Dot _ -> dot;
      case Node.NumberConstant number -> ideal(number);
      case Node.TextConstant(_, _, String value) -> value;
      default -> throw new TemplateFailure("nil is not a command");
    };
  }

  private static void requireNoArguments(
      Operand first, List<Operand> arguments, @Nullable Object last) {
    if (!arguments.isEmpty() || isGiven(last)) {
      throw new TemplateFailure("can't give argument to non-function " + first);
    }
  }

  /// The type of a number that stands where either type would do.
  private static Object ideal(Node.NumberConstant number) {
    if (number.isFloat()) {
      return number.value();
    }
    return number.integer().orElseThrow();
  }

  private @Nullable Object variable(
      @Nullable Object dot,
      Node.Variable variable,
      List<Operand> arguments,
      @Nullable Object last) {
    node = variable;
    Object value = variable(variable.name());
    if (variable.fields().isEmpty()) {
      requireNoArguments(variable, arguments, last);
      return value;
    }
    return fields(dot, value, variable, variable.fields(), arguments, last);
  }

  private @Nullable Object chain(
      @Nullable Object dot, Node.Chain chain, List<Operand> arguments, @Nullable Object last) {
    node = chain;
    if (chain.value() instanceof Node.Nil) {
      throw new TemplateFailure("indirection through explicit nil in " + chain);
    }
    Object value = argument(dot, Parameter.ANY, chain.value());
    return fields(dot, value, chain, chain.fields(), arguments, last);
  }

  /// `.A.B.C arguments`: only the last may be a method with arguments.
  private @Nullable Object fields(
      @Nullable Object dot,
      @Nullable Object receiver,
      Node place,
      List<String> names,
      List<Operand> arguments,
      @Nullable Object last) {
    if (receiver == null) {
      // Go passes what is not there along: a template that was called without an argument.
      return null;
    }
    Object value = receiver;
    for (int i = 0; i < names.size() - 1; i++) {
      value = field(dot, value, place, names.get(i), List.of(), NOTHING);
    }
    return field(dot, value, place, names.getLast(), arguments, last);
  }

  private @Nullable Object field(
      @Nullable Object dot,
      @Nullable Object receiver,
      Node place,
      String name,
      List<Operand> arguments,
      @Nullable Object last) {
    node = place;
    if (receiver == null) {
      throw new TemplateFailure("nil pointer evaluating interface {}." + name);
    }
    boolean hasArguments = !arguments.isEmpty() || isGiven(last);
    if (receiver instanceof TemplateObject object) {
      TemplateFunction method = object.method(name).orElse(null);
      if (method != null) {
        return call(dot, method, place, name, arguments, last);
      }
      if (object.fieldNames().contains(name)) {
        if (hasArguments) {
          throw new TemplateFailure(name + " has arguments but cannot be invoked as function");
        }
        return object.field(name);
      }
    }
    if (receiver instanceof Map<?, ?> map) {
      if (hasArguments) {
        throw new TemplateFailure(name + " is not a method but has arguments");
      }
      return map.containsKey(name) ? map.get(name) : TemplateValues.zeroOf(map);
    }
    throw new TemplateFailure(
        "can't evaluate field %s in type %s".formatted(name, TemplateValues.typeName(receiver)));
  }

  private @Nullable Object function(
      @Nullable Object dot,
      Node.Identifier identifier,
      Node place,
      List<Operand> arguments,
      @Nullable Object last) {
    node = identifier;
    String name = identifier.name();
    TemplateFunction function =
        functions
            .find(name)
            .orElseThrow(
                () -> new TemplateFailure(GoText.quote(name) + " is not a defined function"));
    if (name.equals("and") || name.equals("or")) {
      checkCount(function, name, arguments, last);
      return shortCircuit(dot, name.equals("or"), arguments, last);
    }
    return call(dot, function, place, name, arguments, last);
  }

  /// `and` and `or` evaluate no more arguments than they need.
  private @Nullable Object shortCircuit(
      @Nullable Object dot, boolean or, List<Operand> arguments, @Nullable Object last) {
    Object value = null;
    for (Operand operand : arguments) {
      value = argument(dot, Parameter.ANY, operand);
      if (TemplateValues.truth(value) == or) {
        return value;
      }
    }
    return isGiven(last) ? last : value;
  }

  private static boolean isGiven(@Nullable Object last) {
    return !(last instanceof Stage);
  }

  private static void checkCount(
      TemplateFunction function, String name, List<Operand> arguments, @Nullable Object last) {
    int count = arguments.size() + (isGiven(last) ? 1 : 0);
    int fixed = function.fixedParameters();
    if (function.variadic() && count < fixed) {
      throw new TemplateFailure(
          "wrong number of args for %s: want at least %d got %d"
              .formatted(name, fixed, arguments.size()));
    }
    if (!function.variadic() && count != fixed) {
      throw new TemplateFailure(
          "wrong number of args for %s: want %d got %d".formatted(name, fixed, count));
    }
  }

  private @Nullable Object call(
      @Nullable Object dot,
      TemplateFunction function,
      Node place,
      String name,
      List<Operand> arguments,
      @Nullable Object last) {
    checkCount(function, name, arguments, last);
    List<@Nullable Object> values = new ArrayList<>();
    for (Operand operand : arguments) {
      values.add(argument(dot, function.parameter(values.size()), operand));
    }
    if (isGiven(last)) {
      values.add(checked(last, function.parameter(values.size())));
    }
    Object result;
    try {
      result = function.body().call(values);
    } catch (TemplateFailure e) {
      node = place;
      throw new TemplateFailure("error calling %s: %s".formatted(name, e.problem()));
    }
    if (result instanceof String text && text.length() > limits.maxOutput()) {
      throw new TemplateFailure(
          "%s gives a text longer than %d characters; write less"
              .formatted(name, limits.maxOutput()));
    }
    return result;
  }

  private static @Nullable Object checked(@Nullable Object value, Parameter parameter) {
    if (value == null) {
      if (parameter.mayBeNil()) {
        return null;
      }
      throw new TemplateFailure("invalid value; expected " + parameter.goName());
    }
    if (!parameter.type().isInstance(value)) {
      throw new TemplateFailure(
          "wrong type for value; expected %s; got %s"
              .formatted(parameter.goName(), TemplateValues.typeName(value)));
    }
    return value;
  }

  private @Nullable Object argument(@Nullable Object dot, Parameter parameter, Operand operand) {
    node = operand;
    return switch (operand) {
      case Node.Dot _ -> checked(dot, parameter);
      case Node.Nil _ -> {
        if (!parameter.mayBeNil()) {
          throw new TemplateFailure("cannot assign nil to " + parameter.goName());
        }
        yield null;
      }
      case Node.Field field ->
          checked(fields(dot, dot, field, field.names(), List.of(), NOTHING), parameter);
      case Node.Variable variable ->
          checked(variable(dot, variable, List.of(), NOTHING), parameter);
      case Node.Pipeline pipeline -> checked(pipeline(dot, pipeline), parameter);
      case Node.Identifier identifier ->
          checked(function(dot, identifier, identifier, List.of(), NOTHING), parameter);
      case Node.Chain chain -> checked(chain(dot, chain, List.of(), NOTHING), parameter);
      case Node.Bool(_, boolean value) ->
          parameter.equals(Parameter.ANY) || parameter.equals(Parameter.BOOL)
              ? value
              : mismatch(parameter, operand);
      case Node.TextConstant(_, _, String value) ->
          parameter.equals(Parameter.ANY) || parameter.equals(Parameter.TEXT)
              ? value
              : mismatch(parameter, operand);
      case Node.NumberConstant number -> number(number, parameter);
    };
  }

  private static Object number(Node.NumberConstant number, Parameter parameter) {
    if (parameter.equals(Parameter.ANY)) {
      return ideal(number);
    }
    if (parameter.equals(Parameter.FLOAT)) {
      return number.value();
    }
    if (parameter.equals(Parameter.INTEGER) && number.integer().isPresent()) {
      return number.integer().get();
    }
    return mismatch(parameter, number);
  }

  private static Object mismatch(Parameter parameter, Operand operand) {
    String expected;
    if (parameter.equals(Parameter.TEXT)) {
      expected = "string";
    } else if (parameter.equals(Parameter.FLOAT)) {
      expected = "float";
    } else if (parameter.equals(Parameter.INTEGER)) {
      expected = "integer";
    } else if (parameter.equals(Parameter.BOOL)) {
      expected = "bool";
    } else {
      throw new TemplateFailure(
          "can't handle %s for arg of type %s".formatted(operand, parameter.goName()));
    }
    throw new TemplateFailure("expected %s; found %s".formatted(expected, operand));
  }
}
