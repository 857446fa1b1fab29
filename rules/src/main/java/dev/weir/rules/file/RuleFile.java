package dev.weir.rules.file;

import static java.util.Objects.requireNonNull;

import dev.weir.model.LabelText;
import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import dev.weir.yaml.ConfigFile;
import java.nio.file.Path;
import java.util.List;

/// A rule file that was read.
///
/// ```
/// groups:
///   - name: TEXT
///     [ interval: DURATION ]
///     [ limit: NUMBER ]
///     [ query_offset: DURATION ]
///     [ labels: { NAME: TEXT … } ]
///     rules:
///       - record: TEXT | alert: TEXT
///         expr: PROMQL
///         [ for: DURATION ]              alerts only
///         [ keep_firing_for: DURATION ]  alerts only
///         [ labels: { NAME: TEXT | TEMPLATE … } ]
///         [ annotations: { NAME: TEMPLATE … } ]  alerts only
/// ```
///
/// A manifest has the same under `spec`, and says `kind: PrometheusRule`; lists of manifests
/// (`kind: List`) and files of several documents are read, too.
///
/// @param places where the rules stand, in their order
/// @param duplicates about rules that stand there twice: what they record may be the same series
/// @param warnings about what has no effect
public record RuleFile(
    String name,
    List<RuleGroup> groups,
    List<RulePlace> places,
    List<String> duplicates,
    List<String> warnings) {
  public RuleFile {
    requireNonNull(name, "name");
    groups = List.copyOf(groups);
    places = List.copyOf(places);
    duplicates = List.copyOf(duplicates);
    warnings = List.copyOf(warnings);
  }

  /// Reads a file on disk.
  ///
  /// @throws WeirException.BadData with every problem of the file, one a line
  public static RuleFile read(Path path, RuleFileSettings settings) {
    return new RuleFileReader(ConfigFile.read(path), settings).read();
  }

  /// Reads text under the name that problems are reported with, and groups belong to.
  ///
  /// @throws WeirException.BadData with every problem, one a line
  public static RuleFile parse(String name, String text, RuleFileSettings settings) {
    return new RuleFileReader(ConfigFile.of(name, text), settings).read();
  }

  /// Reads the text of one group, as [RuleGroup#text] has it, to look at the group and not to
  /// evaluate it. Whoever published it has decided what its expressions may use: everything is
  /// allowed here.
  ///
  /// @param file that the group stands in
  /// @param group its name
  /// @throws WeirException.BadData if it is not one group, as far as this version of Weir can read
  ///   it
  public static RuleGroup published(String file, String group, String text) {
    List<RuleGroup> groups = parse(file, text, RuleFileSettings.PUBLISHED).groups();
    if (groups.size() != 1) {
      throw new WeirException.BadData(
          "rule group %s of %s: its text has %d groups, where it is one"
              .formatted(LabelText.quote(group), file, groups.size()));
    }
    return groups.getFirst();
  }

  public int ruleCount() {
    return groups.stream().mapToInt(group -> group.rules().size()).sum();
  }
}
