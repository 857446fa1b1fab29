package dev.weir.rules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.template.TemplateException;
import dev.weir.rules.template.prometheus.AlertTemplate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// The text of a group is a rule file, whatever stands in it.
class GroupTextProperties {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> odd =
        Arbitraries.of(
            "\"", "\\", "\n", "\t", "'", ": ", "# ", "- ", "~", "null", "{", "}", "\u0085",
            "\u2028", "\ufeff", "\u007f", "\u0001", "é", "日本", "😀", "$", " ", "yes", "0x1f");
    Arbitrary<String> plain = Arbitraries.strings().withCharRange('a', 'z').ofMaxLength(5);
    return Arbitraries.oneOf(odd, plain).list().ofMaxSize(6).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<Map<String, String>> labels() {
    Arbitrary<String> names = texts().filter(name -> !name.isEmpty() && !name.equals("__name__"));
    return Arbitraries.maps(names, texts()).ofMaxSize(3);
  }

  @Property(tries = 300)
  void readsAsAnEqualGroup(
      @ForAll("texts") String name,
      @ForAll("labels") Map<String, String> labels,
      @ForAll("labels") Map<String, String> annotations)
      throws TemplateException {
    Map<String, AlertTemplate> notes = new TreeMap<>();
    for (Map.Entry<String, String> note : annotations.entrySet()) {
      // Two braces would start an action.
      notes.put(note.getKey(), AlertTemplate.parse("Down", note.getValue().replace("{{", "{")));
    }
    String expression = "up{job=\"a\\\\b\"}\n  == 0 # " + name.replace("\n", " ");
    RuleGroup group =
        new RuleGroup(
            "rules.yml",
            "g" + name,
            90_061_001,
            500,
            7,
            Map.of(),
            List.of(
                new Rule.Recording("job:up", "up", PARSER.parse("up"), labels),
                new Rule.Alerting(
                    "Down", expression, PARSER.parse(expression), 60_000, 1, Map.of(), notes)));
    RuleFile read = RuleFile.parse("rules.yml", group.text(), RuleFileSettings.DEFAULT);
    assertEquals(List.of(group), read.groups());
    assertEquals(group.contentHash(), read.groups().getFirst().contentHash());
  }
}
