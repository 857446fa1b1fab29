package dev.weir.rules.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What templates compute with, as Java objects:
///
/// | Go | Java |
/// |---|---|
/// | `nil` | `null` |
/// | `bool` | [Boolean] |
/// | `int` and its kin | [Long] |
/// | `float64` | [Double] |
/// | `string` | [String] |
/// | `time.Time`, `time.Duration` | [GoTime], [GoDuration] |
/// | slices | [List] |
/// | maps with text as keys | [Map]; a missing key is the empty text |
/// | `map[string]interface{}` | [AnyMap]; a missing key is `nil` |
/// | structs, and what has methods | [TemplateObject] |
/// | functions | [TemplateFunction] |
///
/// Anything else is passed along and printed by its `toString`.
public final class TemplateValues {
  private TemplateValues() {}

  /// Whether a condition holds: not zero, not empty, not nil.
  static boolean truth(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean bool -> bool;
      case Long number -> number != 0;
      case Double number -> number != 0;
      case String text -> !text.isEmpty();
      case List<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      case GoDuration duration -> duration.nanos() != 0;
      default -> true;
    };
  }

  /// The type's name in Go.
  public static String typeName(@Nullable Object value) {
    return switch (value) {
      case null -> "nil";
      case TemplateObject object -> object.typeName();
      case Boolean _ -> "bool";
      case Long _ -> "int";
      case Double _ -> "float64";
      case String _ -> "string";
      case AnyMap _ -> "map[string]interface {}";
      case Map<?, ?> _ -> "map[string]string";
      case List<?> _ -> "[]interface {}";
      case TemplateFunction _ -> "func()";
      default -> value.getClass().getSimpleName();
    };
  }

  /// What stands for a key that a map does not have.
  static @Nullable Object zeroOf(Map<?, ?> map) {
    return map instanceof AnyMap ? null : "";
  }
}
