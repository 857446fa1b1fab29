package dev.weir.rules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleFilesTest {
  @TempDir private Path directory;

  private void write(String name, String group) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        groups:
          - name: %s
            rules:
              - {record: "job:up:sum", expr: sum by (job) (up)}
        """
            .formatted(group));
  }

  private List<String> groups(String... patterns) {
    return RuleFiles.read(
            List.of(patterns).stream().map(name -> directory + "/" + name).toList(),
            RuleFileSettings.DEFAULT)
        .groups()
        .stream()
        .map(RuleGroup::name)
        .toList();
  }

  @Test
  void wildcardsMatchWithinOneElementOfThePath() throws IOException {
    write("a.yml", "a");
    write("b.rules", "b");
    write("team/c.yml", "c");
    write("team/deep/d.yml", "d");

    assertEquals(List.of("a"), groups("*.yml"));
    assertEquals(List.of("c"), groups("*/?.yml"));
    assertEquals(List.of("a", "b", "c"), groups("[ab].*", "team/*.yml"));
    assertEquals(List.of("d"), groups("**/deep/*"));
  }

  @Test
  void aFileThatTwoPatternsNameIsReadOnce() throws IOException {
    write("a.yml", "a");

    assertEquals(List.of("a"), groups("a.yml", "*.yml"));
  }

  /// The times of a group follow from the name of its file.
  @Test
  void aFileHasOneNameHoweverItIsNamed() throws IOException {
    write("team/a.yml", "a");
    Path file = directory.resolve("team/a.yml");
    Path relative = Path.of("").toAbsolutePath().relativize(file);

    List<String> names =
        Stream.of(relative, file, directory.resolve("team/../team/./a.yml"))
            .map(named -> RuleFiles.read(List.of(named.toString()), RuleFileSettings.DEFAULT))
            .map(read -> read.groups().getFirst().file())
            .toList();

    assertEquals(List.of(file.toString(), file.toString(), file.toString()), names);
  }

  @Test
  void bracesStandForThemselves() throws IOException {
    write("{a,b}.yml", "braces");
    write("a.yml", "a");

    assertEquals(List.of("braces"), groups("{a,b}.ym*"));
  }

  @Test
  void aPatternWithoutFilesIsNamedInAWarning() {
    RuleFiles none = RuleFiles.read(List.of(directory + "/no*.yml"), RuleFileSettings.DEFAULT);

    assertEquals(
        List.of("rule_files: %s/no*.yml names no file that is there".formatted(directory)),
        none.warnings());
  }

  @Test
  void aFileThatIsNamedHasToBeThere() {
    WeirException.BadData e = assertThrows(WeirException.BadData.class, () -> groups("no.yml"));

    assertEquals(
        "rule_files: %s/no.yml is not there; make it, or take it out of the list"
            .formatted(directory),
        e.getMessage());
  }

  @Test
  void problemsOfAllFilesAreReportedAtOnce() throws IOException {
    Files.writeString(directory.resolve("a.yml"), "groups: [{name: a, rules: [{alert: A}]}]");
    Files.writeString(directory.resolve("b.yml"), "groups: [{name: b, rulez: []}]");

    WeirException.BadData e =
        assertThrows(WeirException.BadData.class, () -> groups("*.yml", "[z"));

    String message = e.getMessage();
    assertTrue(message.contains("a.yml:1"), message);
    assertTrue(message.contains("b.yml:1"), message);
    assertTrue(message.contains("[z is malformed"), message);
  }
}
