package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BackupTest extends BackupFixture {
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
