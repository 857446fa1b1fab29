package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the directory of a backup had before: objects of a finished backup, and of an attempt that
/// was broken off.
///
/// @param objects the directory of the objects
/// @param listed what the finished backup says of its objects, by name
/// @param names of the objects that are there
/// @param lost names of those that the store had lost by then, and that stayed
record EarlierBackup(
    Path objects, Map<String, BackupManifest.Entry> listed, Set<String> names, Set<String> lost) {
  /// Beside the list of objects, which has what was lost like all else: a name in each line.
  private static final String LOST_FILE = BackupManifest.FILE + ".lost";

  EarlierBackup {
    requireNonNull(objects, "objects");
    listed = Map.copyOf(listed);
  }

  static EarlierBackup read(Path directory) throws IOException {
    Path objects = directory.resolve(BackupManifest.OBJECTS);
    Map<String, BackupManifest.Entry> listed =
        BackupManifest.read(directory).map(BackupManifest::byName).orElse(Map.of());
    TreeSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(objects)) {
      files
          .filter(Files::isRegularFile)
          .map(file -> objects.relativize(file).toString())
          .filter(name -> BlockName.parse(name).isPresent() || DeletionName.parse(name).isPresent())
          .forEach(names::add);
    }
    Path lost = directory.resolve(LOST_FILE);
    return new EarlierBackup(
        objects,
        listed,
        names,
        Files.exists(lost) ? Set.copyOf(Files.readAllLines(lost)) : Set.of());
  }

  /// Notes what stays for the next backup into the directory.
  static void writeLost(Path directory, Set<String> lost) throws IOException {
    if (lost.isEmpty()) {
      Files.deleteIfExists(directory.resolve(LOST_FILE));
    } else {
      BackupManifest.replace(directory, LOST_FILE, String.join("\n", lost) + "\n");
    }
  }

  Path file(String name) {
    return objects.resolve(name);
  }

  /// A block that is there; empty if it is damaged.
  Optional<BlockReader> open(String name, BlockCache cache) {
    try {
      return Optional.of(BlockReader.open(BlockFile.of(file(name)), cache));
    } catch (WeirException.Corrupt e) {
      return Optional.empty();
    }
  }

  /// The blocks that are there, by name.
  Map<String, BlockName> blocks() {
    Map<String, BlockName> blocks = new TreeMap<>();
    for (String name : names) {
      Optional<BlockName> parsed = BlockName.parse(name);
      parsed.ifPresent(block -> blocks.put(name, block));
    }
    return blocks;
  }
}
