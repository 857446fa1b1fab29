package dev.weir.objects.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.BlockStoreContract;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.WeirException;
import dev.weir.objects.cache.CountingBlockStore.Read;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedBlockStoreTest extends BlockStoreContract {
  private static final String NAME = "chain/weir.samples/00000/00000000000000000000.block";
  private static final int KB = 1024;
  private static final int TAIL = Pieces.TAIL_BYTES;
  private static final int WINDOW = Pieces.WINDOW_BYTES;

  @TempDir Path directory;
  private final List<CachedBlockStore> opened = new ArrayList<>();

  @Override
  protected BlockStore newStore() {
    return sameStore();
  }

  @Override
  protected BlockStore sameStore() {
    return cached(stored(), 1 << 20, Optional.empty());
  }

  @AfterEach
  void closeStores() {
    opened.forEach(CachedBlockStore::close);
  }

  private CountingBlockStore stored() {
    return new CountingBlockStore(new LocalBlockStore(directory.resolve("blocks")));
  }

  private CachedBlockStore cached(BlockStore store, long memory, Optional<Long> disk) {
    CachedBlockStore cached =
        new CachedBlockStore(
            store,
            memory,
            disk.map(bytes -> new CachedBlockStore.Directory(directory.resolve("cache"), bytes)));
    opened.add(cached);
    return cached;
  }

  private byte[] publish(BlockStore store, String name, int size) throws Exception {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    Path file = Files.write(directory.resolve("file"), content);
    assertTrue(store.publish(name, file));
    store.list("");
    return content;
  }

  private static void assertRead(byte[] content, BlockStore store, long offset, int length) {
    assertArrayEquals(
        Arrays.copyOfRange(content, (int) offset, (int) offset + length),
        store.read(NAME, offset, length));
  }

  @Test
  void openingABlockFetchesItsTailAlone() throws Exception {
    CountingBlockStore below = stored();
    CachedBlockStore store = cached(below, 10 << 20, Optional.empty());
    byte[] content = publish(store, NAME, 1000 * KB);
    assertRead(content, store, 984 * KB, 16 * KB);
    assertEquals(List.of(new Read(NAME, 1000 * KB - TAIL, TAIL)), below.takeReads());
    assertRead(content, store, 1000 * KB - TAIL, 100);
    assertEquals(List.of(), below.takeReads());
  }

  @Test
  void aSmallBlockIsFetchedWhole() throws Exception {
    CountingBlockStore below = stored();
    CachedBlockStore store = cached(below, 10 << 20, Optional.empty());
    byte[] content = publish(store, NAME, 20 * KB);
    assertRead(content, store, 4 * KB, 16 * KB);
    assertRead(content, store, 0, 20 * KB);
    assertEquals(List.of(new Read(NAME, 0, 20 * KB)), below.takeReads());
  }

  @Test
  void neighboursAreFetchedTogether() throws Exception {
    CountingBlockStore below = stored();
    CachedBlockStore store = cached(below, 10 << 20, Optional.empty());
    byte[] content = publish(store, NAME, 2000 * KB);
    for (int offset = 300 * KB; offset < 500 * KB; offset += 7 * KB) {
      assertRead(content, store, offset, 5 * KB);
    }
    assertRead(content, store, 700 * KB, 1000 * KB);
    assertEquals(
        List.of(new Read(NAME, WINDOW, WINDOW), new Read(NAME, 2 * WINDOW, 5 * WINDOW)),
        below.takeReads());
  }

  @Test
  void whoReadsOnGetsMoreAtOnce() throws Exception {
    CountingBlockStore below = stored();
    CachedBlockStore store = cached(below, 100 << 20, Optional.empty());
    byte[] content = publish(store, NAME, 10_000 * KB);
    for (int offset = 0; offset < 10_000 * KB; offset += 20 * KB) {
      assertRead(content, store, offset, 20 * KB);
    }
    List<Long> lengths =
        below.takeReads().stream().map(read -> (long) read.length() / WINDOW).toList();
    assertEquals(List.of(1L, 2L, 4L, 8L, 8L, 8L, 7L, 0L), lengths);
  }

  @Test
  void whateverIsReadIsWhatIsStored() throws Exception {
    // Less than is read, so that pieces come and go in memory and in the directory.
    CachedBlockStore store = cached(stored(), 2 * WINDOW, Optional.of(5L * WINDOW));
    int size = 9 * WINDOW + TAIL + 1234;
    byte[] content = publish(store, NAME, size);
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      int offset = random.nextInt(size);
      int length = random.nextInt(Math.min(size - offset, i % 10 == 0 ? size : 3 * WINDOW) + 1);
      assertRead(content, store, offset, length);
      assertTrue(store.memoryBytes() <= 2 * WINDOW);
      assertTrue(store.directoryBytes() <= 5 * WINDOW);
    }
    assertTrue(store.directoryHits() > 0);
    try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
      assertTrue(
          files.mapToLong(file -> file.toFile().length()).sum() <= 5 * WINDOW,
          "what is evicted is deleted");
    }
  }

  @Test
  void manyThatWantOnePieceFetchItHardlyMoreThanOnce() throws Exception {
    CountingBlockStore below = stored();
    CachedBlockStore store = cached(below, 10 << 20, Optional.empty());
    byte[] content = publish(store, NAME, 3000 * KB);
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        readers.add(
            threads.submit(() -> {
              start.await();
              for (int offset = 0; offset < 2900 * KB; offset += 300 * KB) {
                assertRead(content, store, offset, 10 * KB);
              }
              return null;
            }));
      }
      start.countDown();
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
    List<Read> reads = below.takeReads();
    // Eight readers; a piece that one reads ahead may be on its way for another.
    long fetched = reads.stream().mapToLong(Read::length).sum();
    assertTrue(fetched < 2L * 3000 * KB, reads::toString);
  }

  @Test
  void theDirectoryOutlivesTheProcess() throws Exception {
    CachedBlockStore first = cached(stored(), 0, Optional.of(10L << 20));
    byte[] content = publish(first, NAME, 1000 * KB);
    assertRead(content, first, 0, 1000 * KB);
    first.close();
    CountingBlockStore below = stored();
    CachedBlockStore second = cached(below, 0, Optional.of(10L << 20));
    second.list("");
    assertRead(content, second, 100 * KB, 900 * KB);
    assertEquals(List.of(), below.takeReads());
    assertEquals(5, second.directoryHits());
  }

  @Test
  void whateverBecomesOfAFileInTheDirectoryTheAnswerIsRight() throws Exception {
    CachedBlockStore store = cached(stored(), 0, Optional.of(10L << 20));
    byte[] content = publish(store, NAME, 10 * KB);
    assertRead(content, store, 0, 10 * KB);
    Path piece = piece();
    byte[] whole = Files.readAllBytes(piece);
    List<byte[]> spoilt = new ArrayList<>();
    for (int at = 0; at < whole.length; at += 4000) {
      byte[] flipped = whole.clone();
      flipped[at] ^= 1;
      spoilt.add(flipped);
      spoilt.add(Arrays.copyOf(whole, at));
    }
    spoilt.add(Arrays.copyOf(whole, whole.length + 1));
    for (byte[] other : spoilt) {
      Files.write(piece, other);
      assertRead(content, store, 0, 10 * KB);
      assertArrayEquals(whole, Files.readAllBytes(piece), "it was fetched again");
    }
    assertEquals(spoilt.size(), store.damagedFiles());
    Files.delete(piece);
    assertRead(content, store, 0, 10 * KB);
    assertEquals(spoilt.size(), store.damagedFiles());
  }

  private Path piece() throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
      return files.filter(file -> file.toString().endsWith(".piece")).findFirst().orElseThrow();
    }
  }

  @Test
  void aBlockThatTookTheNameOfADeletedOneIsAnotherOne() throws Exception {
    CachedBlockStore store = cached(stored(), 1 << 20, Optional.of(10L << 20));
    byte[] content = publish(store, NAME, 10 * KB);
    assertRead(content, store, 0, 10 * KB);
    assertTrue(store.delete(NAME));
    byte[] other = publish(store, NAME, 11 * KB);
    assertRead(other, store, 0, 11 * KB);
  }

  @Test
  void aDirectoryThatIsInUseIsRefused() {
    cached(stored(), 0, Optional.of(1L << 20));
    WeirException e =
        assertThrows(
            WeirException.Unavailable.class, () -> cached(stored(), 0, Optional.of(1L << 20)));
    assertTrue(e.getMessage().contains("is in use by another process"), e.getMessage());
  }

  @Test
  void aDirectoryThatCannotBeWrittenCostsRequestsAndNoAnswer() throws Exception {
    CountingBlockStore below = stored();
    CachedBlockStore store = cached(below, 0, Optional.of(1L << 20));
    byte[] content = publish(store, NAME, 10 * KB);
    Path cache = directory.resolve("cache");
    Files.move(cache, directory.resolve("moved"));
    assertRead(content, store, 0, 10 * KB);
    assertRead(content, store, 0, 10 * KB);
    assertEquals(2, below.takeReads().size());
    Files.move(directory.resolve("moved"), cache);
  }
}
