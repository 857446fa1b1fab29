package dev.weir.service.config;

import dev.weir.yaml.ConfigValue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Files and directories that a `weir.yml` names and that have to be there, looked at when the file
/// is read: before anything is started. Text that is no file on disk may name what it likes.
final class NamedPaths {
  private NamedPaths() {}

  /// A file whose content is needed.
  static Optional<Path> readable(ConfigValue value) {
    Optional<Path> path = resolved(value);
    if (path.isPresent() && value.file().isOnDisk()) {
      if (!Files.exists(path.get())) {
        return refused(value, "there is no file %s".formatted(path.get()), "name one that exists");
      }
      if (Files.isDirectory(path.get())) {
        return refused(value, "%s is a directory".formatted(path.get()), "name a file");
      }
      if (!Files.isReadable(path.get())) {
        return refused(
            value,
            "%s cannot be read by this user".formatted(path.get()),
            "allow it, or name another file");
      }
    }
    return path;
  }

  /// A directory that is made if it is not there.
  static Optional<Path> directory(ConfigValue value) {
    Optional<Path> path = resolved(value);
    if (path.isPresent() && value.file().isOnDisk()) {
      Path present = nearest(path.get());
      if (!Files.isDirectory(present)) {
        return refused(
            value, "%s is a file, not a directory".formatted(present), "name a directory");
      }
      boolean made = !Files.exists(path.get());
      if (made ? !Files.isWritable(present) : !Files.isReadable(present)) {
        return refused(
            value,
            "%s cannot be %s by this user".formatted(present, made ? "written" : "read"),
            "allow it, or name another directory");
      }
    }
    return path;
  }

  private static Optional<Path> resolved(ConfigValue value) {
    return value.text().map(value.file()::resolve);
  }

  /// The path, or what is there of those that it lies in.
  private static Path nearest(Path path) {
    Path at = path.toAbsolutePath().normalize();
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static Optional<Path> refused(ConfigValue value, String found, String cure) {
    value.problem(found, cure);
    return Optional.empty();
  }
}
