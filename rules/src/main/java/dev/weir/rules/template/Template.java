package dev.weir.rules.template;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A parsed template. Immutable; any number of threads may expand it.
///
/// What a missing key stands for is as with Go's option `missingkey=zero`, which Prometheus and
/// Alertmanager set.
public final class Template {
  private final String text;
  private final Definition main;
  private final Map<String, Definition> definitions;

  private Template(String text, Definition main, Map<String, Definition> definitions) {
    this.text = text;
    this.main = main;
    this.definitions = definitions;
  }

  /// Reads a template that stands alone.
  ///
  /// @param name as errors call it
  /// @param functions that it may call; the same names have to be there when it is expanded
  /// @throws TemplateException if it is no template, or calls a function that is not there
  public static Template parse(String name, String text, FunctionSet functions)
      throws TemplateException {
    return parse(name, text, functions, List.of(), TemplateLibrary.EMPTY);
  }

  /// Reads a template.
  ///
  /// @param name as errors call it
  /// @param functions that it may call; the same names have to be there when it is expanded
  /// @param variables with their dollar, that are set before it starts
  /// @param library templates that it may call
  /// @throws TemplateException if it is no template, or calls a function that is not there
  public static Template parse(
      String name,
      String text,
      FunctionSet functions,
      Collection<String> variables,
      TemplateLibrary library)
      throws TemplateException {
    Parser.Parsed parsed = Parser.parse(name, text, functions::has, variables);
    Definition main = new Definition(name, name, text, parsed.main());
    Map<String, Definition> definitions =
        new LinkedHashMap<>(library.with(name, text, parsed).definitions());
    definitions.putIfAbsent(name, main);
    return new Template(text, main, Map.copyOf(definitions));
  }

  /// As it was written.
  public String text() {
    return text;
  }

  /// Whether it is text and nothing else, so that it expands to itself.
  public boolean isConstant() {
    return main.statements().stream().allMatch(node -> node instanceof Node.Text);
  }

  /// The text that the template comes to.
  ///
  /// @param dot the cursor; see [TemplateValues] for what values may be
  /// @param variables a value for each that the template was parsed with
  /// @throws TemplateException if it fails, or reaches a limit
  public String expand(
      @Nullable Object dot,
      Map<String, ? extends @Nullable Object> variables,
      FunctionSet functions,
      TemplateLimits limits)
      throws TemplateException {
    requireNonNull(functions, "functions");
    return new Interpreter(main, definitions, functions, limits).expand(dot, variables);
  }

  @Override
  public String toString() {
    return text;
  }
}
