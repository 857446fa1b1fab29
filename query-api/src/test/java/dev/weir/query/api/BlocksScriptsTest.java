package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.promql.script.Script;
import dev.weir.promql.script.ScriptSuite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the scripts of the query language once more, over HTTP and from block files. What passes in
/// memory has to pass here; of native histograms, what JSON tells of them.
class BlocksScriptsTest {
  private ScriptSuite run(Path directory, List<Script> scripts) {
    try (BlocksScriptEngine engine = new BlocksScriptEngine(directory)) {
      return ScriptSuite.run(
          scripts,
          () -> {
            engine.clear();
            return engine;
          });
    }
  }

  @Test
  void ourOwnScriptsPass(@TempDir Path directory) throws IOException {
    ScriptSuite suite = run(directory, ScriptSuite.own());

    assertEquals(List.of(), suite.failures());
    assertNotEquals(0, suite.size());
  }

  @Test
  void requiredScriptsOfTheFolderPass(@TempDir Path directory) throws IOException {
    String folder = System.getProperty("promqltest.dir", "");
    assumeFalse(folder.isEmpty(), "no folder of scripts: set -Dpromqltest.dir");

    ScriptSuite suite = run(directory, ScriptSuite.inFolder(Path.of(folder)));
    System.out.println("over HTTP and blocks: " + suite.report());

    assertEquals(List.of(), ScriptSuite.required().missing(suite.results()));
  }
}
