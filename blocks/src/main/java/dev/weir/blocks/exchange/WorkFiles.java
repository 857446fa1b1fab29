package dev.weir.blocks.exchange;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What imports write before it is published: files and directories `import-…`, each of one
/// process.
public final class WorkFiles {
  private static final Logger LOG = LoggerFactory.getLogger(WorkFiles.class);

  private static final String PREFIX = "import-";

  /// What was not touched for so long belongs to a process that is gone.
  private static final Duration ABANDONED = Duration.ofDays(1);

  private final Path directory;

  /// @param directory made if it is not there; what earlier imports left in it is removed
  public WorkFiles(Path directory, Instant now) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          if (String.valueOf(file.getFileName()).startsWith(PREFIX)
              && isBefore(file, now.minus(ABANDONED))) {
            remove(file);
          }
        }
      }
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s, where blocks are written, cannot be prepared: %s"
              .formatted(directory, IoErrorText.of(e)),
          e);
    }
  }

  private static boolean isBefore(Path file, Instant time) throws IOException {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(time);
    } catch (NoSuchFileException e) {
      LOG.debug("{} went meanwhile", file, e);
      return false;
    }
  }

  /// A name that nothing has.
  public Path next() {
    return directory.resolve(PREFIX + UUID.randomUUID());
  }

  /// Removes a file or a directory, if it is there.
  public static void remove(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be removed; it is of no use any more", path, e);
    }
  }
}
