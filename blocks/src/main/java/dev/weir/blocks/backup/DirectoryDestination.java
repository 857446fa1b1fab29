package dev.weir.blocks.backup;

import dev.weir.blocks.store.LocalBlockStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;

/// A directory of blocks: objects of a backup on the same volume get second names.
final class DirectoryDestination implements Destination {
  private final Path directory;
  private final InstantSource clock;

  DirectoryDestination(Path directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  @Override
  public Optional<String> mark() throws IOException {
    Path file = directory.resolve(MARK);
    return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
  }

  @Override
  public void begin(String mark) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(MARK), mark);
  }

  @Override
  public void end() throws IOException {
    Files.delete(directory.resolve(MARK));
    FileCopies.sync(directory);
  }

  @Override
  public boolean isEmpty() throws IOException {
    if (!Files.isDirectory(directory)) {
      return true;
    }
    Path mark = directory.resolve(MARK);
    try (Stream<Path> files = Files.walk(directory)) {
      return files.noneMatch(file -> Files.isRegularFile(file) && !file.equals(mark));
    }
  }

  @Override
  public boolean has(String name) {
    return Files.exists(directory.resolve(name));
  }

  @Override
  public void put(String name, Path object) throws IOException {
    FileCopies.copy(object, directory.resolve(name));
  }

  @Override
  public Path scratch() {
    return directory;
  }

  @Override
  public void publish(String name, Path written) {
    new LocalBlockStore(directory, clock).publish(name, written);
  }

  @Override
  public Size size() throws IOException {
    int objects = 0;
    long bytes = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        objects++;
        bytes += Files.size(file);
      }
    }
    return new Size(objects, bytes);
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
