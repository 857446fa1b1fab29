package dev.weir.rules.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Templates that others call by name: what files of `{{define}}`s hold. Immutable.
public final class TemplateLibrary {
  public static final TemplateLibrary EMPTY = new TemplateLibrary(Map.of());

  private final Map<String, Definition> definitions;

  private TemplateLibrary(Map<String, Definition> definitions) {
    this.definitions = Map.copyOf(definitions);
  }

  /// This library and what a text defines; of two templates of one name the later one counts.
  ///
  /// @param source the name of the text, as errors call it: the name of its file
  /// @throws TemplateException if the text is no template
  public TemplateLibrary with(String source, String text, FunctionSet functions)
      throws TemplateException {
    Parser.Parsed parsed = Parser.parse(source, text, functions::has, List.of());
    return with(source, text, parsed);
  }

  TemplateLibrary with(String source, String text, Parser.Parsed parsed) {
    Map<String, Definition> all = new LinkedHashMap<>(definitions);
    parsed
        .defined()
        .forEach((name, statements) -> {
          if (!all.containsKey(name) || !Parser.isEmpty(statements)) {
            all.put(name, new Definition(name, source, text, statements));
          }
        });
    return new TemplateLibrary(all);
  }

  /// The names of all templates.
  public Set<String> names() {
    return definitions.keySet();
  }

  Map<String, Definition> definitions() {
    return definitions;
  }
}
