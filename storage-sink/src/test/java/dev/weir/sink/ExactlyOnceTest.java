package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.Directories;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

/// Whatever is read, flushed, lost and restarted, by one owner or by two that do not know of each
/// other: what blocks and head hold together is what was appended, each sample once.
class ExactlyOnceTest {
  private static final Tenant OTHER = new Tenant("team-a");

  private final List<Path> directories = new ArrayList<>();

  @Property(tries = 30)
  void whatIsStoredIsWhatWasAppended(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
    SampleLog log = new SampleLog(clock, random.nextInt(3) == 0 ? 1_000 : 0);
    Path directory = Files.createTempDirectory("exactly-once");
    directories.add(directory);
    MemoryBlockStore store = new MemoryBlockStore();
    List<Owner> owners = new ArrayList<>();
    int ownerCount = 1 + random.nextInt(2);
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(1 << 20), directory.resolve("work"), clock);
    for (int i = 0; i < ownerCount; i++) {
      owners.add(new Owner(chain, log, clock));
    }
    for (int step = 0; step < 100; step++) {
      grow(log, random);
      int which = random.nextInt(ownerCount);
      switch (random.nextInt(12)) {
        case 0 -> owners.set(which, new Owner(chain, log, clock));
        case 1, 2 -> owners.get(which).flush();
        case 3 -> failToFlush(owners.get(which), store, random);
        case 4 -> owners.get(which).ingester().dropFlushed();
        default -> owners.get(which).read(random.nextInt(12));
      }
    }
    // All that wait for their layouts get them, within the time that a record waits.
    addLayouts(log, random);
    for (Owner owner : owners) {
      owner.readAll();
      assertEquals(0, owner.ingester().reader().parkedRecords());
      check(store, log, owner);
    }
    owners.getFirst().flush();
    check(store, log, owners.getFirst());
    Owner successor = new Owner(chain, log, clock);
    successor.readAll();
    check(store, log, successor);
  }

  /// The store is away, or publishes the link and loses the answer.
  private static void failToFlush(Owner owner, MemoryBlockStore store, Random random) {
    owner.ingester().askForFlush();
    PartitionIngester.Link link = owner.ingester().nextLink();
    if (link != null) {
      boolean losesAnswer = random.nextBoolean();
      store.losesAnswers(losesAnswer);
      store.unavailable(!losesAnswer);
      assertThrows(WeirException.Unavailable.class, () -> owner.publish(link));
      store.losesAnswers(false);
      store.unavailable(false);
      owner.ingester().failed(Duration.ZERO);
    }
  }

  private static void grow(SampleLog log, Random random) {
    for (int i = random.nextInt(4); i > 0; i--) {
      int instance = random.nextInt(4);
      Tenant tenant = instance == 3 ? OTHER : Tenant.DEFAULT;
      // A layout changes now and then; an answer from Kafka may be lost, and so may a record.
      int size = 2 + (random.nextInt(6) == 0 ? random.nextInt(4) : 0);
      log.scrape(
          tenant,
          instance,
          size,
          random.nextInt(5),
          random.nextInt(15) != 0,
          random.nextInt(8) != 0);
    }
    switch (random.nextInt(20)) {
      case 0 -> log.gap();
      case 1 -> log.poison();
      case 2 -> {
        // Its layout comes behind it.
        log.bare(7, 2 + random.nextInt(3), random.nextInt(5));
      }
      case 3 -> addLayouts(log, random);
      default -> {}
    }
    log.wait(Duration.ofSeconds(random.nextInt(10) == 0 ? 30 : random.nextInt(15)));
  }

  private static void addLayouts(SampleLog log, Random random) {
    for (int size = 2; size < 5; size++) {
      log.whole(7, size, random.nextInt(5));
    }
  }

  private static void check(BlockStore store, SampleLog log, Owner owner) {
    MemorySeriesSource expected = MemorySeriesSource.of(log.rows());
    for (Tenant tenant : List.of(Tenant.DEFAULT, OTHER)) {
      Map<Labels, Map<Long, Double>> wanted = Blocks.samples(expected, tenant);
      Map<Labels, Map<Long, Double>> stored =
          Blocks.samples(Blocks.joined(store, owner.ingester()), tenant);
      assertEquals(wanted.keySet(), stored.keySet());
      wanted.forEach(
          (series, points) -> assertEquals(points, stored.get(series), series::toString));
    }
  }

  @AfterTry
  void deleteDirectories() {
    directories.forEach(Directories::delete);
    directories.clear();
  }
}
