package dev.weir.blocks.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.CompactionTask;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Backups of a store whose objects are no files, and into one.
class StoreBackupTest {
  private static final String TOPIC = "weir.samples";
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");

  @TempDir private Path directory = Path.of("");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final Failing store = new Failing();
  private final Failing other = new Failing();
  private Path backup = Path.of("");

  /// A store that fails at one of its calls, or loses an object while it is read.
  private static final class Failing implements ForwardingBlockStore {
    private final MemoryBlockStore store = new MemoryBlockStore();
    private int publishesLeft = Integer.MAX_VALUE;
    private String deletedWhenRead = "";
    private String awayWhenReadAgain = "";
    private int reads;

    @Override
    public byte[] read(String name, long offset, int length) {
      if (name.equals(awayWhenReadAgain) && offset == 0 && ++reads > 1) {
        throw new WeirException.Unavailable("the store is away");
      }
      if (name.equals(deletedWhenRead) && offset == 0) {
        store.delete(name);
      }
      return store.read(name, offset, length);
    }

    @Override
    public boolean publish(String name, Path file) {
      if (--publishesLeft < 0) {
        throw new WeirException.Unavailable("the store is away");
      }
      return store.publish(name, file);
    }

    @Override
    public BlockStore store() {
      return store;
    }
  }

  @BeforeEach
  void fill() throws IOException {
    backup = directory.resolve("backup");
    for (int i = 0; i < 5; i++) {
      link(i);
    }
    BlockCatalog catalog = new BlockCatalog(store, new BlockCache(0));
    Compactor compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
    CompactionTask.plan(catalog.refresh(), new CompactionPolicy(2, 3, 1L << 30), _ -> true)
        .forEach(compactor::run);
  }

