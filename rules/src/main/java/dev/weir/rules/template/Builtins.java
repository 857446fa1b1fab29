package dev.weir.rules.template;

import static dev.weir.rules.template.TemplateFunction.Parameter.ANY;
import static dev.weir.rules.template.TemplateFunction.Parameter.TEXT;
import static java.util.Map.entry;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The functions that Go gives every template.
final class Builtins {
  private static final Map<String, TemplateFunction> ALL =
      Map.ofEntries(
          entry("and", shortCircuit()),
          entry("or", shortCircuit()),
          entry(
              "not", TemplateFunction.of(values -> !TemplateValues.truth(values.getFirst()), ANY)),
          entry("len", TemplateFunction.of(values -> length(values.getFirst()), ANY)),
          entry("index", TemplateFunction.variadic(Builtins::index, ANY, ANY)),
          entry("slice", TemplateFunction.variadic(Builtins::slice, ANY, ANY)),
          entry("call", TemplateFunction.variadic(Builtins::call, ANY, ANY)),
          entry("print", TemplateFunction.variadic(GoPrint::print, ANY)),
          entry("println", TemplateFunction.variadic(GoPrint::println, ANY)),
          entry("printf", TemplateFunction.variadic(Builtins::printf, TEXT, ANY)),
          entry("html", TemplateFunction.variadic(values -> html(joined(values)), ANY)),
          entry("js", TemplateFunction.variadic(values -> script(joined(values)), ANY)),
          entry(
              "urlquery",
              TemplateFunction.variadic(values -> UrlText.queryEscape(joined(values)), ANY)),
          entry("eq", TemplateFunction.variadic(Comparison::equalsAny, ANY, ANY)),
          entry("ne", comparison((a, b) -> !Comparison.areEqual(a, b))),
          entry("lt", comparison(Comparison::isLess)),
          entry("le", comparison(Comparison::isAtMost)),
          entry("gt", comparison((a, b) -> !Comparison.isAtMost(a, b))),
          entry("ge", comparison((a, b) -> !Comparison.isLess(a, b))));

  private interface Test {
    boolean holds(@Nullable Object a, @Nullable Object b);
  }

  private Builtins() {}

  static Optional<TemplateFunction> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  /// `and` and `or` are evaluated by the interpreter, which stops at the argument that decides.
  private static TemplateFunction shortCircuit() {
    return TemplateFunction.variadic(
        values -> {
          throw new IllegalStateException("called with %d values".formatted(values.size()));
        },
        ANY,
        ANY);
  }

  private static TemplateFunction comparison(Test test) {
    return TemplateFunction.of(values -> test.holds(values.get(0), values.get(1)), ANY, ANY);
  }

  private static String printf(List<? extends @Nullable Object> values) {
    return GoFormat.printf((String) values.getFirst(), values.subList(1, values.size()));
  }

  private static Object length(@Nullable Object value) {
    return switch (value) {
      case null -> throw new TemplateFailure("len of nil pointer");
      case String text -> (long) GoPrint.utf8Length(text);
      case List<?> list -> (long) list.size();
      case Map<?, ?> map -> (long) map.size();
      default -> throw new TemplateFailure("len of type " + TemplateValues.typeName(value));
    };
  }

  private static @Nullable Object index(List<? extends @Nullable Object> values) {
    Object item = values.getFirst();
    if (item == null) {
      throw new TemplateFailure("index of untyped nil");
    }
    for (Object index : values.subList(1, values.size())) {
      item =
          switch (item) {
            case null -> throw new TemplateFailure("index of nil pointer");
            case Map<?, ?> map -> {
              if (!(index instanceof String)) {
                throw new TemplateFailure(
                    "value has type %s; should be string"
                        .formatted(TemplateValues.typeName(index)));
              }
              yield map.containsKey(index) ? map.get(index) : TemplateValues.zeroOf(map);
            }
            case List<?> list -> list.get(position(index, list.size()));
            case String text -> {
              byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
              yield (long) (bytes[position(index, bytes.length)] & 0xff);
            }
            default ->
                throw new TemplateFailure(
                    "can't index item of type " + TemplateValues.typeName(item));
          };
    }
    return item;
  }

