package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Copies what counts in a store, a directory's or an object store's, into a directory: the blocks
/// of one listing and its deletions.
///
/// Nothing has to stop meanwhile: objects never change, and one that goes before it is copied makes
/// the backup list anew. What is there already is kept, so a backup that was broken off goes on,
/// and one into the directory of an earlier one copies what is new and then removes what others
/// stand for by now, or retention took.
///
/// **Nothing else is removed**, unless somebody says so. A store that shares no block with the
/// earlier backup, and has merged none of it ([OwnBackup]), is another one, or was begun anew, and
/// is refused. Blocks that the store has lost ([LostBlocks]) stay in the backup, with the deletions
/// that hide some of what they have.
///
/// Every block is read back and decoded, also where it is a second name of the same bytes. The list
/// of objects comes last; until then an earlier backup in the directory stays whole.
public final class Backup {
  /// How often objects may go while they are copied, as merged blocks do.
  private static final int MAX_LISTINGS = 10;

  private static final long CACHE_BYTES = 16 << 20;

  private final BlockStore store;
  private final InstantSource clock;

  /// What a backup came to.
  ///
  /// @param copiedBytes that were copied; 0 where all objects got second names
  /// @param added objects that were not there
  /// @param kept objects that were there from an earlier backup
  /// @param lost blocks that an earlier backup had and the store no longer has, though nothing
  ///   stands for them, and deletions that hide some of what is there; they are still in the backup
  /// @param unreadable what is wrong with blocks of the store that cannot be opened
  /// @param gaps records that no block of the store has although later ones are in blocks
  public record Outcome(
      BackupManifest manifest,
      long copiedBytes,
      int added,
      int kept,
      List<String> lost,
      List<String> unreadable,
      List<String> gaps) {
    public Outcome {
      requireNonNull(manifest, "manifest");
      lost = List.copyOf(lost);
      unreadable = List.copyOf(unreadable);
      gaps = List.copyOf(gaps);
    }
  }

  /// What becomes of what an earlier backup has and the store does not.
  public enum Earlier {
    /// What the store may have lost stays; another store is refused.
    KEEP,
    /// It goes: the directory becomes a backup of this store as it is.
    REPLACE
  }

  public Backup(BlockStore store, InstantSource clock) {
    this.store = requireNonNull(store, "store");
    this.clock = requireNonNull(clock, "clock");
  }

  /// Keeps what an earlier backup has and the store has lost.
  public Outcome into(Path directory, Progress progress) {
    return into(directory, Earlier.KEEP, progress);
  }

  /// @param directory made if it is not there; an earlier backup, or empty
  /// @param progress counts objects, copied and then verified
  /// @throws WeirException.BadData if the directory has something else, or a backup of another
  ///   store that is not to be replaced
  public Outcome into(Path directory, Earlier mode, Progress progress) {
    try {
      EarlierBackup earlier = prepare(directory);
      return into(directory, earlier, mode, progress);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s: the backup cannot be written: %s".formatted(directory, IoErrorText.withPath(e)), e);
    }
  }

  private static EarlierBackup prepare(Path directory) throws IOException {
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
    return EarlierBackup.read(directory);
  }

  private Outcome into(Path directory, EarlierBackup earlier, Earlier mode, Progress progress)
      throws IOException {
    for (int listing = 1; ; listing++) {
      try {
        return once(directory, earlier, mode, progress);
      } catch (NoSuchFileException e) {
        if (listing == MAX_LISTINGS) {
          throw e;
        }
      }
    }
  }

