package dev.weir.blocks.backup;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Where a backup comes back to.
interface Destination {
  /// The name of the mark that says which backup is being restored.
  String MARK = "restoring";

  /// The mark of an attempt that was broken off.
  Optional<String> mark() throws IOException;

  void begin(String mark) throws IOException;

  /// Takes the mark away.
  void end() throws IOException;

  /// Whether there is nothing but the mark.
  boolean isEmpty() throws IOException;

  boolean has(String name) throws IOException;

  /// Brings an object of the backup back under its name.
  void put(String name, Path object) throws IOException;

  /// Where blocks are written before they are published.
  Path scratch();

  /// Makes a block of a file that was written.
  void publish(String name, Path written) throws IOException;

  /// What is there now.
  Size size() throws IOException;

  record Size(int objects, long bytes) {}
}
