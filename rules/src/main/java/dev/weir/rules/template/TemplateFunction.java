package dev.weir.rules.template;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function that templates call, or a method of a [TemplateObject]. Values are what
/// [TemplateValues] says.
///
/// @param parameters the last one repeats if the function is variadic
/// @param variadic whether the last parameter stands for any number of arguments
public record TemplateFunction(List<Parameter> parameters, boolean variadic, Body body) {

  /// What the function does. Arguments have been checked against the parameters.
  @FunctionalInterface
  public interface Body {
    /// @throws TemplateFailure if it has no result
    @Nullable Object call(List<@Nullable Object> arguments);
  }

  /// The type of a parameter.
  ///
  /// @param goName the type's name in Go, as errors call it
  /// @param type that arguments have to be of
  /// @param mayBeNil whether nothing is an argument, too
  public record Parameter(String goName, Class<?> type, boolean mayBeNil) {
    public static final Parameter ANY = new Parameter("interface {}", Object.class, true);
    public static final Parameter TEXT = new Parameter("string", String.class, false);
    public static final Parameter INTEGER = new Parameter("int", Long.class, false);
    public static final Parameter FLOAT = new Parameter("float64", Double.class, false);
    public static final Parameter BOOL = new Parameter("bool", Boolean.class, false);
    public static final Parameter TEXTS = new Parameter("[]string", List.class, true);
    public static final Parameter TIME = new Parameter("time.Time", GoTime.class, false);
    public static final Parameter DURATION =
        new Parameter("time.Duration", GoDuration.class, false);
  }

  public TemplateFunction {
    parameters = List.copyOf(parameters);
    requireNonNull(body, "body");
    if (variadic && parameters.isEmpty()) {
      throw new IllegalArgumentException("a variadic function has a parameter that repeats");
    }
  }

  public static TemplateFunction of(Body body, Parameter... parameters) {
    return new TemplateFunction(List.of(parameters), false, body);
  }

  /// A function whose last parameter stands for any number of arguments.
  public static TemplateFunction variadic(Body body, Parameter... parameters) {
    return new TemplateFunction(List.of(parameters), true, body);
  }

  int fixedParameters() {
    return variadic ? parameters.size() - 1 : parameters.size();
  }

  Parameter parameter(int index) {
    return parameters.get(Math.min(index, parameters.size() - 1));
  }
}
