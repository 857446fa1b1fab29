package dev.weir.rules.file;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// A pattern of paths as Go's `filepath.Glob` has them: `*`, `?` and `[…]` within one element of
/// the path, and a backslash before a character that stands for itself.
///
/// @param text absolute, or relative to the working directory
record PathPattern(String text) {
  private static final String WILDCARDS = "*?[\\";

  /// Whether this may name more than one path, or none.
  boolean hasWildcards() {
    return hasWildcards(text);
  }

  private static boolean hasWildcards(String text) {
    return text.chars().anyMatch(c -> WILDCARDS.indexOf(c) >= 0);
  }

  /// The paths that are there, sorted.
  ///
  /// @throws WeirException.BadData if the pattern is malformed, or a directory cannot be listed
  List<Path> paths() {
    Path pattern = Path.of(text);
    Path root = pattern.getRoot();
    List<Path> found = new ArrayList<>();
    found.add(root == null ? Path.of("") : root);
    for (Path element : pattern) {
      List<Path> next = new ArrayList<>();
      for (Path directory : found) {
        addMatches(directory, element.toString(), next);
      }
      found = next;
    }
    return List.copyOf(new TreeSet<>(found));
  }

  private void addMatches(Path directory, String element, List<Path> matches) {
    if (!hasWildcards(element)) {
      Path path = directory.resolve(element);
      if (Files.exists(path)) {
        matches.add(path);
      }
      return;
    }
    if (!Files.isDirectory(directory)) {
      return;
    }
    PathMatcher matcher = matcher(element);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (matcher.matches(entry.getFileName())) {
          matches.add(entry);
        }
      }
    } catch (IOException e) {
      throw new WeirException.BadData(
          "pattern %s: directory %s cannot be listed (%s); make it readable"
              .formatted(text, directory, e),
          e);
    }
  }

  private PathMatcher matcher(String element) {
    // Braces mean nothing to Go, and a second asterisk no more than the first.
    String glob = element.replace("{", "\\{").replace("}", "\\}").replaceAll("\\*+", "*");
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (IllegalArgumentException e) {
      throw new WeirException.BadData(
          "pattern %s: %s is malformed; close its brackets".formatted(text, element), e);
    }
  }
}
