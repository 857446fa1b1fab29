package dev.weir.rules.template;

import java.util.List;

/// A template that others can call.
///
/// @param name that it is called by
/// @param source the name of the text that it stands in
/// @param text all of that text, in which its nodes have their offsets
record Definition(String name, String source, String text, List<Node.Statement> statements) {
  Definition {
    statements = List.copyOf(statements);
  }
}
