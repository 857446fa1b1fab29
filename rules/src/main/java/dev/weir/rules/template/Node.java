package dev.weir.rules.template;

import java.util.List;
import java.util.Optional;

/// A part of a parsed template. Printing one gives what error messages show.
///
/// Every node knows the offset of its first character, in UTF-16 units.
sealed interface Node {
  int offset();

  /// What stands at the top level, and inside of a control: nodes that write or decide.
  sealed interface Statement extends Node {}

  /// What has a value and may be an argument.
  sealed interface Operand extends Node {}

  /// Text to be copied.
  record Text(int offset, String text) implements Statement {
    @Override
    public String toString() {
      return text;
    }
  }

  /// `{{pipeline}}`: writes its value, unless it declares a variable.
  record Action(int offset, Pipeline pipeline) implements Statement {
    @Override
    public String toString() {
      return "{{" + pipeline + "}}";
    }
  }

  /// `{{if}}`: one of two bodies.
  record If(int offset, Pipeline condition, List<Statement> body, List<Statement> otherwise)
      implements Statement {
    public If {
      body = List.copyOf(body);
      otherwise = List.copyOf(otherwise);
    }
  }

  /// `{{with}}`: as `if`, and the cursor moves to the value.
  record With(int offset, Pipeline value, List<Statement> body, List<Statement> otherwise)
      implements Statement {
    public With {
      body = List.copyOf(body);
      otherwise = List.copyOf(otherwise);
    }
  }

  /// `{{range}}`: the body for each element, or the other body if there is none.
  record Range(int offset, Pipeline elements, List<Statement> body, List<Statement> otherwise)
      implements Statement {
    public Range {
      body = List.copyOf(body);
      otherwise = List.copyOf(otherwise);
    }
  }

  record Break(int offset) implements Statement {}

  record Continue(int offset) implements Statement {}

  /// `{{template "name" pipeline}}`.
  record Invocation(int offset, String name, Optional<Pipeline> argument) implements Statement {
    @Override
    public String toString() {
      return "{{template "
          + GoText.quote(name)
          + argument.map(pipeline -> " " + pipeline).orElse("")
          + "}}";
    }
  }

  /// Commands, each of which gets the value of the one before as its last argument.
  ///
  /// @param variables that are set to the value; at most two, and two only in a range
  /// @param assigns whether the variables exist already (`=`), rather than being declared (`:=`)
  record Pipeline(int offset, List<Variable> variables, boolean assigns, List<Command> commands)
      implements Operand {
    public Pipeline {
      variables = List.copyOf(variables);
      commands = List.copyOf(commands);
    }

    @Override
    public String toString() {
      StringBuilder out = new StringBuilder();
      if (!variables.isEmpty()) {
        out.append(join(variables, ", ")).append(assigns ? " = " : " := ");
      }
      return out.append(join(commands, " | ")).toString();
    }
  }

  /// A function, method or value, and its arguments.
  ///
  /// @param operands at least one
  record Command(int offset, List<Operand> operands) implements Node {
    public Command {
      operands = List.copyOf(operands);
    }

    @Override
    public String toString() {
      StringBuilder out = new StringBuilder();
      for (Operand operand : operands) {
        out.append(out.isEmpty() ? "" : " ");
        if (operand instanceof Pipeline) {
          out.append('(').append(operand).append(')');
        } else {
          out.append(operand);
        }
      }
      return out.toString();
    }
  }

  /// `.`
  record Dot(int offset) implements Operand {
    @Override
    public String toString() {
      return ".";
    }
  }

  /// `nil`
  record Nil(int offset) implements Operand {
    @Override
    public String toString() {
      return "nil";
    }
  }

  /// `.A.B`: of the cursor.
  record Field(int offset, List<String> names) implements Operand {
    public Field {
      names = List.copyOf(names);
    }

    @Override
    public String toString() {
      return "." + String.join(".", names);
    }
  }

  /// `$x.A.B`
  ///
  /// @param name with its dollar
  record Variable(int offset, String name, List<String> fields) implements Operand {
    public Variable {
      fields = List.copyOf(fields);
    }

    @Override
    public String toString() {
      return fields.isEmpty() ? name : name + "." + String.join(".", fields);
    }
  }

  /// `(pipeline).A.B`
  record Chain(int offset, Operand value, List<String> fields) implements Operand {
    public Chain {
      fields = List.copyOf(fields);
    }

    @Override
    public String toString() {
      String base = value instanceof Pipeline ? "(" + value + ")" : value.toString();
      return base + "." + String.join(".", fields);
    }
  }

  /// The name of a function.
  record Identifier(int offset, String name) implements Operand {
    @Override
    public String toString() {
      return name;
    }
  }

  record Bool(int offset, boolean value) implements Operand {
    @Override
    public String toString() {
      return Boolean.toString(value);
    }
  }

  /// A text constant.
  ///
  /// @param quoted as it was written
  record TextConstant(int offset, String quoted, String value) implements Operand {
    @Override
    public String toString() {
      return quoted;
    }
  }

  /// A number constant, which becomes a whole number or a float by where it stands.
  ///
  /// @param text as it was written
  /// @param integer its value as a whole number, if it is one
  /// @param value as a float
  /// @param isFloat whether it is a float where either would do
  record NumberConstant(
      int offset, String text, Optional<Long> integer, double value, boolean isFloat)
      implements Operand {
    @Override
    public String toString() {
      return text;
    }
  }

  private static String join(List<? extends Node> nodes, String separator) {
    return String.join(separator, nodes.stream().map(Node::toString).toList());
  }
}
