package dev.weir.blocks.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Objects that are files: they get second names, or are copied where that does not go.
record LinkedOriginals(Path directory) implements Originals {
  @Override
  public boolean copy(String name, Path target) throws IOException {
    return FileCopies.copy(directory.resolve(name), target);
  }

  @Override
  public boolean isSame(String name, Path target) throws IOException {
    Path file = directory.resolve(name);
    return FileCopies.isSame(
        Files.size(file),
        Files.getLastModifiedTime(file),
        () -> Files.mismatch(file, target) < 0,
        target);
  }
}
