package dev.weir.promql.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs query test scripts against the engine in memory.
///
/// Our own must all pass. The scripts of the folder in the property `promqltest.dir` (`*.test`) are
/// run as well where it is given; of them, those that `promqltest-required.txt` names must pass.
class PromqlScriptsTest {
  @Test
  void ourOwnScriptsPass() throws IOException {
    ScriptSuite suite = ScriptSuite.run(ScriptSuite.own(), MemoryScriptEngine::new);
    assertEquals(List.of(), suite.failures());
    assertNotEquals(0, suite.size());
  }

  @Test
  void ourOwnScriptsForAnEngineWithoutFeaturesPass() throws IOException {
    ScriptSuite suite = ScriptSuite.run(ScriptSuite.ownStable(), MemoryScriptEngine::stable);
    assertEquals(List.of(), suite.failures());
    assertNotEquals(0, suite.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/scripts/index.txt", "/scripts/stable/index.txt"})
  void theIndexNamesEveryScript(String resource) throws IOException, URISyntaxException {
    Path index =
        Path.of(Objects.requireNonNull(PromqlScriptsTest.class.getResource(resource)).toURI());
    try (Stream<Path> files = Files.list(index.resolveSibling("."))) {
      assertEquals(
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.endsWith(".test"))
              .sorted()
              .toList(),
          ScriptSuite.lines(resource));
    }
  }

  @Test
  void requiredScriptsOfTheFolderPass() throws IOException {
    String folder = System.getProperty("promqltest.dir", "");
    assumeFalse(folder.isEmpty(), "no folder of scripts: set -Dpromqltest.dir");
    ScriptSuite suite =
        ScriptSuite.run(ScriptSuite.inFolder(Path.of(folder)), MemoryScriptEngine::new);
    System.out.println(suite.report());
    assertEquals(List.of(), ScriptSuite.required().missing(suite.results()));
  }
}