  private static int position(@Nullable Object index, int size) {
    return bounded(index, size - 1);
  }

  private static int bounded(@Nullable Object index, int last) {
    if (!(index instanceof Long number)) {
      throw new TemplateFailure(
          index == null
              ? "cannot index slice/array with nil"
              : "cannot index slice/array with type " + TemplateValues.typeName(index));
    }
    if (number < 0 || number > last) {
      throw new TemplateFailure("index out of range: " + number);
    }
    return number.intValue();
  }

  private static Object slice(List<? extends @Nullable Object> values) {
    Object item = values.getFirst();
    List<? extends @Nullable Object> indexes = values.subList(1, values.size());
    if (item == null) {
      throw new TemplateFailure("slice of untyped nil");
    }
    if (indexes.size() > 3) {
      throw new TemplateFailure("too many slice indexes: " + indexes.size());
    }
    byte[] bytes =
        item instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
    int size =
        switch (item) {
          case String _ -> bytes.length;
          case List<?> list -> list.size();
          default ->
              throw new TemplateFailure(
                  "can't slice item of type " + TemplateValues.typeName(item));
        };
    if (item instanceof String && indexes.size() == 3) {
      throw new TemplateFailure("cannot 3-index slice a string");
    }
    int from = indexes.isEmpty() ? 0 : bounded(indexes.getFirst(), size);
    int to = indexes.size() < 2 ? size : bounded(indexes.get(1), size);
    if (indexes.size() == 3) {
      bounded(indexes.get(2), size);
    }
    if (from > to) {
      throw new TemplateFailure("invalid slice index: %d > %d".formatted(from, to));
    }
    return item instanceof List<?> list
        ? list.subList(from, to)
        : new String(Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_8);
  }

  private static @Nullable Object call(List<? extends @Nullable Object> values) {
    Object callee = values.getFirst();
    if (callee == null) {
      throw new TemplateFailure("call of nil");
    }
    if (!(callee instanceof TemplateFunction function)) {
      throw new TemplateFailure("non-function of type " + TemplateValues.typeName(callee));
    }
    List<@Nullable Object> arguments = new ArrayList<>(values.subList(1, values.size()));
    boolean tooFew = arguments.size() < function.fixedParameters();
    boolean tooMany = !function.variadic() && arguments.size() > function.fixedParameters();
    if (tooFew || tooMany) {
      throw new TemplateFailure(
          "wrong number of args: got %d want %s%d"
              .formatted(
                  arguments.size(),
                  function.variadic() ? "at least " : "",
                  function.fixedParameters()));
    }
    for (int i = 0; i < arguments.size(); i++) {
      TemplateFunction.Parameter parameter = function.parameter(i);
      Object argument = arguments.get(i);
      if (argument == null ? !parameter.mayBeNil() : !parameter.type().isInstance(argument)) {
        throw new TemplateFailure(
            "arg %d: value has type %s; should be %s"
                .formatted(i, TemplateValues.typeName(argument), parameter.goName()));
      }
    }
    return function.body().call(arguments);
  }

  /// The arguments as one text, as `print` would; nothing at all shows as in a template.
  private static String joined(List<? extends @Nullable Object> values) {
    List<Object> shown = new ArrayList<>();
    for (Object value : values) {
      shown.add(value == null ? "<no value>" : value);
    }
    return GoPrint.print(shown);
  }

  static String html(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case 0 -> out.append('\uFFFD');
        case '"' -> out.append("&#34;");
        case '\'' -> out.append("&#39;");
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /// Text for a JavaScript string literal.
  private static String script(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> out.append("\\\\");
            case '\'' -> out.append("\\'");
            case '"' -> out.append("\\\"");
            case '<', '>', '&', '=' -> out.append("\\u%04X".formatted(c));
            default -> {
              if (c < ' ' || (c > 0x7e && !GoText.isPrintable(c))) {
                out.append("\\u%04X".formatted(c));
              } else {
                out.appendCodePoint(c);
              }
            }
          }
        });
    return out.toString();
  }
}
