package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

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

  /// Compares bytes, which costs reading them. A checksum would not do: blocks end their parts with
  /// checksums, so that all of one size have the same.
  @FunctionalInterface
  interface Comparison {
    boolean isSame() throws IOException;
  }

  /// Whether a file has the bytes of an original. Second names are of one file, and copies have its
  /// size and time; a copy of a copy may have lost the time, and gets it again.
  static boolean isSame(long sizeBytes, FileTime publishedAt, Comparison bytes, Path target)
      throws IOException {
    if (Files.size(target) != sizeBytes) {
      return false;
    }
    if (Files.getLastModifiedTime(target).equals(publishedAt)) {
      return true;
    }
    if (!bytes.isSame()) {
      return false;
    }
    Files.setLastModifiedTime(target, publishedAt);
    return true;
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
