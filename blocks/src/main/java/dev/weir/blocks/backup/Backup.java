package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Copies what counts in a store, a directory's or an object store's, into a directory: the blocks
/// of one listing and its deletions.
///
/// Nothing has to stop meanwhile: objects never change, and one that goes before it is copied makes
/// the backup list anew. What is there already is kept, so a backup that was broken off goes on,
/// and one into the directory of an earlier one copies what is new and then removes what no longer
/// counts. Every block is read back and decoded, also where it is a second name of the same bytes.
/// The list of objects comes last; until then an earlier backup in the directory stays whole.
public final class Backup {
  /// How often objects may go while they are copied, as merged blocks do.
  private static final int MAX_LISTINGS = 10;

  private static final long CACHE_BYTES = 16 << 20;

  private final BlockStore store;
  private final InstantSource clock;

  /// What a backup came to.
  ///
  /// @param copiedBytes that were copied; 0 where all objects got second names
  /// @param kept objects that were there from an earlier backup
  /// @param unreadable what is wrong with blocks that are left out
  public record Outcome(
      BackupManifest manifest, long copiedBytes, int kept, List<String> unreadable) {
    public Outcome {
      requireNonNull(manifest, "manifest");
      unreadable = List.copyOf(unreadable);
    }
  }

  public Backup(BlockStore store, InstantSource clock) {
    this.store = requireNonNull(store, "store");
    this.clock = requireNonNull(clock, "clock");
  }

  /// @param directory made if it is not there; an earlier backup, or empty
  /// @param progress counts objects, copied and then verified
  /// @throws WeirException.BadData if the directory has something else
  public Outcome into(Path directory, Progress progress) {
    try {
      Map<String, BackupManifest.Entry> earlier = prepare(directory);
      return into(directory, earlier, progress);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s: the backup cannot be written: %s".formatted(directory, IoErrorText.withPath(e)), e);
    }
  }

  private static Map<String, BackupManifest.Entry> prepare(Path directory) throws IOException {
    Files.createDirectories(directory.resolve(BackupManifest.OBJECTS));
    try (Stream<Path> files = Files.list(directory)) {
      List<String> others =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name ->
                  !name.equals(BackupManifest.OBJECTS) && !name.startsWith(BackupManifest.FILE))
              .sorted()
              .toList();
      if (!others.isEmpty()) {
        throw new WeirException.BadData(
            "%s has %s; name an empty directory, or one with an earlier backup"
                .formatted(directory, String.join(", ", others)));
      }
    }
    return BackupManifest.read(directory).map(BackupManifest::byName).orElse(Map.of());
  }

  private Outcome into(Path directory, Map<String, BackupManifest.Entry> earlier, Progress progress)
      throws IOException {
    Path objects = directory.resolve(BackupManifest.OBJECTS);
    long copied = 0;
    for (int listing = 1; ; listing++) {
      BlockSnapshot snapshot = new BlockCatalog(store, new BlockCache(CACHE_BYTES)).refresh();
      List<String> names = names(snapshot);
      Originals originals = Originals.of(store);
      try {
        int kept = 0;
        for (int i = 0; i < names.size(); i++) {
          progress.at(i, 2L * names.size());
          Path target = objects.resolve(names.get(i));
          if (Files.exists(target)) {
            originals.checkSame(names.get(i), target);
            kept++;
          } else if (originals.copy(names.get(i), target)) {
            copied += Files.size(target);
          }
        }
        List<BackupManifest.Entry> entries = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
          progress.at(names.size() + (long) i, 2L * names.size());
          entries.add(verified(objects, names.get(i), earlier));
        }
        for (Path changed : directories(objects)) {
          FileCopies.sync(changed);
        }
        BackupManifest manifest = new BackupManifest(clock.instant(), entries);
        manifest.write(directory);
        removeOthers(objects, Set.copyOf(names));
        return new Outcome(
            manifest,
            copied,
            kept,
            Stream.concat(
                    snapshot.unreadable().values().stream(),
                    snapshot.deletions().unreadable().values().stream())
                .map(WeirException::getMessage)
                .toList());
      } catch (NoSuchFileException e) {
        if (listing == MAX_LISTINGS) {
          throw e;
        }
      }
    }
  }

  /// The objects that count, in order of names.
  private static List<String> names(BlockSnapshot snapshot) {
    TreeSet<String> names = new TreeSet<>();
    snapshot.blocks().forEach(block -> names.add(block.name()));
    names.removeAll(snapshot.superseded().keySet());
    for (Deletion deletion : snapshot.deletions().all()) {
      names.add(deletion.name().path());
    }
    return List.copyOf(names);
  }

  /// Reads an object back. One that an earlier backup had has to be the same still.
  private static BackupManifest.Entry verified(
      Path objects, String name, Map<String, BackupManifest.Entry> earlier) throws IOException {
    Path file = objects.resolve(name);
    BackupManifest.Entry found =
        new BackupManifest.Entry(name, Files.size(file), FileCopies.checksum(file));
    BackupManifest.Entry before = earlier.get(name);
    if (before != null) {
      Restore.check(file, before, found);
    } else if (name.endsWith(".block")) {
      List<WeirException.Corrupt> problems =
          BlockReader.open(BlockFile.of(file), new BlockCache(CACHE_BYTES)).verify();
      if (!problems.isEmpty()) {
        throw problems.getFirst();
      }
    }
    return found;
  }

  private static List<Path> directories(Path objects) throws IOException {
    try (Stream<Path> files = Files.walk(objects)) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  /// What an earlier backup had and nobody needs any more.
  private static void removeOthers(Path objects, Set<String> names) throws IOException {
    Set<Path> wanted = new HashSet<>();
    names.forEach(name -> wanted.add(objects.resolve(name)));
    try (Stream<Path> files = Files.walk(objects)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (Files.isRegularFile(file) && !wanted.contains(file)) {
          Files.delete(file);
        }
      }
    }
  }
}
