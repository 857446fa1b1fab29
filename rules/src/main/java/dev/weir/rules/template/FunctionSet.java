package dev.weir.rules.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The functions that templates may call, by name, besides Go's own. Immutable.
public final class FunctionSet {
  /// No functions but Go's own.
  public static final FunctionSet NONE = new FunctionSet(Map.of());

  private final Map<String, TemplateFunction> functions;

  private FunctionSet(Map<String, TemplateFunction> functions) {
    this.functions = Map.copyOf(functions);
  }

  public static FunctionSet of(Map<String, TemplateFunction> functions) {
    return new FunctionSet(functions);
  }

  /// These functions and others, which win where names are the same.
  public FunctionSet with(Map<String, TemplateFunction> others) {
    Map<String, TemplateFunction> all = new HashMap<>(functions);
    all.putAll(others);
    return new FunctionSet(all);
  }

  Optional<TemplateFunction> find(String name) {
    return Optional.ofNullable(functions.get(name)).or(() -> Builtins.find(name));
  }

  boolean has(String name) {
    return find(name).isPresent();
  }
}
