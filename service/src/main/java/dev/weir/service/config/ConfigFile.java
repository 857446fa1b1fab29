package dev.weir.service.config;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// A configuration file while it is being read: its YAML with line numbers, and the problems and
/// warnings found so far. Not for sharing between threads.
///
/// A problem makes the file unusable, a warning names something that has no effect. Both start with
/// the file's name and the line, as in `prometheus.yml:14: job "node": ...`.
public final class ConfigFile {
  /// Characters that a file may have; far beyond any file that people or their tools write.
  private static final int MAX_CHARACTERS = 64 << 20;

  private record Remark(int line, String text) {}

  private final String name;
  private final String text;
  private final Optional<Path> directory;
  private final Optional<Node> root;
  private final List<Remark> problems = new ArrayList<>();
  private final List<Remark> warnings = new ArrayList<>();

  private ConfigFile(String name, String text, Optional<Path> directory) {
    this.name = requireNonNull(name, "name");
    this.text = requireNonNull(text, "text");
    this.directory = directory;
    this.root = compose();
  }

  /// A file on disk.
  ///
  /// @throws WeirException.BadData if it cannot be read, or is not YAML
  public static ConfigFile read(Path path) {
    try {
      return new ConfigFile(
          path.toString(),
          Files.readString(path),
          Optional.ofNullable(path.toAbsolutePath().getParent()));
    } catch (NoSuchFileException e) {
      throw new WeirException.BadData(
          "%s: there is no such file; name one that exists".formatted(path), e);
    } catch (IOException e) {
      throw new WeirException.BadData(
          "%s: cannot be read (%s); make it a readable UTF-8 text file".formatted(path, e), e);
    }
  }

  /// Text under the name that problems are reported with.
  ///
  /// @throws WeirException.BadData if it is not YAML
  public static ConfigFile of(String name, String text) {
    return new ConfigFile(name, text, Optional.empty());
  }

  private Optional<Node> compose() {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setUseMarks(true)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      return new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().or(e::getContextMark).map(Mark::getLine).orElse(0) + 1;
      String context = e.getContext() == null ? "" : " " + e.getContext();
      throw new WeirException.BadData(
          "%s:%d: not YAML: %s%s".formatted(name, line, e.getProblem(), context), e);
    } catch (YamlEngineException e) {
      throw new WeirException.BadData("%s: not YAML: %s".formatted(name, e.getMessage()), e);
    }
  }

  public String name() {
    return name;
  }

  /// The file as it was written.
  public String text() {
    return text;
  }

  /// The file as it may be shown: with secrets hidden.
  public String redactedText() {
    return root.map(node -> SecretRedaction.redact(text, node)).orElse(text);
  }

  /// Where relative paths in the file start: the file's directory.
  public Path resolve(String path) {
    return directory.map(parent -> parent.resolve(path)).orElseGet(() -> Path.of(path));
  }

  /// The value that the file holds; an empty file holds an empty one.
  public ConfigValue root() {
    return new ConfigValue(this, root.orElseGet(ConfigFile::emptyNode), "");
  }

  private static Node emptyNode() {
    return new ScalarNode(Tag.NULL, "", ScalarStyle.PLAIN);
  }

  /// Notes a problem: what was found at a place, and what would be right.
  ///
  /// @param place the part of the file, such as `job "node"`; empty for the file itself
  public void problem(int line, String place, String found, String cure) {
    problems.add(new Remark(line, remark(line, place, found, cure)));
  }

  /// Notes something that has no effect.
  public void warning(int line, String place, String found, String effect) {
    warnings.add(new Remark(line, remark(line, place, found, effect)));
  }

  private String remark(int line, String place, String found, String cure) {
    return "%s:%d: %s%s%s"
        .formatted(
            name,
            line,
            place.isEmpty() ? "" : place + ": ",
            found,
            cure.isEmpty() ? "" : "; " + cure);
  }

  /// All problems so far, by line.
  public List<String> problems() {
    return sorted(problems);
  }

  /// All warnings so far, by line.
  public List<String> warnings() {
    return sorted(warnings);
  }

  private static List<String> sorted(List<Remark> remarks) {
    return remarks.stream()
        .sorted(Comparator.comparingInt(Remark::line))
        .map(Remark::text)
        .toList();
  }

  /// Ends the reading.
  ///
  /// @throws WeirException.BadData with every problem, one a line, if there are any
  public void throwIfProblems() {
    if (!problems.isEmpty()) {
      throw new WeirException.BadData(String.join("\n", problems()));
    }
  }
}
