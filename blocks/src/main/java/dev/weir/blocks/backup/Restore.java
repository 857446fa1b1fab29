package dev.weir.blocks.backup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.DownsampledSlice;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.chunk.ChunkLimits;
import dev.weir.blocks.compaction.Rewriting;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.downsample.Downsampling;
import dev.weir.blocks.resolution.DownsampledBlocks;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.IoErrorText;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/// Brings a backup back into an empty directory of blocks, or an empty store.
///
/// **Beside the chain.** The offsets of a backup are those of the Kafka that it was made with. With
/// another one, as after the loss of an embedded broker, a chain that ends at offset 1,000,000
/// would stand before a log that begins at 0. So blocks come back as imported ones, which have no
/// offsets, count after what Kafka brings, and need no Kafka to be the same. They are without what
/// was deleted, and deletions, whose cuts are offsets, do not come back.
///
/// **As it was**, where the topics are still there: links, merged blocks and deletions get their
/// names again, and sinks go on where the chain ends.
///
/// One that was broken off goes on: what is there already, whole, is kept.
public final class Restore {
  private static final long CACHE_BYTES = 64 << 20;

  /// Sorts before the hash of nearly anything that is imported, so that what came through Kafka
  /// wins over what was imported then.
  private static final String SOURCE_PREFIX = "00000000";

  private final Path backup;
  private final Destination destination;
  private final InstantSource clock;

  /// What came back.
  ///
  /// @param objects how many there are now
  public record Outcome(BackupManifest manifest, int objects, long sizeBytes) {
    public Outcome {
      requireNonNull(manifest, "manifest");
    }
  }

  /// @param backup its directory
  /// @param directory of blocks; empty, or with what an earlier attempt left
  public Restore(Path backup, Path directory, InstantSource clock) {
    this(backup, new DirectoryDestination(directory, clock), clock);
  }

  /// @param backup its directory
  /// @param store empty, or with what an earlier attempt left
  /// @param name what people call the store
  /// @param scratch where blocks are written before they are published
  public Restore(Path backup, BlockStore store, String name, Path scratch, InstantSource clock) {
    this(backup, new StoreDestination(store, name, scratch), clock);
  }

  private Restore(Path backup, Destination destination, InstantSource clock) {
    this.backup = requireNonNull(backup, "backup");
    this.destination = requireNonNull(destination, "destination");
    this.clock = requireNonNull(clock, "clock");
  }

