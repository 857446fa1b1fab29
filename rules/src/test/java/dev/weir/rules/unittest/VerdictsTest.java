package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.model.WeirException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files of unit tests whose names say how they end (`pass-…`, `fail-…`): here, and with `promtool`
/// where it is installed. What only newer releases than Debian's know is in `newer/`.
class VerdictsTest {
  private static Path files() {
    try {
      URL first = requireNonNull(VerdictsTest.class.getResource("pass-alerts.yml"), "the files");
      return Path.of(first.toURI()).resolveSibling("");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> unitTests(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      all.map(path -> files().relativize(path).toString())
          .filter(name -> name.contains("pass-") || name.contains("fail-"))
          .sorted()
          .forEach(names::add);
    }
    return names;
  }

  static List<String> allFiles() throws IOException {
    List<String> names = unitTests(files());
    names.addAll(unitTests(files().resolve("newer")));
    return names;
  }

  static List<String> filesOfOldFeatures() throws IOException {
    return unitTests(files());
  }

  private static boolean passes(Path path) {
    try {
      UnitTestFile file = UnitTestFile.read(path, UnitTestSettings.DEFAULT);
      if (file.tests().isEmpty()) {
        return true;
      }
      UnitTests tests = UnitTests.of(file, UnitTestSettings.DEFAULT);
      return file.tests().stream().allMatch(test -> tests.run(test).passed());
    } catch (WeirException.BadData e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("allFiles")
  void endsAsItsNameSays(String name) {
    assertEquals(name.contains("pass-"), passes(files().resolve(name)));
  }

  @ParameterizedTest
  @MethodSource("filesOfOldFeatures")
  void endsAsWithPromtool(String name) throws IOException, InterruptedException {
    assumeTrue(isInstalled(), "promtool is not installed");
    Process promtool =
        new ProcessBuilder("promtool", "test", "rules", files().resolve(name).toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertTrue(promtool.waitFor(60, TimeUnit.SECONDS), "promtool does not end");
    assertEquals(promtool.exitValue() == 0, passes(files().resolve(name)));
  }

  private static boolean isInstalled() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
  }
}
