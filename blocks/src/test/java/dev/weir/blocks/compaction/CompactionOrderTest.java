package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.Directories;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

/// Links are published, merged by two that do not know of each other and may be killed at any
/// moment, and deleted, in any order: whoever reads by a listing that is not older than the grace
/// finds each sample that was published before it, once.
class CompactionOrderTest {
  private static final String TOPIC = "weir.samples";
  private static final List<Tenant> TENANTS = List.of(new Tenant("team-a"), new Tenant("team-b"));
  private static final Duration GRACE = Duration.ofMinutes(30);

  /// Links are 15 s apart, so that there are blocks of every level.
  private static final CompactionPolicy POLICY =
      new CompactionPolicy(
          2,
          4,
          1L << 30,
          List.of(Duration.ofMinutes(1), Duration.ofMinutes(3), Duration.ofMinutes(9)));

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final List<Path> directories = new ArrayList<>();

  /// What a try works on.
  private final class World {
    private final Path directory;
    private final LocalBlockStore store;
    private final Random random;

    /// By tenant: what is expected after so many links.
    private final List<Map<Tenant, Map<String, Double>>> expected = new ArrayList<>();

    /// Who has something in each link.
    private final List<Set<Tenant>> present = new ArrayList<>();

    World(long seed) throws IOException {
      directory = Files.createTempDirectory("weir-compaction");
      directories.add(directory);
      store = new LocalBlockStore(directory.resolve("blocks"), clock);
      random = new Random(seed);
      expected.add(Map.of(TENANTS.get(0), Map.of(), TENANTS.get(1), Map.of()));
    }

    BlockCatalog catalog() {
      return new BlockCatalog(store, new BlockCache(random.nextBoolean() ? 1 << 20 : 0));
    }

    /// The next link of ten records: late samples, and other values for samples that are there.
    void publish() throws IOException {
      long link = expected.size() - 1L;
      List<GroupRow> rows = new ArrayList<>();
      Map<Tenant, Map<String, Double>> now = new TreeMap<>();
      Set<Tenant> among = new HashSet<>();
      for (Tenant tenant : TENANTS) {
        Map<String, Double> samples = new TreeMap<>(expected.getLast().get(tenant));
        List<Sample> added = new ArrayList<>();
        if (random.nextInt(4) > 0) {
          for (int i = random.nextInt(4); i >= 0; i--) {
            Labels series =
                Labels.of("__name__", "node_load" + random.nextInt(3), "instance", "a:9100");
            long timestamp = (link - random.nextInt(3)) * 15_000;
            double value = random.nextInt(1_000);
            added.add(Sample.of(series, timestamp, value));
            samples.putIfAbsent(series + " " + timestamp, value);
          }
        }
        rows.addAll(GroupRow.of(tenant, added));
        now.put(tenant, samples);
        if (!added.isEmpty()) {
          among.add(tenant);
        }
      }
      present.add(among);
      Path file = directory.resolve("link");
      OffsetRange covers = new OffsetRange(TOPIC, 0, link * 10, link * 10 + 10);
      try (BlockWriter writer =
          new BlockWriter(
              file,
              BlockWriter.Description.link(covers, clock.millis()),
              BlockWriter.Options.SMALL)) {
        BlockFixture.addAll(rows, writer);
        writer.finish();
      }
      assertTrue(store.publish(new BlockName.Chain(TOPIC, 0, link * 10).path(), file));
      Files.delete(file);
      expected.add(now);
    }
  }

  /// Somebody who merges and deletes, with a view of the store that may be old.
  private final class Owner {
    private final World world;
    private final Path work;
    private final BlockCatalog catalog;
    private final Compactor compactor;
    private final SupersededBlocks superseded;
    private final List<CompactionTask> tasks = new ArrayList<>();

    Owner(World world, String name) {
      this.world = world;
      this.work = world.directory.resolve(name);
      this.catalog = world.catalog();
      this.compactor = new Compactor(world.store, work, BlockWriter.Options.COMPACTED, clock);
      this.superseded = new SupersededBlocks(world.store, GRACE, clock);
    }

    void act() throws IOException {
      switch (world.random.nextInt(4)) {
        case 0 -> catalog.refresh();
        case 1 ->
            tasks.addAll(
                CompactionTask.plan(catalog.current(), POLICY, _ -> world.random.nextBoolean()));
        case 2 -> runATask();
        default -> superseded.sweep(catalog.refresh());
      }
    }

