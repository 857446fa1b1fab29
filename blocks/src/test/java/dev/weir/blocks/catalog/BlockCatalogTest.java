package dev.weir.blocks.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
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
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockCatalogTest {
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");

  @TempDir Path directory;
  private LocalBlockStore store;
  private BlockCatalog catalog;

  @BeforeEach
  void openStore() {
    store = new LocalBlockStore(directory.resolve("blocks"));
    catalog = new BlockCatalog(store, new BlockCache(1 << 20));
  }

  private void publish(String topic, int partition, long first, long end) throws Exception {
    publish(new BlockName.Chain(topic, partition, first).path(), topic, partition, first, end);
  }

  private void publish(String name, String topic, int partition, long first, long end)
      throws Exception {
    Path file = directory.resolve("link");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange(topic, partition, first, end), 0),
            BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP, first, 1))), writer);
      writer.finish();
    }
    assertTrue(store.publish(name, file));
    Files.delete(file);
  }

  @Test
  void anEmptyStoreHasNoChains() {
    BlockSnapshot snapshot = catalog.refresh();
    assertEquals(List.of(), snapshot.partitions());
    assertEquals(OptionalLong.empty(), snapshot.chain("weir.samples", 0).endOffset());
    assertEquals(List.of(), snapshot.blocks(Tenant.DEFAULT));
  }

  @Test
  void everyPartitionOfEveryTopicHasItsChain() throws Exception {
    publish("weir.samples", 0, 0, 10);
    publish("weir.samples", 1, 5, 10);
    publish("weir.recorded", 0, 3, 4);
    publish("weir.samples", 0, 10, 25);
    BlockSnapshot snapshot = catalog.refresh();
    assertEquals(3, snapshot.partitions().size());
    assertEquals(OptionalLong.of(25), snapshot.chain("weir.samples", 0).endOffset());
    assertEquals(OptionalLong.of(10), snapshot.chain("weir.samples", 1).endOffset());
    assertEquals(OptionalLong.of(4), snapshot.chain("weir.recorded", 0).endOffset());
    assertEquals(4, snapshot.blocks(Tenant.DEFAULT).size());
  }

  @Test
  void whatIsKnownIsNotOpenedAgainAndWhatIsGoneIsForgotten() throws Exception {
    publish("weir.samples", 0, 0, 10);
    BlockReader first = catalog.refresh().blocks().getFirst();
    publish("weir.samples", 0, 10, 20);
    assertSame(first, catalog.refresh().blocks().getFirst());
    assertEquals(2, catalog.current().blocks().size());
    store.delete(first.name());
    assertEquals(1, catalog.refresh().blocks().size());
    assertTrue(catalog.current().block(first.name()).isEmpty());
  }

  @Test
  void aBlockThatCannotBeOpenedBreaksItsChainAndNoOther() throws Exception {
    publish("weir.samples", 0, 0, 10);
    publish("weir.samples", 1, 0, 10);
    Path damaged =
        directory.resolve("blocks").resolve(new BlockName.Chain("weir.samples", 1, 0).path());
    Files.write(damaged, java.util.Arrays.copyOf(Files.readAllBytes(damaged), 100));
    BlockSnapshot snapshot = catalog.refresh();
    assertTrue(snapshot.chain("weir.samples", 0).isWhole());
    assertFalse(snapshot.chain("weir.samples", 1).isWhole());
    assertEquals(1, snapshot.unreadable().size());
  }

  @Test
  void aDeletionThatCannotBeReadIsAProblemOfItsTenantBesideWhatIsMissing() throws Exception {
    publish("weir.samples", 0, 0, 10);
    publish("weir.samples", 0, 20, 30);
    Path damaged = directory.resolve("damaged");
    Files.writeString(damaged, "no deletion");
    store.publish(new DeletionName(Tenant.DEFAULT, 0, 1).path(), damaged);
    BlockSnapshot snapshot = catalog.refresh();

    List<String> problems = snapshot.problems(Tenant.DEFAULT);
    assertEquals(2, problems.size(), problems::toString);
    assertEquals(snapshot.missing(Tenant.DEFAULT), problems.subList(0, 1));
    assertTrue(problems.getLast().startsWith("deleted samples may be shown: "), problems::toString);
    assertEquals(1, snapshot.problems(new Tenant("team-b")).size(), "the records of all tenants");
  }

  @Test
  void aBlockUnderAWrongNameIsRefused() throws Exception {
    publish(new BlockName.Chain("weir.samples", 0, 7).path(), "weir.samples", 0, 0, 10);
    assertEquals(1, catalog.refresh().unreadable().size());
    assertEquals(List.of(), catalog.current().blocks());
  }

  @Test
  void otherFilesAreLeftAlone() throws Exception {
    Path file = directory.resolve("readme");
    Files.writeString(file, "hands off");
    store.publish("README", file);
    assertEquals(List.of(), catalog.refresh().blocks());
    assertEquals(0, catalog.current().unreadable().size());
  }

  @Test
  void whoWaitsForAnothersListingCanBeInterrupted() throws Exception {
    CountDownLatch listing = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    MemoryBlockStore slow = new MemoryBlockStore();
    slow.beforeListing(() -> {
      listing.countDown();
      answer.await();
    });
    BlockCatalog catalog = new BlockCatalog(slow, new BlockCache(0));
    FutureTask<BlockSnapshot> first = new FutureTask<>(catalog::refresh);
    Thread lister = Thread.ofPlatform().start(first);
    assertTrue(listing.await(30, TimeUnit.SECONDS));
    FutureTask<BlockSnapshot> second = new FutureTask<>(catalog::refresh);
    Thread query = Thread.ofPlatform().start(second);
    query.interrupt();
    ExecutionException e =
        assertThrows(ExecutionException.class, () -> second.get(30, TimeUnit.SECONDS));
    assertInstanceOf(WeirException.Canceled.class, e.getCause());
    assertFalse(catalog.hasListed());
    answer.countDown();
    first.get(30, TimeUnit.SECONDS);
    assertTrue(catalog.hasListed());
    lister.join();
    query.join();
  }
}
