package dev.weir.blocks.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Opening what is new in a store that is far away.
class BlockOpenerTest {
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");
  private static final int AT_ONCE = 4;

  @TempDir Path directory;
  private final FarStore store = new FarStore();
  private final BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));

  /// A store that bears four reads at once; what becomes of them is the test's.
  private static final class FarStore implements ForwardingBlockStore {
    private final MemoryBlockStore blocks = new MemoryBlockStore();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Runnable beforeRead = () -> {};
    private volatile Set<String> gone = Set.of();

    @Override
    public int readsAtOnce() {
      return AT_ONCE;
    }

    @Override
    public byte[] read(String name, long offset, int length) {
      reads.incrementAndGet();
      most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
      try {
        beforeRead.run();
        if (gone.contains(name)) {
          throw new WeirException.Unavailable(name + " is gone");
        }
        return blocks.read(name, offset, length);
      } finally {
        underWay.decrementAndGet();
      }
    }

    @Override
    public BlockStore store() {
      return blocks;
    }
  }

  @BeforeEach
  void publishTwentyLinks() throws Exception {
    for (int link = 0; link < 20; link++) {
      Path file = directory.resolve("link");
      OffsetRange covers = new OffsetRange("weir.samples", 0, link, link + 1);
      try (BlockWriter writer =
          new BlockWriter(
              file, BlockWriter.Description.link(covers, 0), BlockWriter.Options.SMALL)) {
        BlockFixture.addAll(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP, link, 1))), writer);
        writer.finish();
      }
      assertTrue(store.publish(name(link), file));
      Files.delete(file);
    }
  }

  private static String name(int link) {
    return new BlockName.Chain("weir.samples", 0, link).path();
  }

  @Test
  void blocksAreOpenedAsManyAtOnceAsTheStoreBears() {
    CyclicBarrier together = new CyclicBarrier(AT_ONCE);
    store.beforeRead =
        () -> {
          try {
            together.await(10, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new AssertionError("reads are not side by side", e);
          }
        };
    assertEquals(20, catalog.refresh().links("weir.samples", 0).size());
    assertEquals(AT_ONCE, store.most.get());
    assertEquals(20, store.reads.get());
    assertEquals(20, catalog.refresh().blocks().size());
    assertEquals(20, store.reads.get(), "nothing new is opened");
  }

  @Test
  void aBlockThatIsGoneKeepsNoOtherFromBeingOpened() {
    store.gone = Set.of(name(3), name(17));
    BlockSnapshot snapshot = catalog.refresh();
    assertEquals(18, snapshot.blocks().size());
    assertEquals(Set.of(name(3), name(17)), snapshot.unreadable().keySet());
  }

  @Test
  void aStoreThatListsAndDoesNotAnswerIsAway() {
    BlockSnapshot before = catalog.current();
    store.beforeRead =
        () -> {
          throw new WeirException.Unavailable("no answer within 20.0 s");
        };
    WeirException e = assertThrows(WeirException.Unavailable.class, catalog::refresh);
    assertTrue(
        e.getMessage().startsWith("the store of blocks lists 20 new blocks, and then gives no"),
        e.getMessage());
    assertTrue(store.reads.get() <= 2 * AT_ONCE, () -> store.reads + " reads");
    assertSame(before, catalog.current());
  }
}