    private void runATask() throws IOException {
      if (tasks.isEmpty()) {
        return;
      }
      // Planned now or long ago: the sources may be gone, and the name taken.
      CompactionTask task = tasks.remove(world.random.nextInt(tasks.size()));
      try {
        compactor.run(task);
      } catch (WeirException.Unavailable e) {
        assertTrue(e.getMessage().contains("is gone"), e.getMessage());
      }
      // Killed between any two steps: some bytes of an unfinished file are all that stays.
      Files.write(work.resolve("compaction-" + world.random.nextInt(3)), new byte[17]);
    }
  }

  /// Somebody who queries, by a listing that may be old.
  private static final class Reader {
    private final World world;
    private final BlockCatalog catalog;
    private Instant listed = Instant.EPOCH;
    private int links;

    Reader(World world) {
      this.world = world;
      this.catalog = world.catalog();
    }

    void list(Instant now) {
      links = world.expected.size() - 1;
      catalog.refresh();
      listed = now;
    }

    void check() {
      BlockSnapshot snapshot = catalog.current();
      for (Tenant tenant : TENANTS) {
        assertEquals(world.expected.get(links).get(tenant), StoredSamples.of(snapshot, tenant));
        assertEquals(List.of(), snapshot.missing(tenant));
      }
      BlockChain chain = snapshot.chain(TOPIC, 0);
      assertTrue(chain.isWhole());
      assertEquals(
          links == 0 ? OptionalLong.empty() : OptionalLong.of(links * 10L), chain.endOffset());
    }
  }

  @Property(tries = 25)
  void noReaderMissesOrDoublesASample(@ForAll long seed) throws IOException {
    World world = new World(seed);
    Owner[] owners = {new Owner(world, "sink-1"), new Owner(world, "sink-2")};
    List<Reader> readers = List.of(new Reader(world), new Reader(world));
    readers.forEach(reader -> reader.list(clock.instant()));
    for (int step = 0; step < 120; step++) {
      int which = world.random.nextInt(2);
      switch (world.random.nextInt(10)) {
        case 0, 1 -> world.publish();
        case 2 -> owners[which] = new Owner(world, "sink-" + (which + 1));
        case 3 -> readers.get(which).list(clock.instant());
        case 4 -> readers.get(which).check();
        case 5 -> {
          Instant now = clock.advance(Duration.ofMinutes(world.random.nextInt(20)));
          for (Reader reader : readers) {
            if (!now.isBefore(reader.listed.plus(GRACE))) {
              reader.list(now);
            }
            reader.check();
          }
        }
        default -> owners[which].act();
      }
    }
    converges(owners[0], readers.getFirst());
    noBlockGoesUnnoticed(world, readers.getFirst());
  }

  /// Takes each block of a tenant away, but for its first, and puts it back: it is missed where
  /// another tenant's block had to do with the same links.
  private void noBlockGoesUnnoticed(World world, Reader reader) throws IOException {
    for (Tenant tenant : TENANTS) {
      List<BlockReader> blocks = reader.catalog.current().blocks(tenant);
      for (int i = 1; i < blocks.size(); i++) {
        OffsetRange covers = blocks.get(i).meta().covers().getFirst();
        boolean beside = false;
        for (long link = covers.firstOffset() / 10; link * 10 < covers.endOffset(); link++) {
          beside |=
              world.present.get((int) link).containsAll(TENANTS)
                  && world.store.list(new BlockName.Chain(TOPIC, 0, link * 10).path()).isEmpty()
                  && blocks.subList(0, i).stream()
                      .noneMatch(other -> other.meta().covers().getFirst().contains(covers));
        }
        Path file = world.store.directory().resolve(blocks.get(i).name());
        Path away = world.directory.resolve("away");
        Files.move(file, away);
        List<String> missing = reader.catalog.refresh().missing(tenant);
        assertTrue(!beside || !missing.isEmpty(), () -> covers + " of " + tenant + " is missed");
        Files.move(away, file);
        assertEquals(List.of(), reader.catalog.refresh().missing(tenant));
      }
    }
  }

  /// In the end little is left: what is compacted, and the last links.
  private void converges(Owner owner, Reader reader) {
    for (int round = 0; round < 30; round++) {
      for (CompactionTask task : CompactionTask.plan(owner.catalog.refresh(), POLICY, _ -> true)) {
        assertTrue(owner.compactor.run(task).published());
      }
      owner.superseded.sweep(owner.catalog.refresh());
      clock.advance(GRACE);
      owner.superseded.sweep(owner.catalog.refresh());
    }
    reader.list(clock.instant());
    reader.check();
    assertEquals(List.of(), CompactionTask.plan(owner.catalog.refresh(), POLICY, _ -> true));
    assertEquals(List.of(), List.copyOf(owner.catalog.current().superseded().keySet()));
  }

  @AfterTry
  void deleteDirectories() {
    directories.forEach(Directories::delete);
    directories.clear();
  }
}
