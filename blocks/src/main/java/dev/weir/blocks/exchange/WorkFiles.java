package dev.weir.blocks.exchange;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What imports write before it is published: files and directories `import-…`, each of one
/// process.
public final class WorkFiles {
  private static final Logger LOG = LoggerFactory.getLogger(WorkFiles.class);

  private static final String PREFIX = "import-";

  /// What was not touched for so long belongs to a process that is gone.
  private static final Duration ABANDONED = Duration.ofDays(1);

  /// How often a removal begins again where somebody else adds to what is removed.
  private static final int PASSES = 10;

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

  /// Removes a file or a directory, if it is there. Others may remove it at the same time, or still
  /// add to it: what appears behind the removal's back is removed in another pass.
  public static void remove(Path path) {
    Removal removal = new Removal();
    try {
      for (int pass = 0; pass < PASSES && Files.exists(path, LinkOption.NOFOLLOW_LINKS); pass++) {
        removal = new Removal();
        Files.walkFileTree(path, removal);
      }
    } catch (IOException e) {
      removal.failed(e);
    }
    if (removal.failure != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      LOG.warn("{} cannot be removed; it is of no use any more", path, removal.failure);
    }
  }

  /// Removes what it visits; what cannot be removed keeps nothing else.
  private static final class Removal extends SimpleFileVisitor<Path> {
    private @Nullable IOException failure;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return delete(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      return failed(e);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
      if (e != null) {
        failed(e);
      }
      return delete(directory);
    }

    private FileVisitResult delete(Path path) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        return failed(e);
      }
      return FileVisitResult.CONTINUE;
    }

    private FileVisitResult failed(IOException e) {
      if (!(e instanceof NoSuchFileException) && failure == null) {
        failure = e;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
