package dev.weir.blocks.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every [BlockStore] keeps.
public abstract class BlockStoreContract {
  private static final String FIRST = "chain/weir.samples/00000/00000000000000000000.block";
  private static final String SECOND = "chain/weir.samples/00000/00000000000000000100.block";
  private static final String OTHER =
      "tenants/default/weir.samples/00000/01/00000000000000000000.block";

  @TempDir Path files;
  private BlockStore store;

  /// An empty store.
  protected abstract BlockStore newStore() throws Exception;

  /// Another process's view of the same store.
  protected abstract BlockStore sameStore() throws Exception;

  /// How large what is published is where it should take a moment.
  protected int largeBytes() {
    return 1 << 16;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = newStore();
  }

  private Path file(String content) throws Exception {
    Path file = Files.createTempFile(files, "block", null);
    Files.writeString(file, content);
    return file;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void whatIsPublishedIsListedAndRead() throws Exception {
    assertEquals(List.of(), store.list(""));
    assertTrue(store.publish(SECOND, file("second")));
    assertTrue(store.publish(FIRST, file("the first")));
    assertTrue(store.publish(OTHER, file("other")));
    assertEquals(
        List.of(FIRST, SECOND, OTHER), store.list("").stream().map(StoredBlock::name).toList());
    assertEquals(List.of(9L, 6L, 5L), store.list("").stream().map(StoredBlock::sizeBytes).toList());
    assertEquals("the first", text(store.read(FIRST, 0, 9)));
    assertEquals("fir", text(store.read(FIRST, 4, 3)));
    assertArrayEquals(new byte[0], store.read(FIRST, 9, 0));
    assertEquals(store.list(""), sameStore().list(""));
  }

  @Test
  void aBlockSaysWhenItWasPublished() throws Exception {
    Path old = file("the first");
    Files.setLastModifiedTime(old, FileTime.from(Instant.EPOCH));
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    store.publish(FIRST, old);
    Instant published = store.list("").getFirst().publishedAt();
    assertFalse(published.isBefore(before), published::toString);
    assertFalse(published.isAfter(Instant.now()), published::toString);
    assertFalse(store.publish(FIRST, file("another")));
    assertEquals(published, sameStore().list("").getFirst().publishedAt());
  }

  @Test
  void aPrefixSelectsByNameNotByDirectory() throws Exception {
    store.publish(FIRST, file("1"));
    store.publish(SECOND, file("2"));
    store.publish(OTHER, file("3"));
    assertEquals(2, store.list("chain/weir.samples/00000/").size());
    assertEquals(2, store.list("chain/weir.sam").size());
    assertEquals(1, store.list("chain/weir.samples/00000/000000000000000001").size());
    assertEquals(0, store.list("chain/weir.samples/00001/").size());
    assertEquals(0, store.list("nothing/here").size());
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    assertTrue(store.publish(FIRST, file("winner")));
    assertFalse(store.publish(FIRST, file("loser")));
    assertFalse(sameStore().publish(FIRST, file("stranger")));
    assertEquals("winner", text(store.read(FIRST, 0, 6)));
    assertEquals(1, store.list("").size());
  }

  @Test
  void ofManyThatPublishAtOnceExactlyOneWinsAndAllReadItsBytes() throws Exception {
    int rivals = 8;
    for (int round = 0; round < 10; round++) {
      String name = "chain/weir.samples/00000/%020d.block".formatted(round);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Boolean>> results = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(rivals)) {
        for (int rival = 0; rival < rivals; rival++) {
          Path content = file("rival-" + rival);
          BlockStore view = rival % 2 == 0 ? store : sameStore();
          results.add(
              threads.submit(() -> {
                start.await();
                return view.publish(name, content);
              }));
        }
        start.countDown();
        List<Integer> winners = new ArrayList<>();
        for (int rival = 0; rival < rivals; rival++) {
          if (results.get(rival).get()) {
            winners.add(rival);
          }
        }
        assertEquals(1, winners.size(), () -> "winners " + winners);
        assertEquals("rival-" + winners.getFirst(), text(store.read(name, 0, 7)));
      }
    }
  }

  @Test
  void whoListsWhileOthersPublishSeesWholeObjectsOnly() throws Exception {
    String content = "x".repeat(largeBytes());
    Path large = file(content);
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      Future<?> publishing =
          threads.submit(() -> {
            for (int i = 0; i < 50; i++) {
              store.publish("chain/weir.samples/00000/%020d.block".formatted(i), large);
            }
          });
      while (!publishing.isDone()) {
        for (StoredBlock block : store.list("")) {
          assertEquals(content.length(), block.sizeBytes());
          assertEquals('x', store.read(block.name(), content.length() - 1, 1)[0]);
        }
      }
      publishing.get();
    }
    assertEquals(50, store.list("").size());
  }

  @Test
  void theFileThatWasPublishedStaysAndMayChange() throws Exception {
    Path file = file("before");
    assertTrue(store.publish(FIRST, file));
    Files.writeString(file, "after!");
    assertEquals("before", text(store.read(FIRST, 0, 6)));
  }

  @Test
  void whatIsDeletedIsGone() throws Exception {
    store.publish(FIRST, file("1"));
    assertTrue(store.delete(FIRST));
    assertFalse(store.delete(FIRST));
    assertEquals(List.of(), store.list(""));
    WeirException e = assertThrows(WeirException.Unavailable.class, () -> store.read(FIRST, 0, 1));
    assertTrue(e.getMessage().contains(FIRST), e.getMessage());
    assertTrue(store.publish(FIRST, file("2")));
  }

  @Test
  void readingPastTheEndIsCorruptAndSaysWhereTheEndIs() throws Exception {
    store.publish(FIRST, file("12345"));
    WeirException e = assertThrows(WeirException.Corrupt.class, () -> store.read(FIRST, 3, 4));
    assertTrue(
        e.getMessage().contains(FIRST) && e.getMessage().contains("after 5"), e.getMessage());
  }
}
