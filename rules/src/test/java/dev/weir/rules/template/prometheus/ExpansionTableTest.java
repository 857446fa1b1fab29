package dev.weir.rules.template.prometheus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.rules.template.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table in `expansions.txt`: what Prometheus makes of templates, down to its errors.
class ExpansionTableTest {

  record Row(String template, String result) {
    @Override
    public String toString() {
      return template;
    }
  }

  static List<Row> table() throws IOException {
    try (InputStream in = ExpansionTableTest.class.getResourceAsStream("expansions.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      List<Row> rows = new ArrayList<>();
      String template = "";
      for (String line : text.lines().toList()) {
        if (line.startsWith("= ")) {
          rows.add(new Row(template, line.substring(2)));
        } else if (!line.isEmpty() && !line.startsWith("#")) {
          template = line;
        }
      }
      return rows;
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void comesToWhatPrometheusMakesOfIt(Row row) {
    assertEquals(row.result(), outcome(row.template()));
  }

  @Test
  void hasRows() throws IOException {
    assertTrue(table().size() > 120, () -> "the table is nearly empty");
  }

  private static String outcome(String template) {
    String start = "<error expanding template: error executing template __alert_A: ";
    String result;
    try {
      result = Expansions.expand(template);
    } catch (TemplateException e) {
      return "error: " + e.getMessage();
    }
    if (result.startsWith(start)) {
      return "error: " + result.substring(start.length(), result.length() - 1);
    }
    return result.replace("\n", "\\n");
  }
}
