package dev.weir.rules.template;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A value with named parts: what is a struct, or has methods, in Go. Maps and lists may have
/// methods as well, and then implement both.
public interface TemplateObject {
  /// How errors call the type, as Go would: `template.Alert`.
  String typeName();

  /// The names of its fields; each of them is known to [#field].
  default Set<String> fieldNames() {
    return Set.of();
  }

  /// The value of one of the fields.
  default @Nullable Object field(String name) {
    throw new IllegalArgumentException("%s has no field %s".formatted(typeName(), name));
  }

  /// A method. Methods are looked for before fields and keys.
  default Optional<TemplateFunction> method(String name) {
    return Optional.empty();
  }
}
