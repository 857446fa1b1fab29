package dev.weir.rules.file;

import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/// The rule files that `rule_files` names.
///
/// @param warnings about patterns that name no file, and of each file
public record RuleFiles(List<RuleFile> files, List<String> warnings) {
  public RuleFiles {
    files = List.copyOf(files);
    warnings = List.copyOf(warnings);
  }

  /// Reads every file that a pattern matches, once. Files have their absolute names, since the
  /// times at which groups are evaluated follow from these: whoever reads a file, from wherever,
  /// comes to the same.
  ///
  /// @param patterns as in Go's `filepath.Glob`
  /// @throws WeirException.BadData with every problem of every file, one a line
  public static RuleFiles read(List<String> patterns, RuleFileSettings settings) {
    return read(patterns, settings, true, file -> file.toAbsolutePath().normalize());
  }

  /// The same, but files are called what patterns call them, and one that is not there is a
  /// warning, with or without wildcards in its name.
  ///
  /// @throws WeirException.BadData with every problem of every file, one a line
  public static RuleFiles readThere(List<String> patterns, RuleFileSettings settings) {
    return read(patterns, settings, false, file -> file);
  }

  private static RuleFiles read(
      List<String> patterns,
      RuleFileSettings settings,
      boolean required,
      UnaryOperator<Path> naming) {
    Set<Path> paths = new TreeSet<>();
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (String pattern : patterns) {
      try {
        PathPattern path = new PathPattern(pattern);
        List<Path> matches = path.paths();
        if (matches.isEmpty() && required && !path.hasWildcards()) {
          problems.add(
              "rule_files: %s is not there; make it, or take it out of the list"
                  .formatted(pattern));
        } else if (matches.isEmpty()) {
          warnings.add("rule_files: %s names no file that is there".formatted(pattern));
        }
        matches.forEach(match -> paths.add(naming.apply(match)));
      } catch (WeirException.BadData e) {
        problems.add("rule_files: " + e.getMessage());
      }
    }
    List<RuleFile> files = new ArrayList<>();
    for (Path path : paths) {
      try {
        RuleFile file = RuleFile.read(path, settings);
        files.add(file);
        warnings.addAll(file.duplicates());
        warnings.addAll(file.warnings());
      } catch (WeirException.BadData e) {
        problems.add(e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new WeirException.BadData(String.join("\n", problems));
    }
    return new RuleFiles(files, warnings);
  }

  /// All groups of all files, in order.
  public List<RuleGroup> groups() {
    return files.stream().flatMap(file -> file.groups().stream()).toList();
  }
}
