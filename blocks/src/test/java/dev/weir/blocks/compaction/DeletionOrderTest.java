package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.LocalStorageNode;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.Directories;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;

/// Samples arrive, are written into blocks, deleted, arrive again, are merged and written anew, in
/// any order and by two sinks of which any may be killed: whoever reads finds what arrived and was
/// not deleted since, and nothing else. The reference is a log and a list of deletions.
class DeletionOrderTest {
  private static final String TOPIC = "weir.samples";
  private static final Tenant TENANT = new Tenant("team-a");
  private static final Duration GRACE = Duration.ofMinutes(30);
  private static final CompactionPolicy POLICY = new CompactionPolicy(2, 4, 1L << 30);

  private final List<Path> directories = new ArrayList<>();

  private record Arrived(Labels series, long timestampMillis, double value) {
    String key() {
      return series + " " + timestampMillis;
    }
  }

  /// A deletion and where the log ended when it was published: what arrived from the cut to there
  /// may be deleted or not.
  private record Asked(Deletion deletion, long publishedAt) {
    boolean deletes(Arrived sample) {
      return deletion.matches(sample.series) && deletion.range().contains(sample.timestampMillis);
    }
  }

  private static final class World {
    private final Path directory;
    private final Random random;
    private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
    private final LocalBlockStore store;

    /// What has arrived, by offset.
    private final List<List<Arrived>> log = new ArrayList<>();

    private final List<Asked> deletions = new ArrayList<>();
    private final Sink[] sinks = new Sink[2];
    private long ids;

    World(long seed, Path directory) {
      this.directory = directory;
      this.random = new Random(seed);
      this.store = new LocalBlockStore(directory.resolve("blocks"), clock);
      sinks[0] = new Sink(this, "sink-1");
      sinks[1] = new Sink(this, "sink-2");
    }

    /// A time of samples around an offset: some come late, some twice.
    private long about(int offset) {
      return (offset / 3 + random.nextInt(4)) * 15_000L;
    }

    void arrive() {
      List<Arrived> samples = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        Labels series =
            Labels.of("__name__", "node_load" + random.nextInt(3), "instance", "a:9100");
        long timestamp = about(log.size());
        Arrived sample = new Arrived(series, timestamp, log.size());
        if (samples.stream().noneMatch(one -> one.key().equals(sample.key()))) {
          samples.add(sample);
        }
      }
      log.add(samples);
    }

    /// Asks for a deletion; while it is published, more may arrive and be written into blocks.
    void delete() {
      long start = about(random.nextInt(log.size() + 1));
      TimeRange range =
          random.nextInt(3) == 0
              ? TimeRange.ALL
              : new TimeRange(start, start + random.nextInt(6) * 15_000L);
      Deletion deletion =
          new Deletion(
              new DeletionName(TENANT, clock.millis(), ids++),
              List.of(List.of(Matcher.regex("__name__", "node_load[" + random.nextInt(3) + "0]"))),
              range,
              List.of(new Deletion.Cut(TOPIC, 0, log.size())),
              List.of());
      for (int i = random.nextInt(4) - 1; i > 0; i--) {
        arrive();
        sinks[random.nextInt(2)].act();
      }
      new DeletionLog(store).publish(deletion);
      deletions.add(new Asked(deletion, log.size()));
    }