  private static String link(int number, Path file, long now) {
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(
                new OffsetRange(TOPIC, 0, number * 10L, number * 10L + 10), now),
            BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(
          GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP, number * 15_000L, number))), writer);
      writer.finish();
    }
    return new BlockName.Chain(TOPIC, 0, number * 10L).path();
  }

  private void link(int number) throws IOException {
    Path file = directory.resolve("unpublished");
    String name = link(number, file, clock.millis());
    assertTrue(store.publish(name, file));
    Files.delete(file);
  }

  private static Map<Long, Double> samples(BlockStore of) {
    BlockSnapshot snapshot = new BlockCatalog(of, new BlockCache(1 << 20)).refresh();
    assertEquals(List.of(), snapshot.missing(Tenant.DEFAULT));
    List<SeriesSource> sources =
        new ArrayList<>(
            snapshot.sources(Tenant.DEFAULT, snapshot.blocks(Tenant.DEFAULT), TimeRange.ALL));
    sources.addAll(
        snapshot.sources(Tenant.DEFAULT, snapshot.imports(Tenant.DEFAULT), TimeRange.ALL));
    Map<Long, Double> samples = new TreeMap<>();
    try (GroupCursor cursor =
        new MergedSeriesSource(sources)
            .select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples read = group.read();
        for (int i = 0; i < read.timestampsMillis().length; i++) {
          samples.put(read.timestampsMillis()[i], read.columns().getFirst().values()[i]);
        }
      }
    }
    return samples;
  }

  private static final Map<Long, Double> ALL =
      Map.of(0L, 0.0, 15_000L, 1.0, 30_000L, 2.0, 45_000L, 3.0, 60_000L, 4.0);

  private Backup.Outcome back() {
    return new Backup(store, clock).into(backup, (_, _) -> {});
  }

  private Restore.Outcome restore(boolean asItWas) {
    return new Restore(backup, other, "the other store", directory.resolve("scratch"), clock)
        .run(asItWas, (_, _) -> {});
  }

  private static List<String> names(BlockStore of) {
    return of.list("").stream().map(StoredBlock::name).toList();
  }

  @Test
  void everySampleComesBackFromOneStoreIntoAnother() throws IOException {
    assertEquals(ALL, samples(store));
    Backup.Outcome saved = back();
    // Three links are in a merged block.
    assertEquals(3, saved.manifest().objects().size());
    assertEquals(saved.manifest().sizeBytes(), saved.copiedBytes());
    Restore.Outcome restored = restore(false);
    assertEquals(3, restored.objects());
    assertEquals(ALL, samples(other));
    assertTrue(names(other).stream().allMatch(name -> name.startsWith("imports/")));
    try (Stream<Path> left = Files.list(directory.resolve("scratch"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void whatIsReplacedStaysUntilWhatIsNewIsThere() throws IOException {
    back();
    String name = new BlockName.Chain(TOPIC, 0, 40).path();
    assertTrue(store.delete(name));
    Path file = directory.resolve("unpublished");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange(TOPIC, 0, 40, 50), clock.millis()),
            BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(
          GroupRow.of(
              Tenant.DEFAULT,
              List.of(
                  Sample.of(UP, 60_000, 4), Sample.of(Labels.of("__name__", "other"), 60_000, 5))),
          writer);
      writer.finish();
    }
    assertTrue(store.publish(name, file));
    store.awayWhenReadAgain = name;
    Backup replacing = new Backup(store, clock);
    assertThrows(
        WeirException.Unavailable.class,
        () -> replacing.into(backup, Backup.Earlier.REPLACE, (_, _) -> {}));
    restore(true);
    assertEquals(ALL, samples(other));

    store.awayWhenReadAgain = "";
    Backup.Outcome replaced = replacing.into(backup, Backup.Earlier.REPLACE, (_, _) -> {});
    assertEquals(1, replaced.added());
    assertEquals(3, replaced.manifest().objects().size());
    assertEquals(
        store.list(name).getFirst().sizeBytes(), Files.size(backup.resolve("blocks/" + name)));
    try (Stream<Path> left = Files.walk(backup)) {
      assertTrue(left.noneMatch(one -> one.toString().endsWith(".new")));
    }
  }

  @Test
  void withTheSameKafkaNamesAreWhatTheyWere() {
    back();
    restore(true);
    assertEquals(ALL, samples(other));
    assertEquals(
        50,
        new BlockCatalog(other, new BlockCache(0))
            .refresh()
            .chain(TOPIC, 0)
            .endOffset()
            .orElseThrow());
  }

  @Test
  void objectsAreFetchedInPartsAndHaveTheirTime() throws IOException {
    StoredBlock first = store.list("chain/").getFirst();
    Path copy = directory.resolve("copies/one.block");
    FetchedOriginals originals = FetchedOriginals.list(store, 100);
    assertTrue(originals.copy(first.name(), copy));
    assertArrayEquals(
        store.read(first.name(), 0, (int) first.sizeBytes()), Files.readAllBytes(copy));
    FileTime published = FileTime.from(first.publishedAt());
    assertEquals(published, Files.getLastModifiedTime(copy));
    assertTrue(originals.isSame(first.name(), copy));
    // Copied on without its time: the bytes tell.
    Files.setLastModifiedTime(copy, FileTime.fromMillis(1));
    assertTrue(originals.isSame(first.name(), copy));
    assertEquals(published, Files.getLastModifiedTime(copy));
    byte[] bytes = Files.readAllBytes(copy);
    bytes[bytes.length / 2] ^= 1;
    Files.write(copy, bytes);
    Files.setLastModifiedTime(copy, FileTime.fromMillis(1));
    assertFalse(originals.isSame(first.name(), copy));
    assertThrows(NoSuchFileException.class, () -> originals.copy("chain/none.block", copy));
  }

  @Test
  void anObjectThatGoesWhileItIsReadMakesItListAnew() throws IOException {
    // As if the last links had been merged meanwhile, and deleted.
    link(5);
    String last = store.list("chain/").getLast().name();
    store.deletedWhenRead = last;
    FetchedOriginals originals = FetchedOriginals.list(store, 100);
    assertThrows(
        NoSuchFileException.class, () -> originals.copy(last, directory.resolve("gone.block")));
    assertFalse(names(store).contains(last));
    assertEquals(3, back().manifest().objects().size());
  }

  @Test
  void aBackupThatWasBrokenOffGoesOn() throws IOException {
    Backup.Outcome first = back();
    Files.delete(backup.resolve("backup"));
    Files.delete(backup.resolve("blocks").resolve(first.manifest().objects().getFirst().name()));
    store.store.unavailable(true);
    assertThrows(WeirException.Unavailable.class, this::back);
    store.store.unavailable(false);
    assertEquals(2, back().kept());
    restore(false);
    assertEquals(ALL, samples(other));
  }

  @Test
  void aRestoreThatWasBrokenOffGoesOn() {
    back();
    // The mark and one block.
    other.publishesLeft = 2;
    assertThrows(WeirException.Unavailable.class, () -> restore(false));
    assertEquals(2, names(other).size());
    other.publishesLeft = Integer.MAX_VALUE;
    restore(false);
    assertEquals(ALL, samples(other));
    assertEquals(3, names(other).size());
    WeirException.BadData e = assertThrows(WeirException.BadData.class, () -> restore(false));
    assertTrue(
        String.valueOf(e.getMessage()).startsWith("the other store has blocks already;"),
        e.getMessage());
  }
}
