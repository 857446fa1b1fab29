package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.CRC32C;

/// Second names and copies of files that never change.
final class FileCopies {
  private static final String UNFINISHED = ".tmp";
  private static final int BUFFER_BYTES = 1 << 20;

  private FileCopies() {}

  /// Gives a file a second name where both lie on one volume, and copies it, durably, where they do
  /// not. A copy appears whole or not at all.
  ///
  /// @return whether bytes were copied
  static boolean copy(Path file, Path target) throws IOException {
    Files.createDirectories(requireNonNull(target.getParent(), "a directory"));
    try {
      Files.createLink(target, file);
      return false;
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (FileSystemException | UnsupportedOperationException e) {
      // Another volume, or one without second names: it is copied, below. Unless it is gone.
      if (!Files.exists(file)) {
        throw e;
      }
    }
    Path unfinished = unfinished(target);
    Files.copy(
        file, unfinished, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  /// Where a file is written that will be named so.
  static Path unfinished(Path target) {
    return target.resolveSibling(target.getFileName() + UNFINISHED);
  }

  /// Second names are of one file, and copies keep size and time; names come again where a log
  /// began anew.
  static void checkSame(String original, long sizeBytes, Instant publishedAt, Path target)
      throws IOException {
    if (Files.size(target) != sizeBytes
        || !Files.getLastModifiedTime(target).equals(FileTime.from(publishedAt))) {
      throw new WeirException.BadData(
          "%s is of another store than %s: a backup goes into an empty directory, or into one with an earlier backup of the same store"
              .formatted(target, original));
    }
  }

  /// Hands names in a directory to the disk.
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  static int checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        crc.update(buffer, 0, read);
      }
    }
    return (int) crc.getValue();
  }
}
