package dev.weir.rules.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TemplateTest {

  /// A map with methods, as the labels of a notification are.
  private static final class Pairs extends AbstractMap<String, String> implements TemplateObject {
    private final Map<String, String> pairs;

    Pairs(Map<String, String> pairs) {
      this.pairs = new TreeMap<>(pairs);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
      return pairs.entrySet();
    }

    @Override
    public String typeName() {
      return "template.KV";
    }

    @Override
    public Optional<TemplateFunction> method(String name) {
      return switch (name) {
        case "Names" -> Optional.of(TemplateFunction.of(_ -> List.copyOf(pairs.keySet())));
        case "Remove" ->
            Optional.of(
                TemplateFunction.of(
                    values -> without((List<?>) values.getFirst()),
                    TemplateFunction.Parameter.TEXTS));
        default -> Optional.empty();
      };
    }

    private Pairs without(@Nullable List<?> names) {
      Map<String, String> rest = new TreeMap<>(pairs);
      if (names != null) {
        names.forEach(rest::remove);
      }
      return new Pairs(rest);
    }
  }

  private static final FunctionSet FUNCTIONS =
      FunctionSet.of(
          Map.of(
              "stringSlice",
              TemplateFunction.variadic(List::copyOf, TemplateFunction.Parameter.TEXT),
              "double",
              TemplateFunction.of(
                  values -> 2 * (Double) values.getFirst(), TemplateFunction.Parameter.FLOAT)));

  private static String expand(String text, @Nullable Object dot, TemplateLimits limits)
      throws TemplateException {
    return Template.parse("t", text, FUNCTIONS).expand(dot, Map.of(), FUNCTIONS, limits);
  }

  private static String expand(String text, @Nullable Object dot) throws TemplateException {
    return expand(text, dot, TemplateLimits.DEFAULT);
  }

  private static String failure(String text, @Nullable Object dot, TemplateLimits limits) {
    return assertThrows(TemplateException.class, () -> expand(text, dot, limits)).getMessage();
  }

  @Test
  void callsMethodsOfMapsBeforeItLooksForKeys() throws TemplateException {
    Map<String, Pairs> data = Map.of("L", new Pairs(Map.of("a", "1", "b", "2", "Names", "x")));
    assertEquals(
        "[Names a b] 1 map[b:2]",
        expand("{{ .L.Names }} {{ .L.a }} {{ .L.Remove (stringSlice \"a\" \"Names\") }}", data));
    assertEquals("2", expand("{{ (.L.Remove (stringSlice \"a\")).b }}", data));
  }

  @Test
  void aWholeNumberIsAFloatWhereOneIsWanted() throws TemplateException {
    assertEquals("4 3", expand("{{ double 2 }} {{ 1.5 | double }}", null));
  }

  @Test
  void aTemplateWithoutArgumentHasNoValue() throws TemplateException {
    assertEquals("<no value> <no value>", expand("{{ . }} {{ .a.b }}", null));
  }

  @Test
  void libraryTemplatesAreCalledByNameAndReplaced() throws TemplateException {
    TemplateLibrary library =
        TemplateLibrary.EMPTY
            .with("a.tmpl", "{{ define \"title\" }}old{{ end }}", FUNCTIONS)
            .with("b.tmpl", "{{ define \"title\" }}[{{ .x }}]{{ end }}", FUNCTIONS);
    Template template =
        Template.parse("t", "{{ template \"title\" . }}", FUNCTIONS, List.of(), library);
    assertEquals(
        "[1]", template.expand(Map.of("x", "1"), Map.of(), FUNCTIONS, TemplateLimits.DEFAULT));
    assertEquals(Set.of("title"), library.names());
  }

  @Test
  void anErrorInALibraryNamesTheFileItStandsIn() throws TemplateException {
    TemplateLibrary library =
        TemplateLibrary.EMPTY.with("b.tmpl", "\n{{ define \"t\" }}{{ .x.y }}{{ end }}", FUNCTIONS);
    Template template =
        Template.parse("main", "{{ template \"t\" . }}", FUNCTIONS, List.of(), library);
    TemplateException failed =
        assertThrows(
            TemplateException.class,
            () -> template.expand(Map.of("x", "1"), Map.of(), FUNCTIONS, TemplateLimits.DEFAULT));
    assertEquals(
        "template: b.tmpl:2:21: executing \"t\" at <.x.y>: can't evaluate field y in type string",
        failed.getMessage());
  }

  @Test
  void endsALoopThatTakesTooManySteps() {
    String message =
        failure("{{ range 1000000000 }}{{ end }}", null, new TemplateLimits(100, 1000, 10));
    assertTrue(message.contains("it takes more than 1000 steps; loop over less"), message);
  }

  @Test
  void endsATextThatGrowsTooLong() {
    String doubling =
        "{{ $x := \"0123456789\" }}{{ range 60 }}{{ $x = printf \"%s%s\" $x $x }}{{ end }}";
    String message = failure(doubling, null, new TemplateLimits(1000, 1000, 10));
    assertTrue(message.contains("printf gives a text longer than 1000 characters"), message);
    String long_ =
        failure("{{ range 200 }}0123456789{{ end }}", null, new TemplateLimits(1000, 1000, 10));
    assertTrue(long_.contains("the text is longer than 1000 characters; write less"), long_);
  }

  @Test
  void refusesToNestTooDeeply() {
    String controls = "{{ if true }}".repeat(250) + "{{ end }}".repeat(250);
    TemplateException refused =
        assertThrows(TemplateException.class, () -> Template.parse("t", controls, FUNCTIONS));
    assertEquals("controls are nested more than 200 levels deep", refused.problem());
    String parentheses = "{{ " + "(".repeat(300) + "1" + ")".repeat(300) + " }}";
    assertEquals(
        "parentheses are nested more than 200 levels deep",
        assertThrows(TemplateException.class, () -> Template.parse("t", parentheses, FUNCTIONS))
            .problem());
  }

  @Test
  void endsARecursion() {
    String message =
        failure(
            "{{ define \"r\" }}{{ template \"r\" . }}{{ end }}{{ template \"r\" . }}",
            null,
            new TemplateLimits(1000, 100_000, 100));
    assertTrue(
        message.endsWith("templates call each other more than 100 levels deep; end the recursion"),
        message);
  }

  @Test
  void elseWithGoesOnWithAnotherValue() throws TemplateException {
    assertEquals(
        "b2",
        expand("{{ with .a }}a{{ else with .b }}b{{ . }}{{ else }}c{{ end }}", Map.of("b", "2")));
  }

  @Test
  void knowsWhetherItIsPlainText() throws TemplateException {
    assertTrue(Template.parse("t", "page", FUNCTIONS).isConstant());
    assertEquals(false, Template.parse("t", "{{ 1 }}", FUNCTIONS).isConstant());
  }
}
