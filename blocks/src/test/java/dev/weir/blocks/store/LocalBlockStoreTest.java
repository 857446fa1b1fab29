package dev.weir.blocks.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.testing.HeldClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBlockStoreTest extends BlockStoreContract {
  @TempDir Path directory;

  @Override
  protected BlockStore newStore() {
    return new LocalBlockStore(directory.resolve("blocks"));
  }

  @Override
  protected BlockStore sameStore() {
    return newStore();
  }

  @Test
  void anUnfinishedCopyIsNotListedAndRemovedAfterADay() throws Exception {
    HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
    Path root = directory.resolve("blocks");
    new LocalBlockStore(root, clock);
    Path unfinished = root.resolve(".staging/1234.tmp");
    Files.writeString(unfinished, "half a bl");
    Files.setLastModifiedTime(unfinished, FileTime.from(clock.instant()));
    clock.advance(Duration.ofHours(1));
    assertEquals(List.of(), new LocalBlockStore(root, clock).list(""));
    assertTrue(Files.exists(unfinished), "its writer may still be at work");
    clock.advance(Duration.ofHours(24));
    new LocalBlockStore(root, clock);
    assertFalse(Files.exists(unfinished));
  }

  @Test
  void publishingLeavesNothingBehind() throws Exception {
    BlockStore store = newStore();
    Path file = directory.resolve("file");
    Files.writeString(file, "content");
    store.publish("chain/t/00000/00000000000000000000.block", file);
    store.publish("chain/t/00000/00000000000000000000.block", file);
    try (var left = Files.list(directory.resolve("blocks/.staging"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void aStoreOpensWhileAnotherProcessPublishes() throws Exception {
    BlockStore store = newStore();
    Path file = directory.resolve("file");
    Files.writeString(file, "content");
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<Boolean> published =
          executor.submit(() -> {
            boolean all = true;
            for (int i = 0; i < 60; i++) {
              all &= store.publish("chain/t/00000/%020d.block".formatted(i), file);
            }
            return all;
          });
      while (!published.isDone()) {
        newStore();
      }
      assertTrue(published.get());
    }
    assertEquals(60, newStore().list("").size());
  }

  @Test
  void blocksMayLieBehindALink() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), elsewhere);
    BlockStore store = new LocalBlockStore(link);
    Path file = directory.resolve("file");
    Files.writeString(file, "content");
    assertTrue(store.publish("chain/t/00000/00000000000000000000.block", file));
    assertEquals(1, store.list("").size());
    assertEquals(1, store.list("chain/t/00000/").size());
  }

  @Test
  void aNameThatLeadsOutOfTheStoreIsRefused() {
    BlockStore store = newStore();
    assertThrows(IllegalArgumentException.class, () -> store.read("../../secret", 0, 1));
    assertThrows(IllegalArgumentException.class, () -> store.delete("/elsewhere"));
  }
}
