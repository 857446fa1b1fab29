package dev.weir.blocks.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What goes from an earlier backup, and what stays.
class LaterBackupTest extends BackupFixture {
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
}
