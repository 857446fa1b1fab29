package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.CompactionTask;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupTest {
  private static final String TOPIC = "weir.samples";
  private static final List<Tenant> TENANTS = List.of(new Tenant("team-a"), new Tenant("team-b"));
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  private static final Labels LOAD =
      Labels.of("__name__", "node_load1", "job", "node", "instance", "a:9100");

  @TempDir Path directory;
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private LocalBlockStore store;
  private Path backup;

  @BeforeEach
  void open() {
    store = new LocalBlockStore(directory.resolve("data/blocks"), clock);
    backup = directory.resolve("backup");
  }

  private void publish(String name, BlockWriter.Description description, List<GroupRow> rows)
      throws IOException {
    Path file = directory.resolve("unpublished");
    try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(rows, writer);
      writer.finish();
    }
    assertTrue(store.publish(name, file));
    Files.delete(file);
  }

  private void link(long number) throws IOException {
    link(number, number * 15_000);
  }

  private void link(long number, long timeMillis) throws IOException {
    List<GroupRow> rows = new ArrayList<>();
    for (Tenant tenant : TENANTS) {
      rows.addAll(
          GroupRow.of(
              tenant,
              List.of(Sample.of(UP, timeMillis, 1), Sample.of(LOAD, timeMillis, number / 10.0))));
    }
    publish(
        new BlockName.Chain(TOPIC, 0, number * 10).path(),
        BlockWriter.Description.link(
            new OffsetRange(TOPIC, 0, number * 10, number * 10 + 10), clock.millis()),
        rows);
  }

  /// Five links, four of them merged for each tenant; an import that overlaps; `up` of team A is
  /// deleted up to the fourth link.
  private void fill() throws IOException {
    for (int i = 0; i < 4; i++) {
      link(i);
    }
    merge();
    BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    link(4);
    publish(
        new BlockName.Imported(TENANTS.get(0), "0123456789abcdef0123456789abcdef", 0).path(),
        BlockWriter.Description.imported(List.of("a block of Prometheus"), clock.millis()),
        GroupRow.of(
            TENANTS.get(0),
            List.of(Sample.of(UP, -15_000, 7), Sample.of(UP, 0, 8), Sample.of(LOAD, 0, 99))));
    catalog
        .deletions()
        .publish(
            new Deletion(
                new DeletionName(TENANTS.get(0), clock.millis(), 1),
                List.of(List.of(Matcher.equal("__name__", "up"))),
                TimeRange.ALL,
                List.of(new Deletion.Cut(TOPIC, 0, 40)),
                List.of()));
  }

  private void merge() {
    Compactor compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
    CompactionTask.plan(
            new BlockCatalog(store, new BlockCache(1 << 20)).refresh(),
            new CompactionPolicy(2, 9, 1L << 30),
            _ -> true)
        .forEach(compactor::run);
  }

  private void deleteLinks(int from, int to) {
    for (int i = from; i < to; i++) {
      assertTrue(store.delete(new BlockName.Chain(TOPIC, 0, i * 10L).path()));
    }
  }

  private static Map<String, Double> samples(Path blocks, Tenant tenant) {
    BlockSnapshot snapshot =
        new BlockCatalog(new LocalBlockStore(blocks), new BlockCache(1 << 20)).refresh();
    assertEquals(List.of(), snapshot.missing(tenant));
    for (BlockReader block : snapshot.blocks()) {
      assertEquals(List.of(), block.verify());
    }
    List<SeriesSource> sources =
        new ArrayList<>(snapshot.sources(tenant, snapshot.blocks(tenant), TimeRange.ALL));
    sources.addAll(snapshot.sources(tenant, snapshot.imports(tenant), TimeRange.ALL));
    Map<String, Double> samples = new TreeMap<>();
    try (GroupCursor cursor =
        new MergedSeriesSource(sources, Runnable::run)
            .select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples read = group.read();
        for (int column = 0; column < group.series().size(); column++) {
          for (int i = 0; i < read.timestampsMillis().length; i++) {
            if (read.columns().get(column).hasSample(i)) {
              samples.put(
                  group.series().get(column).labels().metricName()
                      + " "
                      + read.timestampsMillis()[i],
                  read.columns().get(column).values()[i]);
            }
          }
        }
      }
    }
    return samples;
  }

  private Map<Tenant, Map<String, Double>> all(Path blocks) {
    Map<Tenant, Map<String, Double>> all = new TreeMap<>();
    TENANTS.forEach(tenant -> all.put(tenant, samples(blocks, tenant)));
    return all;
  }

  private Backup.Outcome back() {
    return new Backup(store, clock).into(backup, (_, _) -> {});
  }

  private Backup.Outcome replace() {
    return new Backup(store, clock).into(backup, Backup.Earlier.REPLACE, (_, _) -> {});
  }

  private Restore.Outcome restore(Path blocks, boolean asItWas) {
    return new Restore(backup, blocks, clock).run(asItWas, (_, _) -> {});
  }

  private static List<String> names(Path blocks) throws IOException {
    try (Stream<Path> files = Files.walk(blocks)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> blocks.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void everySampleComesBackWhateverKafkaThereIs() throws Exception {
    fill();
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    assertEquals(
        Map.of(
            "node_load1 0", 0.0,
            "node_load1 15000", 0.1,
            "node_load1 30000", 0.2,
            "node_load1 45000", 0.3,
            "node_load1 60000", 0.4,
            "up -15000", 7.0,
            "up 0", 8.0,
            "up 60000", 1.0),
        before.get(TENANTS.get(0)));
    back();
    Path restored = directory.resolve("restored");
    restore(restored, false);
    assertEquals(before, all(restored));
    // No offsets, and so nothing that a new Kafka's log could contradict.
    assertTrue(
        names(restored).stream().allMatch(name -> name.startsWith("imports/")), restored::toString);
  }

  @Test
  void withTheSameKafkaSinksGoOnWhereTheChainEnds() throws Exception {
    fill();
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    back();
    Path restored = directory.resolve("restored");
    restore(restored, true);
    assertEquals(before, all(restored));
    BlockSnapshot snapshot =
        new BlockCatalog(new LocalBlockStore(restored), new BlockCache(1 << 20)).refresh();
    assertEquals(50, snapshot.chain(TOPIC, 0).endOffset().orElseThrow());
    assertEquals(1, snapshot.deletions().all().size());
  }

  @Test
  void whatDoesNotCountIsLeftOutAndLaterBackupsTakeWhatIsNew() throws Exception {
    fill();
    Backup.Outcome first = back();
    // The four links are in merged blocks.
    assertEquals(5, first.manifest().objects().size(), () -> first.manifest().objects().toString());
    assertEquals(0, first.kept());
    assertEquals(0, first.copiedBytes(), "one volume, so second names are enough");
    link(5);
    merge();
    clock.advance(Duration.ofHours(1));
    Backup.Outcome second = back();
    // Two merged blocks stand for the fifth link; the sixth is the last of its chain.
    assertEquals(4, second.kept());
    assertEquals(3, second.added());
    assertEquals(7, second.manifest().objects().size());
    assertEquals(8, names(backup).size());
    assertEquals(List.of(), second.lost());
  }

  @Test
  void whatRetentionTookGoes() throws IOException {
    for (int i = 0; i < 10; i++) {
      link(i);
    }
    back();
    deleteLinks(0, 3);
    Backup.Outcome second = back();
    assertEquals(List.of(), second.lost());
    assertEquals(7, second.manifest().objects().size());
    assertEquals(8, names(backup).size());
  }

  @Test
  void whatTheStoreHasLostStaysUntilSomebodySaysSo() throws Exception {
    for (int i = 0; i < 8; i++) {
      link(i);
    }
    merge();
    deleteLinks(0, 7);
    back();
    link(8);
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    String merged = new BlockName.Compacted(TENANTS.get(0), TOPIC, 0, 1, 0).path();
    String link = new BlockName.Chain(TOPIC, 0, 70).path();
    assertTrue(store.delete(merged));
    assertTrue(store.delete(link));
    Backup.Outcome second = back();
    // The other tenant's merged block covers the same records, and stands for none of these.
    assertEquals(List.of(link, merged), second.lost());
    assertEquals(4, second.manifest().objects().size());
    restore(directory.resolve("restored"), false);
    assertEquals(before, all(directory.resolve("restored")));
    assertEquals(List.of(link, merged), back().lost());

    assertEquals(List.of(), replace().lost());
    assertFalse(names(backup).contains("blocks/" + merged));
  }

  /// Its own retention may be short, and what it had goes while others' blocks of that time stay.
  @Test
  void theStartOfATenantMayGo() throws Exception {
    for (int i = 0; i < 8; i++) {
      link(i);
      if (i % 2 == 1) {
        merge();
      }
    }
    deleteLinks(0, 7);
    back();
    assertTrue(store.delete(new BlockName.Compacted(TENANTS.get(0), TOPIC, 0, 1, 0).path()));
    assertEquals(List.of(), back().lost());
    String middle = new BlockName.Compacted(TENANTS.get(0), TOPIC, 0, 1, 40).path();
    assertTrue(store.delete(middle));
    assertEquals(List.of(middle), back().lost());
  }

  /// Its last link stays for ever, and says nothing of how old samples become.
  @Test
  void aTenantThatSendsNoMoreGoesAlsoBesideAnIdlePartition() throws Exception {
    publish(
        new BlockName.Chain(TOPIC, 1, 0).path(),
        BlockWriter.Description.link(new OffsetRange(TOPIC, 1, 0, 10), clock.millis()),
        GroupRow.of(TENANTS.get(1), List.of(Sample.of(UP, -3_600_000, 1))));
    link(0);
    link(1);
    merge();
    for (int i = 2; i < 10; i++) {
      publish(
          new BlockName.Chain(TOPIC, 0, i * 10L).path(),
          BlockWriter.Description.link(
              new OffsetRange(TOPIC, 0, i * 10L, i * 10L + 10), clock.millis()),
          GroupRow.of(
              TENANTS.get(1),
              List.of(Sample.of(UP, i * 15_000L, 1), Sample.of(LOAD, i * 15_000L, 2))));
    }
    deleteLinks(0, 2);
    back();
    for (Tenant tenant : TENANTS) {
      assertTrue(store.delete(new BlockName.Compacted(tenant, TOPIC, 0, 1, 0).path()));
    }
    Backup.Outcome second = back();
    assertEquals(List.of(), second.lost());
    assertEquals(9, second.manifest().objects().size());
  }

  private String importAt(int number, long timeMillis) throws IOException {
    String name =
        new BlockName.Imported(TENANTS.get(0), "0123456789abcdef0123456789abcdef", number).path();
    publish(
        name,
        BlockWriter.Description.imported(List.of("block " + number), clock.millis()),
        GroupRow.of(TENANTS.get(0), List.of(Sample.of(UP, timeMillis, number))));
    return name;
  }

  private String sliceAt(long slice) throws IOException {
    SliceSources sources =
        new SliceSources(
            TENANTS.get(0),
            Resolution.FIVE_MINUTES,
            slice,
            List.of(),
            List.of("5m/%08d".formatted(slice), "samples-from/0"));
    String name = sources.name(0, 1).path();
    publish(
        name,
        sources.description(clock.millis()),
        GroupRow.of(
            TENANTS.get(0),
            List.of(Sample.of(UP, Resolution.FIVE_MINUTES.slice(slice).endMillis(), 1))));
    return name;
  }

  private void linksOfDay(int day) throws IOException {
    for (int i = 0; i < 8; i++) {
      link(i, Duration.ofDays(day).toMillis() + i * 15_000L);
    }
    merge();
    deleteLinks(0, 7);
  }

  @Test
  void whereAllImportsAreGoneTheyAreLost() throws Exception {
    linksOfDay(9);
    List<String> imports = List.of(importAt(0, 0), importAt(1, 60_000), importAt(2, 120_000));
    back();
    imports.forEach(store::delete);
    assertEquals(imports, back().lost());
    assertEquals(imports, back().lost());
  }

  @Test
  void whereAllSlicesAreGoneTheyAreLost() throws Exception {
    linksOfDay(9);
    List<String> slices = List.of(sliceAt(3), sliceAt(4));
    back();
    slices.forEach(store::delete);
    assertEquals(slices, back().lost());
    assertEquals(slices, back().lost());
  }

  /// Age takes the oldest first, so it was not age.
  @Test
  void aLastOneThatIsNoOlderThanWhatIsLeftIsLost() throws Exception {
    linksOfDay(9);
    List<String> young = new ArrayList<>();
    young.add(sliceAt(9));
    young.add(importAt(0, Duration.ofDays(10).toMillis()));
    back();
    young.forEach(store::delete);
    assertEquals(young, back().lost());
  }

  @Test
  void theLastOneMayGo() throws Exception {
    linksOfDay(9);
    List<String> old = List.of(sliceAt(3), importAt(0, 0));
    back();
    old.forEach(store::delete);
    Backup.Outcome second = back();
    assertEquals(List.of(), second.lost());
    assertEquals(3, second.manifest().objects().size());
  }

  @Test
  void aPartitionThatIsGoneIsLost() throws IOException {
    link(0);
    link(1);
    publish(
        new BlockName.Chain(TOPIC, 1, 0).path(),
        BlockWriter.Description.link(new OffsetRange(TOPIC, 1, 0, 10), clock.millis()),
        GroupRow.of(TENANTS.get(0), List.of(Sample.of(UP, 0, 1))));
    back();
    String gone = new BlockName.Chain(TOPIC, 1, 0).path();
    store.delete(gone);
    assertEquals(List.of(gone), back().lost());
  }

  @Test
  void whereMostIsGoneNothingCountsAsOld() throws IOException {
    for (int i = 0; i < 10; i++) {
      link(i);
    }
    back();
    deleteLinks(0, 6);
    Backup.Outcome second = back();
    assertEquals(6, second.lost().size(), second.lost()::toString);
    assertEquals(10, second.manifest().objects().size());
  }

  /// Nor does it hold up retention, or the backup would grow for ever.
  @Test
  void whatWasLostOnceStaysAndIsNotCountedAgain() throws IOException {
    for (int i = 0; i < 10; i++) {
      link(i);
    }
    back();
    deleteLinks(0, 6);
    List<String> lost = back().lost();
    assertEquals(6, lost.size());
    for (int night = 0; night < 3; night++) {
      link(10 + night);
      deleteLinks(6 + night, 7 + night);
      Backup.Outcome next = back();
      assertEquals(lost, next.lost());
      assertEquals(10, next.manifest().objects().size());
    }
    assertEquals(4, replace().manifest().objects().size());
    assertEquals(List.of(), back().lost());
    assertEquals(5, names(backup).size());
  }

  @Test
  void aBackupOfAnotherStoreIsLeftAlone() throws Exception {
    fill();
    back();
    List<String> whole = names(backup);
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    LocalBlockStore first = store;
    // As after a disk was replaced: nothing at all at first, and then links of a log begun anew.
    store = new LocalBlockStore(directory.resolve("new/blocks"), clock);
    for (int links = 0; links < 6; links++) {
      WeirException.BadData e = assertThrows(WeirException.BadData.class, this::back);
      assertTrue(
          e.getMessage()
              .startsWith(backup + " has a backup of another store: none of its 4 blocks"),
          e.getMessage());
      assertEquals(whole, names(backup));
      clock.advance(Duration.ofMinutes(5));
      link(links);
    }
    restore(directory.resolve("restored"), false);
    assertEquals(before, all(directory.resolve("restored")));

    assertEquals(6, replace().manifest().objects().size());
    assertEquals(7, names(backup).size());
    store = first;
    assertThrows(WeirException.BadData.class, this::back);
  }

  /// As in the first days of a store: all that the backup has is in merged blocks a night later.
  @Test
  void aStoreWhoseBlocksWereAllMergedSinceIsTheSame() throws Exception {
    for (int i = 0; i < 3; i++) {
      link(i);
    }
    back();
    link(3);
    link(4);
    merge();
    deleteLinks(0, 4);
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    Backup.Outcome second = back();
    assertEquals(0, second.kept());
    assertEquals(3, second.added());
    assertEquals(List.of(), second.lost());
    restore(directory.resolve("restored"), false);
    assertEquals(before, all(directory.resolve("restored")));
  }

  /// Every log begins at offset 0, so that merged blocks of another store cover the same.
  @Test
  void mergedBlocksOfAnotherStoreStandForNothing() throws Exception {
    for (int i = 0; i < 3; i++) {
      link(i);
    }
    back();
    List<String> whole = names(backup);
    store = new LocalBlockStore(directory.resolve("new/blocks"), clock);
    for (int i = 0; i < 5; i++) {
      link(i, 3_600_000 + i * 15_000);
    }
    merge();
    deleteLinks(0, 4);
    assertThrows(WeirException.BadData.class, this::back);
    assertEquals(whole, names(backup));
  }

  @Test
  void aListThatIsMissingMakesNoBackupFree() throws Exception {
    fill();
    back();
    Files.delete(backup.resolve("backup"));
    List<String> whole = names(backup);
    store = new LocalBlockStore(directory.resolve("new/blocks"), clock);
    assertThrows(WeirException.BadData.class, this::back);
    assertEquals(whole, names(backup));
  }

  @Test
  void aCopyWithoutTimesIsStillABackupOfTheStore() throws Exception {
    fill();
    back();
    Path copy = directory.resolve("copy");
    for (String name : names(backup)) {
      Path target = copy.resolve(name);
      Files.createDirectories(requireNonNull(target.getParent()));
      Files.write(target, Files.readAllBytes(backup.resolve(name)));
    }
    backup = copy;
    clock.advance(Duration.ofHours(1));
    link(5);
    Backup.Outcome second = back();
    assertEquals(5, second.kept());
    assertEquals(1, second.added());
    assertEquals(
        Files.getLastModifiedTime(
            store.directory().resolve(new BlockName.Chain(TOPIC, 0, 40).path())),
        Files.getLastModifiedTime(
            copy.resolve("blocks").resolve(new BlockName.Chain(TOPIC, 0, 40).path())));
  }

  @Test
  void aLinkThatWasWrittenAnewIsTakenWhenSomebodySaysSo() throws Exception {
    fill();
    back();
    String last = new BlockName.Chain(TOPIC, 0, 40).path();
    store.delete(last);
    clock.advance(Duration.ofHours(1));
    link(4);
    WeirException.BadData e = assertThrows(WeirException.BadData.class, this::back);
    assertTrue(e.getMessage().startsWith(backup + " has another " + last), e.getMessage());
    assertEquals(4, replace().kept());
    assertEquals(5, back().kept());
  }

  /// Or what was deleted would come back with the backup.
  @Test
  void aDeletionThatTheStoreHasLostOrCannotReadStays() throws Exception {
    fill();
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    back();
    String name = new DeletionName(TENANTS.get(0), clock.millis(), 1).path();
    assertTrue(store.delete(name));
    for (int night = 0; night < 2; night++) {
      assertEquals(List.of(name), back().lost());
    }
    Files.write(store.directory().resolve(name), new byte[] {1, 2, 3});
    Backup.Outcome unreadable = back();
    assertEquals(List.of(), unreadable.lost());
    assertEquals(1, unreadable.unreadable().size());
    restore(directory.resolve("restored"), false);
    assertEquals(before, all(directory.resolve("restored")));

    assertTrue(store.delete(name));
    assertEquals(List.of(), replace().lost());
    assertFalse(names(backup).contains("blocks/" + name));
  }

  @Test
  void aDeletionThatHidesNothingAnyMoreGoes() throws Exception {
    fill();
    back();
    // All that it hides goes; the store removes it then.
    for (Tenant tenant : TENANTS) {
      assertTrue(store.delete(new BlockName.Compacted(tenant, TOPIC, 0, 1, 0).path()));
    }
    deleteLinks(0, 4);
    assertTrue(store.delete(new DeletionName(TENANTS.get(0), clock.millis(), 1).path()));
    for (int i = 5; i < 12; i++) {
      link(i);
    }
    Backup.Outcome second = back();
    assertEquals(List.of(), second.lost());
    assertTrue(names(backup).stream().noneMatch(one -> one.endsWith(".deletion")));
  }

  @Test
  void aBlockThatWasDamagedSinceStaysAsItWas() throws Exception {
    fill();
    Map<Tenant, Map<String, Double>> before = all(store.directory());
    back();
    String name = new BlockName.Chain(TOPIC, 0, 40).path();
    // A new file: the bytes of the old one are in the backup.
    store.delete(name);
    Files.write(store.directory().resolve(name), new byte[] {1, 2, 3});
    Backup.Outcome second = back();
    assertEquals(List.of(), second.lost());
    assertEquals(1, second.unreadable().size());
    assertTrue(
        second.unreadable().getFirst().endsWith("; the backup has it from before"),
        second.unreadable()::toString);
    restore(directory.resolve("restored"), false);
    assertEquals(before, all(directory.resolve("restored")));
  }

  @Test
  void aBackupThatWasBrokenOffGoesOnAndIsNoneUntilThen() throws Exception {
    fill();
    Files.createDirectories(backup.resolve("blocks/chain"));
    Files.writeString(backup.resolve("blocks/chain/half.block.tmp"), "half a copy");
    WeirException.BadData e =
        assertThrows(
            WeirException.BadData.class, () -> restore(directory.resolve("restored"), false));
    assertTrue(e.getMessage().contains("has no finished backup"), e.getMessage());
    back();
    assertFalse(Files.exists(backup.resolve("blocks/chain/half.block.tmp")));
    restore(directory.resolve("restored"), false);
    assertEquals(all(store.directory()), all(directory.resolve("restored")));
  }

  @Test
  void aRestoreThatWasBrokenOffGoesOn() throws Exception {
    fill();
    back();
    Path restored = directory.resolve("restored");
    restore(restored, false);
    List<String> whole = names(restored);
    // As if the last block had not been written, and the mark not been taken away.
    Files.delete(restored.resolve(whole.getLast()));
    WeirException.BadData e =
        assertThrows(WeirException.BadData.class, () -> restore(restored, false));
    assertTrue(e.getMessage().contains("has blocks already"), e.getMessage());
    Files.writeString(restored.resolve("restoring"), "backup of 2026-03-01T12:00:00Z, 5 objects\n");
    restore(restored, false);
    assertEquals(whole, names(restored));
    assertEquals(all(store.directory()), all(restored));
  }

  @Test
  void everyChangedByteIsNoticedBeforeAnythingIsRestored() throws Exception {
    link(0);
    back();
    for (String name : names(backup)) {
      Path file = backup.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < bytes.length; i += 7) {
        byte[] changed = bytes.clone();
        changed[i] ^= 0x20;
        // A new file: the old bytes have a second name in the store.
        Files.delete(file);
        Files.write(file, changed);
        Path restored = directory.resolve("restored");
        WeirException e =
            assertThrows(WeirException.class, () -> restore(restored, true), name + " " + i);
        assertTrue(e.getMessage().contains(backup.toString()), e.getMessage());
        assertFalse(Files.exists(restored));
      }
      Files.delete(file);
      Files.write(file, bytes);
    }
    restore(directory.resolve("restored"), true);
  }

  @Test
  void aDamagedBlockIsNamedAndTheOthersAreSaved() throws Exception {
    fill();
    Path damaged = store.directory().resolve(new BlockName.Chain(TOPIC, 0, 40).path());
    Files.write(damaged, new byte[] {1, 2, 3});
    Backup.Outcome outcome = back();
    assertEquals(1, outcome.unreadable().size());
    assertTrue(
        outcome.manifest().objects().stream()
            .noneMatch(entry -> entry.name().endsWith("00040.block")));
    assertTrue(outcome.manifest().objects().size() >= 4);
  }

  @Test
  void aDirectoryWithSomethingElseIsLeftAlone() throws Exception {
    fill();
    Files.createDirectories(backup);
    Files.writeString(backup.resolve("thesis.txt"), "chapter 1");
    WeirException.BadData e = assertThrows(WeirException.BadData.class, this::back);
    assertTrue(e.getMessage().endsWith("or one with an earlier backup"), e.getMessage());
    assertEquals(List.of("thesis.txt"), names(backup));
  }
}
