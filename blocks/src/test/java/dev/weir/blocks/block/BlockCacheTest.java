package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.BlockFile;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
  private record Weight(long weightBytes) implements BlockCache.Weighted {}

  private record Other(long weightBytes) implements BlockCache.Weighted {}

  private record NamedFile(String name) implements BlockFile {
    @Override
    public long sizeBytes() {
      return 0;
    }

    @Override
    public byte[] read(long offset, int length) {
      throw new AssertionError("nothing is read here");
    }
  }

  private static final BlockFile A = new NamedFile("a");
  private static final BlockFile B = new NamedFile("b");

  private final AtomicInteger loads = new AtomicInteger();

  private Weight get(BlockCache cache, BlockFile file, long offset, long weight) {
    return cache.get(
        file,
        offset,
        Weight.class,
        () -> {
          loads.incrementAndGet();
          return new Weight(weight);
        });
  }

  @Test
  void whatWasLoadedIsKept() {
    BlockCache cache = new BlockCache(100);
    Weight first = get(cache, A, 0, 10);
    assertSame(first, get(cache, A, 0, 10));
    get(cache, A, 1, 10);
    get(cache, B, 0, 10);
    assertEquals(3, loads.get());
    assertEquals(30, cache.bytes());
    assertEquals(1, cache.hits());
    assertEquals(3, cache.misses());
  }

  @Test
  void whatWasNotUsedForLongestGoesFirst() {
    BlockCache cache = new BlockCache(100);
    get(cache, A, 0, 40);
    get(cache, A, 1, 40);
    get(cache, A, 0, 40);
    get(cache, A, 2, 40);
    assertEquals(80, cache.bytes());
    assertEquals(3, loads.get());
    get(cache, A, 0, 40);
    assertEquals(3, loads.get());
    get(cache, A, 1, 40);
    assertEquals(4, loads.get());
  }

  @Test
  void theBoundHoldsWhateverIsLoaded() {
    BlockCache cache = new BlockCache(1000);
    for (int i = 0; i < 500; i++) {
      get(cache, i % 2 == 0 ? A : B, i % 37, 1 + (i * 31) % 1500);
      assertTrue(cache.bytes() <= 1000);
    }
    BlockCache none = new BlockCache(0);
    get(none, A, 0, 1);
    assertEquals(0, none.bytes());
  }

  @Test
  void aForgottenFileIsLoadedAgain() {
    BlockCache cache = new BlockCache(100);
    get(cache, A, 0, 10);
    get(cache, B, 0, 10);
    cache.forget("a");
    assertEquals(10, cache.bytes());
    get(cache, B, 0, 10);
    get(cache, A, 0, 10);
    assertEquals(3, loads.get());
  }

  @Test
  void whatIsKeptOfAnotherKindIsKeptBesideIt() {
    BlockCache cache = new BlockCache(100);
    get(cache, A, 0, 10);
    assertEquals(5, cache.get(A, 0, Other.class, () -> new Other(5)).weightBytes());
    assertEquals(15, cache.bytes());
    get(cache, A, 0, 10);
    assertEquals(1, loads.get());
  }
}