  private Outcome once(Path directory, EarlierBackup earlier, Earlier mode, Progress progress)
      throws IOException {
    Path objects = directory.resolve(BackupManifest.OBJECTS);
    BlockSnapshot snapshot = new BlockCatalog(store, new BlockCache(CACHE_BYTES)).refresh();
    List<String> counting = names(snapshot);
    Originals originals = Originals.of(store);
    Set<String> changed = changed(counting, earlier, originals, objects);
    Set<String> lost = new TreeSet<>();
    switch (mode) {
      case KEEP -> {
        refuseOthers(directory, snapshot, counting, changed, earlier);
        lost.addAll(new LostBlocks(snapshot, Set.copyOf(counting), earlier).find());
      }
      case REPLACE -> {
        // What is lost goes when all else is there.
      }
    }
    long copied = 0;
    int kept = 0;
    for (int i = 0; i < counting.size(); i++) {
      progress.at(i, 2L * counting.size());
      String name = counting.get(i);
      boolean anew = changed.contains(name);
      Path target = anew ? beside(objects, name) : objects.resolve(name);
      if (anew) {
        Files.deleteIfExists(target);
      }
      if (Files.exists(target)) {
        kept++;
      } else if (originals.copy(name, target)) {
        copied += Files.size(target);
      }
      if (anew && BlockName.parse(name).isPresent()) {
        BlockReader.check(BlockFile.of(target));
      }
    }
    // Not before all that is new is there and whole.
    for (String name : changed) {
      Files.move(beside(objects, name), objects.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
    List<String> names = new ArrayList<>(counting);
    names.addAll(lost);
    if (mode == Earlier.KEEP) {
      LostDeletions deletions = LostDeletions.find(snapshot, Set.copyOf(counting), earlier, lost);
      names.addAll(deletions.kept());
      lost.addAll(deletions.lost());
    }
    names.sort(null);
    List<BackupManifest.Entry> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      progress.at(names.size() + (long) i, 2L * names.size());
      entries.add(
          verified(
              objects,
              names.get(i),
              changed.contains(names.get(i)) ? null : earlier.listed().get(names.get(i))));
    }
    for (Path synced : directories(objects)) {
      FileCopies.sync(synced);
    }
    // Before the list: what is in neither would be judged anew, without what went meanwhile.
    EarlierBackup.writeLost(directory, lost);
    BackupManifest manifest = new BackupManifest(clock.instant(), entries);
    manifest.write(directory);
    removeOthers(objects, Set.copyOf(names));
    return new Outcome(
        manifest,
        copied,
        counting.size() - kept,
        kept,
        lost.stream().filter(name -> !snapshot.unreadable().containsKey(name)).toList(),
        unreadable(snapshot, lost),
        gaps(snapshot));
  }

  /// Where an object waits that will be put in place of another.
  private static Path beside(Path objects, String name) {
    return objects.resolve(name + ".new");
  }

  private static List<String> gaps(BlockSnapshot snapshot) {
    return snapshot.partitions().stream()
        .flatMap(partition -> snapshot.problems(partition).stream())
        .filter(problem ->
            switch (problem) {
              case BlockChain.Problem.Gap _, BlockChain.Problem.TenantGap _ -> true;
              case BlockChain.Problem.Overlap _, BlockChain.Problem.Unreadable _ -> false;
            })
        .map(BlockChain.Problem::toString)
        .toList();
  }

  private static List<String> unreadable(BlockSnapshot snapshot, Set<String> lost) {
    List<String> unreadable = new ArrayList<>();
    snapshot
        .unreadable()
        .forEach((name, error) ->
            unreadable.add(
                lost.contains(name)
                    ? error.getMessage() + "; the backup has it from before"
                    : String.valueOf(error.getMessage())));
    snapshot
        .deletions()
        .unreadable()
        .values()
        .forEach(error -> unreadable.add(String.valueOf(error.getMessage())));
    return unreadable;
  }

  /// The objects of which the directory has others under the same names.
  private static Set<String> changed(
      List<String> names, EarlierBackup earlier, Originals originals, Path objects)
      throws IOException {
    Set<String> changed = new TreeSet<>();
    for (String name : names) {
      if (earlier.names().contains(name) && !originals.isSame(name, objects.resolve(name))) {
        changed.add(name);
      }
    }
    return changed;
  }

  private static void refuseOthers(
      Path directory,
      BlockSnapshot snapshot,
      List<String> names,
      Set<String> changed,
      EarlierBackup earlier) {
    Set<String> blocks = earlier.blocks().keySet();
    boolean same =
        names.stream().anyMatch(name -> blocks.contains(name) && !changed.contains(name));
    if (!blocks.isEmpty() && !same && !new OwnBackup(snapshot, earlier).isOfStore()) {
      throw new WeirException.BadData(
          "%s has a backup of another store: none of its %d blocks is in this one, which has %d, or merged into one of these; back up into another directory, or give --replace to remove what is there"
              .formatted(
                  directory,
                  blocks.size(),
                  names.stream().filter(name -> name.endsWith(".block")).count()));
    }
    if (!changed.isEmpty()) {
      throw new WeirException.BadData(
          "%s has another %s than the store, which has written it anew or has it damaged; back up into another directory, or give --replace to take it as it is now"
              .formatted(directory, changed.iterator().next()));
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
      Path objects, String name, BackupManifest.@Nullable Entry before) throws IOException {
    Path file = objects.resolve(name);
    BackupManifest.Entry found =
        new BackupManifest.Entry(name, Files.size(file), FileCopies.checksum(file));
    if (before != null) {
      Restore.check(file, before, found);
    } else if (name.endsWith(".block")) {
      BlockReader.check(BlockFile.of(file));
    }
    return found;
  }

  private static List<Path> directories(Path objects) throws IOException {
    try (Stream<Path> files = Files.walk(objects)) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  /// What an earlier backup had and is in none any more.
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
