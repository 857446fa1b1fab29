package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockMerge;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.FaultPoint;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// Carries out compaction tasks: writes the merged block to a local file, reads all of it back, and
/// only then publishes it. Safe for use by many threads; each task needs the memory of its labels.
public final class Compactor {
  private static final String FILE_PREFIX = "compaction-";

  private final BlockStore store;
  private final DeletionLog deletions;
  private final Path directory;
  private final BlockWriter.Options options;
  private final InstantSource clock;

  /// What came of a task.
  ///
  /// @param name of the block
  /// @param published whether it is ours; if not, there was one of that name already
  /// @param conflicts samples that lost to a different one with a lower offset; not counted where
  ///   samples were deleted
  /// @param droppedExemplars that were too many in the result
  public record Outcome(
      String name, boolean published, long sizeBytes, long conflicts, int droppedExemplars) {}

  /// @param directory for unfinished files; what an earlier process left there is removed
  public Compactor(
      BlockStore store, Path directory, BlockWriter.Options options, InstantSource clock) {
    this.store = store;
    this.deletions = new DeletionLog(store);
    this.directory = directory;
    this.options = options;
    this.clock = clock;
    try {
      Files.createDirectories(directory);
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          if (String.valueOf(file.getFileName()).startsWith(FILE_PREFIX)) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      throw new WeirException.Unavailable(
          "directory %s for compaction cannot be prepared: %s".formatted(directory, e), e);
    }
  }

  /// Merges and publishes.
  ///
  /// @throws WeirException.Corrupt if a source cannot be read, or the result is not what was
  ///   written; nothing is published
  public Outcome run(MergeTask task) {
    Path file = directory.resolve(FILE_PREFIX + UUID.randomUUID());
    String name = task.target().path();
    try {
      Written result = write(task, file);
      BlockFile written = BlockFile.of(file);
      BlockReader.check(written);
      FaultPoint.MERGE_VERIFIED.pass();
      boolean published = store.publish(name, file);
      return new Outcome(
          name, published, written.sizeBytes(), result.conflicts, result.droppedExemplars);
    } finally {
      delete(file);
    }
  }

  private record Written(long conflicts, int droppedExemplars) {}

  private Written write(MergeTask task, Path file) {
    // Now that it is settled which blocks go in: what is deleted later may not know of them.
    Deletions held = deletions.refresh();
    if (!held.problems(task.tenant()).isEmpty()) {
      throw new WeirException.Unavailable(held.problems(task.tenant()).getFirst());
    }
    List<Deletion> reaching = reaching(task, held);
    // All, whether they hide anything or not: what comes later is in the block, too.
    List<String> applied = reaching.stream().map(deletion -> deletion.name().path()).toList();
    BlockWriter.Description description =
        switch (task) {
          case CompactionTask(
                  _,
                  OffsetRange covers,
                  List<BlockReader> sources,
                  int level,
                  List<Companion> companions) ->
              describe(
                  level,
                  List.of(covers),
                  Stream.concat(
                          sources.stream().map(BlockReader::name),
                          companions.stream().map(Companion::text))
                      .toList(),
                  applied);
          case ImportTask imports -> describe(imports.level(), List.of(), imports.names(), applied);
        };
    if (reaching.stream().noneMatch(one -> task.sources().stream().anyMatch(one::hides))) {
      BlockMerge.Result merged =
          BlockMerge.write(file, task.tenant(), task.sources(), description, options);
      return new Written(merged.conflicts(), merged.droppedExemplars());
    }
    return new Written(
        0, Rewriting.write(file, task.tenant(), task.sources(), held, description, options));
  }

  private static List<Deletion> reaching(MergeTask task, Deletions held) {
    return switch (task) {
      case CompactionTask(Tenant tenant, OffsetRange covers, _, _, _) ->
          held.reaching(tenant, covers);
      case ImportTask(Tenant tenant, List<BlockReader> sources, _) ->
          held.of(tenant).stream()
              .filter(deletion -> sources.stream().anyMatch(deletion::names))
              .toList();
    };
  }

  private BlockWriter.Description describe(
      int level, List<OffsetRange> covers, Collection<String> sources, List<String> applied) {
    Set<String> all = new LinkedHashSet<>(sources);
    all.addAll(applied);
    return new BlockWriter.Description(level, clock.millis(), covers, List.copyOf(all));
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new WeirException.Unavailable("%s cannot be removed: %s".formatted(file, e), e);
    }
  }
}
