package dev.weir.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigFileTest {

  private static ConfigValue expr(String text) {
    return ConfigFile.of("rules.yml", text).root().section("").value("expr").orElseThrow();
  }

  /// The marker stands where the error is: after the text is read, the same place must be found.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "expr: sum(up) !by (job)",
        "# first\nexpr: 'label_replace(up, ''a'', !\"b\", '''', '''')'",
        "expr: \"up{job=\\\"node\\\"} == !0\"",
        "expr: \"a\\n  + \\u0062 + !c\"",
        "expr: |\n  sum by (job) (\n    !rate(node_cpu_seconds_total[5m])\n  )\n",
        "expr: |-  # a comment\n\n      up\n        == !0",
        "expr: >\n  sum by (job) (\n  rate(x[5m])\n  )\n\n  > !1\n",
        "expr: up == 0\n  and on (job)\n  !down",
        "expr: 'größe > !1'",
        "expr: \"a \\\n  + !b\"",
      })
  void findsACharacterOfAnExpressionHoweverItIsWritten(String marked) {
    int marker = marked.indexOf('!');
    String text = marked.replace("!", "");
    ConfigValue value = expr(text);
    int offset = expr(marked).text().orElseThrow().indexOf('!');
    assertEquals(TextPosition.of(text, marker), value.position(offset));
  }

  @Test
  void reportsTheEndOfAnExpressionBehindItsLastCharacter() {
    assertEquals(new TextPosition(2, 7), expr("expr: |\n  sum(\n\nfor: 1m\n").position(5));
  }

  @Test
  void sortsProblemsByLineAndColumn() {
    ConfigFile file = ConfigFile.of("rules.yml", "expr: sum(up\n");
    ConfigValue value = file.root().section("").value("expr").orElseThrow();
    value.problemAt(6, "second", "");
    value.problemAt(0, "first", "write it again");
    file.problem(3, "group", "last", "");
    assertEquals(
        List.of(
            "rules.yml:1:7: expr: first; write it again",
            "rules.yml:1:13: expr: second",
            "rules.yml:3: group: last"),
        file.problems());
  }

  @Test
  void readsEveryDocumentOfAFile() {
    ConfigFile file = ConfigFile.of("manifests.yml", "kind: A\n---\nkind: B\n");
    assertEquals(
        List.of("A", "B"),
        file.documents().stream().map(value -> value.peek("kind").orElseThrow()).toList());
    WeirException.BadData refused = assertThrows(WeirException.BadData.class, file::root);
    assertEquals(
        "manifests.yml:3: a second document starts; keep one document in the file",
        refused.getMessage());
  }

  @Test
  void anEmptyFileHoldsAnEmptyValue() {
    assertEquals(true, ConfigFile.of("empty.yml", "# nothing\n").root().isNull());
  }
}
