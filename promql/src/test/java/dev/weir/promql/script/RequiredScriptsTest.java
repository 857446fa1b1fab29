package dev.weir.promql.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequiredScriptsTest {
  private static final Map<String, List<ScriptRunner.Result>> RESULTS =
      Map.of(
          "operators.test",
          List.of(
              new ScriptRunner.Result("operators.test", 3, "1 + 1", Optional.empty()),
              new ScriptRunner.Result("operators.test", 9, "1 + 2", Optional.of("got 4"))));

  @Test
  void namesWhatDidNotPass() {
    assertEquals(
        List.of("operators.test:9: 1 + 2: got 4"),
        RequiredScripts.parse(List.of("operators.test")).missing(RESULTS));
    assertEquals(
        List.of("operators.test:9: 1 + 2: got 4"),
        RequiredScripts.parse(List.of("operators.test:9")).missing(RESULTS));
    assertEquals(List.of(), RequiredScripts.parse(List.of("operators.test:3")).missing(RESULTS));
  }

  @Test
  void whatWasNotRunDidNotPass() {
    assertEquals(
        List.of(
            "operators.test:4: there is no such evaluation",
            "literals.test: there is no such evaluation"),
        RequiredScripts.parse(List.of("operators.test:4", "literals.test")).missing(RESULTS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"operators", "operators.test:", "operators.test:0", "operators.test:x"})
  void refusesWhatIsNoEntry(String line) {
    assertThrows(WeirException.BadData.class, () -> RequiredScripts.parse(List.of(line)));
  }
}
