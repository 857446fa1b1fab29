package dev.weir.yaml;

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
/// the file's name and the line, as in `prometheus.yml:14: job "node": ...`; problems inside of an
/// expression or a template also with the column, as in `rules.yml:8:21: ...`.
public final class ConfigFile {
  /// Characters that a file may have; far beyond any file that people or their tools write.
  private static final int MAX_CHARACTERS = 64 << 20;

  private record Remark(TextPosition position, String text) {}

  private final String name;
  private final String text;
  private final Optional<Path> directory;
  private final List<Node> documents;
  private final List<Remark> problems = new ArrayList<>();
  private final List<Remark> warnings = new ArrayList<>();
  private boolean unknownKeysRefused = true;

  private ConfigFile(String name, String text, Optional<Path> directory) {
    this.name = requireNonNull(name, "name");
    this.text = requireNonNull(text, "text");
    this.directory = directory;
    this.documents = compose();
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

  private List<Node> compose() {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(name)
            .setUseMarks(true)
            .setCodePointLimit(MAX_CHARACTERS)
            .build();
    try {
      List<Node> nodes = new ArrayList<>();
      new Compose(settings).composeAllFromString(text).forEach(nodes::add);
      return List.copyOf(nodes);
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
    return SecretRedaction.redact(text, documents);
  }

  /// Whether this is a file on disk, so that paths in it are those of this machine.
  public boolean isOnDisk() {
    return directory.isPresent();
  }

  /// Where relative paths in the file start: the file's directory.
  public Path resolve(String path) {
    return directory.map(parent -> parent.resolve(path)).orElseGet(() -> Path.of(path));
  }

  /// From now on keys that nobody asks for are warnings instead of problems: for files that carry
  /// what another program reads.
  public void tolerateUnknownKeys() {
    unknownKeysRefused = false;
  }

  boolean refusesUnknownKeys() {
    return unknownKeysRefused;
  }

  /// The value that the file holds; an empty file holds an empty one.
  ///
  /// @throws WeirException.BadData if the file holds several documents
  public ConfigValue root() {
    List<ConfigValue> values = documents();
    if (values.size() > 1) {
      throw new WeirException.BadData(
          "%s:%d: a second document starts; keep one document in the file"
              .formatted(name, values.get(1).line()));
    }
    return values.isEmpty() ? new ConfigValue(this, emptyNode(), "") : values.getFirst();
  }

  /// The values of a file of several documents, which lines of `---` separate.
  public List<ConfigValue> documents() {
    return documents.stream().map(node -> new ConfigValue(this, node, "")).toList();
  }

  private static Node emptyNode() {
    return new ScalarNode(Tag.NULL, "", ScalarStyle.PLAIN);
  }

  /// Notes a problem: what was found at a place, and what would be right.
  ///
  /// @param place the part of the file, such as `job "node"`; empty for the file itself
  public void problem(int line, String place, String found, String cure) {
    add(problems, new TextPosition(line, 1), Integer.toString(line), place, found, cure);
  }

  /// Notes a problem at a column.
  public void problem(TextPosition position, String place, String found, String cure) {
    String where = "%d:%d".formatted(position.line(), position.column());
    add(problems, position, where, place, found, cure);
  }

  /// Notes something that has no effect.
  public void warning(int line, String place, String found, String effect) {
    add(warnings, new TextPosition(line, 1), Integer.toString(line), place, found, effect);
  }

  private void add(
      List<Remark> remarks,
      TextPosition position,
      String where,
      String place,
      String found,
      String cure) {
    String text =
        "%s:%s: %s%s%s"
            .formatted(
                name,
                where,
                place.isEmpty() ? "" : place + ": ",
                found,
                cure.isEmpty() ? "" : "; " + cure);
    remarks.add(new Remark(position, text));
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
        .sorted(
            Comparator.<Remark>comparingInt(remark -> remark.position().line())
                .thenComparingInt(remark -> remark.position().column()))
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