  /// @param asItWas whether the topics are still there that the blocks were made from
  /// @throws WeirException.BadData if there is no backup, or the directory has other blocks
  /// @throws WeirException.Corrupt if an object is not what the backup says; nothing is restored
  public Outcome run(boolean asItWas, Progress progress) {
    BackupManifest manifest =
        BackupManifest.read(backup)
            .orElseThrow(() ->
                new WeirException.BadData(
                    "%s has no finished backup: there is no file \"%s\"; if one was broken off, make it again"
                        .formatted(backup, BackupManifest.FILE)));
    try {
      refuseOthers(manifest);
      List<BackupManifest.Entry> all = manifest.objects();
      for (int i = 0; i < all.size(); i++) {
        progress.at(i, 2L * all.size());
        Path file = object(all.get(i).name());
        if (!Files.exists(file)) {
          throw new WeirException.Corrupt("%s is missing".formatted(file));
        }
        check(file, all.get(i), entry(file, all.get(i).name()));
      }
      destination.begin(mark(manifest));
      Progress second =
          (done, total) ->
              progress.at(all.size() + done * all.size() / Math.max(1, total), 2L * all.size());
      if (asItWas) {
        copy(all, second);
      } else {
        convert(manifest, second);
      }
      destination.end();
      Destination.Size size = destination.size();
      return new Outcome(manifest, size.objects(), size.bytes());
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be restored into %s: %s"
              .formatted(backup, destination, IoErrorText.withPath(e)),
          e);
    }
  }

  private Path object(String name) {
    return backup.resolve(BackupManifest.OBJECTS).resolve(name);
  }

  private void refuseOthers(BackupManifest manifest) throws IOException {
    boolean goesOn = destination.mark().filter(mark(manifest)::equals).isPresent();
    if (!goesOn && (destination.mark().isPresent() || !destination.isEmpty())) {
      throw new WeirException.BadData(
          "%s has blocks already; restore into an empty data directory or store, and import what else there is to keep with `weir blocks import`"
              .formatted(destination));
    }
  }

  private static String mark(BackupManifest manifest) {
    return "backup of %s, %d objects\n".formatted(manifest.createdAt(), manifest.objects().size());
  }

  private static BackupManifest.Entry entry(Path file, String name) throws IOException {
    return new BackupManifest.Entry(name, Files.size(file), FileCopies.checksum(file));
  }

  static void check(Path file, BackupManifest.Entry expected, BackupManifest.Entry found) {
    if (!expected.equals(found)) {
      throw new WeirException.Corrupt(
          "%s has %d bytes with checksum %08x, the backup says %d with %08x; it was changed since"
              .formatted(
                  file,
                  found.sizeBytes(),
                  found.checksum(),
                  expected.sizeBytes(),
                  expected.checksum()));
    }
  }

  private void copy(List<BackupManifest.Entry> objects, Progress progress) throws IOException {
    // Links last and in order: with an attempt that is broken off, no chain goes on after a gap.
    List<BackupManifest.Entry> ordered = new ArrayList<>(objects);
    ordered.sort((a, b) -> Boolean.compare(isLink(a.name()), isLink(b.name())));
    for (int i = 0; i < ordered.size(); i++) {
      progress.at(i, ordered.size());
      String name = ordered.get(i).name();
      if (!destination.has(name)) {
        destination.put(name, object(name));
      }
    }
  }

  private static boolean isLink(String name) {
    return name.startsWith(BlockName.CHAIN_PREFIX);
  }

  /// Writes what counts for each tenant as imported blocks, one for one.
  private void convert(BackupManifest manifest, Progress progress) throws IOException {
    BlockSnapshot snapshot =
        new BlockCatalog(
                new LocalBlockStore(backup.resolve(BackupManifest.OBJECTS), clock),
                new BlockCache(CACHE_BYTES))
            .refresh();
    if (!snapshot.unreadable().isEmpty()) {
      throw snapshot.unreadable().values().iterator().next();
    }
    String source =
        SOURCE_PREFIX
            + UUID.nameUUIDFromBytes(mark(manifest).getBytes(UTF_8))
                .toString()
                .replace("-", "")
                .substring(SOURCE_PREFIX.length());
    long done = 0;
    for (Tenant tenant : snapshot.tenants()) {
      int number = 0;
      Map<String, BlockReader> restored = new TreeMap<>();
      for (BlockReader block : snapshot.blocks(tenant)) {
        progress.at(done++, manifest.objects().size());
        restored.put(new BlockName.Imported(tenant, source, number).path(), block);
        write(block, tenant, List.of(), snapshot.deletions(), source, number++);
      }
      for (BlockReader block : snapshot.imports(tenant)) {
        progress.at(done++, manifest.objects().size());
        if (snapshot.deletions().hiding(tenant, block).isEmpty()) {
          if (!destination.has(block.name())) {
            destination.put(block.name(), object(block.name()));
          }
          restored.put(block.name(), block);
        } else {
          restored.put(new BlockName.Imported(tenant, source, number).path(), block);
          write(
              block,
              tenant,
              imported(block.meta().sources()),
              snapshot.deletions(),
              source,
              number++);
        }
      }
      convertWindows(snapshot, tenant, restored);
    }
  }

  /// Brings back what is downsampled of samples that are gone. Where the samples are there, it can
  /// be made again from what they have become.
  ///
  /// @param restored names of what samples have become, by name
  private void convertWindows(
      BlockSnapshot snapshot, Tenant tenant, Map<String, BlockReader> restored) throws IOException {
    for (Resolution resolution : Resolution.values()) {
      for (DownsampledSlice slice : snapshot.downsampled(tenant).of(resolution)) {
        if (slice.hasAllSamples()) {
          continue;
        }
        List<String> imports = new ArrayList<>();
        restored.forEach((name, block) -> {
          // What is outdated stays so: it knows none of what is there.
          if (slice.isCurrent() && !block.stretches(tenant, slice.range()).isEmpty()) {
            imports.add(name);
          }
        });
        SliceSources sources = SliceSources.restored(tenant, slice, imports);
        for (BlockReader block : slice.blocks()) {
          BlockName.Downsampled old =
              (BlockName.Downsampled) BlockName.parse(block.name()).orElseThrow();
          publish(
              sources.name(old.shard(), old.shards()).path(),
              file -> writeWindows(file, snapshot, slice, block, sources));
        }
      }
    }
  }

  private void writeWindows(
      Path file,
      BlockSnapshot snapshot,
      DownsampledSlice slice,
      BlockReader block,
      SliceSources sources) {
    SeriesSource stored = DownsampledBlocks.stored(snapshot, sources.tenant(), slice, block);
    try (BlockWriter writer =
            new BlockWriter(file, sources.description(clock.millis()), Downsampling.options());
        GroupCursor groups =
            stored.select(sources.tenant(), List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
        writer.add(group.key(), group.series(), group.columns());
      }
      writer.keep(sources.tenant());
      writer.finish();
    }
  }

  /// What was imported, without the names of blocks and deletions.
  private static List<String> imported(List<String> sources) {
    return sources.stream()
        .filter(source ->
            !source.startsWith(BlockName.IMPORTED_PREFIX)
                && !source.startsWith(DeletionName.PREFIX))
        .toList();
  }

  private void write(
      BlockReader block,
      Tenant tenant,
      List<String> sources,
      Deletions deletions,
      String source,
      int number)
      throws IOException {
    publish(
        new BlockName.Imported(tenant, source, number).path(),
        file ->
            Rewriting.write(
                file,
                tenant,
                List.of(block),
                deletions,
                BlockWriter.Description.imported(sources, clock.millis()),
                BlockWriter.Options.COMPACTED.withMaxExemplars(ChunkLimits.MAX_EXEMPLARS)));
  }

  /// Writes a block, reads it back, and publishes it, unless it is there.
  private void publish(String name, Consumer<Path> write) throws IOException {
    if (destination.has(name)) {
      return;
    }
    Path file = destination.scratch().resolve("restoring-" + UUID.randomUUID());
    try {
      write.accept(file);
      BlockReader.check(BlockFile.of(file));
      destination.publish(name, file);
    } finally {
      Files.deleteIfExists(file);
    }
  }
}