    /// Checks what a reader finds who lists the blocks now.
    void check() {
      Map<String, Double> expected = new TreeMap<>();
      Set<String> unsure = new HashSet<>();
      for (int offset = 0; offset < log.size(); offset++) {
        for (Arrived sample : log.get(offset)) {
          boolean deleted = false;
          for (Asked asked : deletions) {
            if (asked.deletes(sample)) {
              deleted |= offset < asked.deletion.cut(TOPIC, 0);
              if (offset >= asked.deletion.cut(TOPIC, 0) && offset < asked.publishedAt) {
                unsure.add(sample.key());
              }
            }
          }
          if (!deleted) {
            expected.putIfAbsent(sample.key(), sample.value);
          }
        }
      }
      for (Sink sink : sinks) {
        sink.readLog();
        // As it does every few seconds.
        sink.chain.deletions().refresh();
        BlockSnapshot snapshot = new BlockCatalog(store, new BlockCache(1 << 20)).refresh();
        List<SeriesSource> sources =
            new ArrayList<>(snapshot.sources(TENANT, snapshot.blocks(TENANT), TimeRange.ALL));
        long end = snapshot.chain(TOPIC, 0).endOffset().orElse(0);
        sources.add(sink.node.from(List.of(new PartitionOffset(TOPIC, 0, end))));
        Map<String, Double> found =
            StoredSamples.of(new MergedSeriesSource(sources, Runnable::run), TENANT);
        found.keySet().removeAll(unsure);
        Map<String, Double> sure = new TreeMap<>(expected);
        sure.keySet().removeAll(unsure);
        assertEquals(sure, found);
      }
    }
  }

  /// A sink of the partition. Both think that it is theirs.
  private static final class Sink {
    private final World world;
    private final String name;
    private final BlockCatalog catalog;
    private final Compactor compactor;
    private final SupersededBlocks superseded;
    private final SpentDeletions spent;
    private final ChainPublisher chain;
    private final LocalStorageNode node;
    private PartitionHead head;
    private List<MergeTask> tasks = new ArrayList<>();

    Sink(World world, String name) {
      this.world = world;
      this.name = name;
      BlockCache cache = new BlockCache(1 << 20);
      Path work = world.directory.resolve(name);
      catalog = new BlockCatalog(world.store, cache);
      compactor = new Compactor(world.store, work, BlockWriter.Options.COMPACTED, world.clock);
      superseded = new SupersededBlocks(world.store, GRACE, world.clock);
      spent = new SpentDeletions(world.store, GRACE.plus(GRACE), world.clock);
      chain = new ChainPublisher(world.store, cache, work, world.clock);
      chain.deletions().refresh();
      node = new LocalStorageNode(name, chain.deletions()::current);
      head = new PartitionHead(chain.end(TOPIC, 0).map(ChainPublisher.End::offset).orElse(0L));
      node.serve(TOPIC, 0, head, this::status);
    }

    private NodeStatus.PartitionStatus status() {
      throw new IllegalStateException("nobody asks " + name);
    }

    void readLog() {
      for (long offset = head.endOffset(); offset < world.log.size(); offset++) {
        for (GroupRow row : GroupRow.of(TENANT, samples(world.log.get((int) offset)))) {
          head.append(offset, row.group(), row.layout(), List.of(row.row()), 0);
        }
        head.advance(offset + 1, 0);
      }
    }

    private static List<Sample> samples(List<Arrived> arrived) {
      return arrived.stream()
          .map(one -> Sample.of(one.series, one.timestampMillis, one.value))
          .toList();
    }

    void act() {
      switch (world.random.nextInt(6)) {
        case 0, 1 -> flush();
        case 2 -> catalog.refresh();
        case 3 -> tasks.addAll(CompactionTask.plan(catalog.current(), POLICY, _ -> true));
        case 4 -> tasks.addAll(DeletionTasks.plan(catalog.current(), POLICY, _ -> true));
        default -> {
          if (!tasks.isEmpty()) {
            run(tasks.remove(world.random.nextInt(tasks.size())));
          }
        }
      }
    }

    private void run(MergeTask task) {
      // Others may have deleted the sources since it was planned.
      BlockSnapshot now = new BlockCatalog(world.store, new BlockCache(0)).refresh();
      if (task.sources().stream().allMatch(source -> now.block(source.name()).isPresent())) {
        compactor.run(task);
      }
    }

    void flush() {
      readLog();
      long from = chain.end(TOPIC, 0).map(ChainPublisher.End::offset).orElse(0L);
      if (from < head.endOffset() && from >= head.oldestOffset()) {
        long to = from + 1 + world.random.nextInt((int) (head.endOffset() - from));
        chain.append(TOPIC, 0, head.freeze(from, to), List.of());
      }
    }

    void sweep() {
      superseded.sweep(catalog.refresh());
      spent.sweep(catalog.refresh());
      chain.deletions().refresh();
    }
  }

  @Property(tries = 60)
  void whatWasDeletedStaysDeletedAndNothingElseIs(@ForAll long seed) throws IOException {
    Path directory = Files.createTempDirectory("weir-deletion");
    directories.add(directory);
    World world = new World(seed, directory);
    for (int step = 0; step < 100; step++) {
      int which = world.random.nextInt(2);
      switch (world.random.nextInt(12)) {
        case 0, 1, 2 -> world.arrive();
        case 3 -> world.delete();
        case 4 -> world.sinks[which] = new Sink(world, "sink-" + (which + 1));
        case 5 -> world.sinks[which].sweep();
        case 6 -> {
          // What was planned is long done or broken off.
          world.sinks[0].tasks = new ArrayList<>();
          world.sinks[1].tasks = new ArrayList<>();
          world.clock.advance(Duration.ofMinutes(20));
          for (Sink sink : world.sinks) {
            sink.catalog.refresh();
          }
        }
        case 7 -> new DeletionLog(world.store).askForRewriting(TENANT);
        default -> world.sinks[which].act();
      }
      if (step % 4 == 3) {
        world.check();
      }
    }
    endsWithoutDeletions(world);
  }

  /// Once all is in blocks and these were written anew, no deletion is left.
  private static void endsWithoutDeletions(World world) {
    Sink sink = new Sink(world, "sink-3");
    world.sinks[0] = sink;
    sink.readLog();
    long from = sink.chain.end(TOPIC, 0).map(ChainPublisher.End::offset).orElse(0L);
    if (from < sink.head.endOffset()) {
      sink.chain.append(TOPIC, 0, sink.head.freeze(from, sink.head.endOffset()), List.of());
    }
    sink.chain.deletions().askForRewriting(TENANT);
    for (int round = 0; round < 6; round++) {
      for (MergeTask task : DeletionTasks.plan(sink.catalog.refresh(), POLICY, _ -> true)) {
        assertTrue(sink.compactor.run(task).published());
      }
      sink.sweep();
      world.clock.advance(GRACE.plus(GRACE));
      sink.sweep();
      world.check();
    }
    assertEquals(List.of(), List.copyOf(sink.catalog.refresh().deletions().all()));
    assertEquals(List.of(), world.store.list(DeletionName.PREFIX));
  }

  @AfterTry
  void deleteDirectories() {
    directories.forEach(Directories::delete);
    directories.clear();
  }
}
