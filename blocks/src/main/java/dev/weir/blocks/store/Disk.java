package dev.weir.blocks.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/// What a store changes on a disk. What is written is there for everybody at once, and after a
/// power cut only if it was handed to the disk: a file's bytes by [#sync], a name by the [#sync] of
/// its directory.
interface Disk {
  /// The disks of this machine.
  Disk REAL = new Real();

  /// Writes a copy, in place of a file that may be there.
  void copy(Path file, Path target, Instant modified) throws IOException;

  /// Gives a file a second name.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if the name is taken
  void link(Path name, Path file) throws IOException;

  /// Makes a directory and those above it.
  void createDirectories(Path directory) throws IOException;

  /// Hands a file, or the names in a directory, to the disk.
  void sync(Path path) throws IOException;

  /// Removes a name. False if there was none.
  boolean delete(Path name) throws IOException;

  /// By the file systems of the JDK.
  final class Real implements Disk {
    private Real() {}

    @Override
    public void copy(Path file, Path target, Instant modified) throws IOException {
      Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(target, FileTime.from(modified));
    }

    @Override
    public void link(Path name, Path file) throws IOException {
      Files.createLink(name, file);
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
      Files.createDirectories(directory);
    }

    @Override
    public void sync(Path path) throws IOException {
      // A directory cannot be opened for writing, and need not be.
      StandardOpenOption mode =
          Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
      try (FileChannel channel = FileChannel.open(path, mode)) {
        channel.force(true);
      }
    }

    @Override
    public boolean delete(Path name) throws IOException {
      return Files.deleteIfExists(name);
    }
  }
}
