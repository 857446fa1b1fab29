package dev.weir.benchmarks.storage;

import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.block.LiveLayout;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.CompactionTask;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// The part of the pipeline between topic and disk, without the topic: rows into heads, links of
/// chains every few minutes, compaction until there is nothing left to do. One partition is as many
/// instances as a partition of the embedded broker would have.
final class RecordedPipeline {
  static final Tenant TENANT = Tenant.DEFAULT;

  private static final String TOPIC = "weir.samples";
  private static final int PARTITIONS = 4;
  private static final BlockCache CACHE = new BlockCache(64 << 20);

  /// What blocks of one level take, all together.
  record Level(int level, int blocks, long samples, long bytes) {
    double bytesPerSample() {
      return (double) bytes / samples;
    }
  }

  /// An instance, its group, and how its values become a row.
  ///
  /// @param order places of its series in the order of the layout
  private record Target(
      Instance instance, int partition, GroupKey group, Layout layout, int[] order) {
    static Target of(Instance instance, int number) {
      List<SeriesMeta> series = instance.series();
      Integer[] order = new Integer[series.size()];
      Arrays.setAll(order, i -> i);
      Layout layout = Layout.of(series);
      Arrays.sort(order, Comparator.comparingInt(i -> layout.series().indexOf(series.get(i))));
      String job = series.getFirst().labels().get("job");
      String name = series.getFirst().labels().get("instance");
      PartitionKey key = new PartitionKey.OfTarget(TENANT, job, name);
      return new Target(
          instance,
          number % PARTITIONS,
          new GroupKey(key, "", Slice.WHOLE),
          layout,
          Arrays.stream(order).mapToInt(Integer::intValue).toArray());
    }

    Row row(int scrape, long timestampMillis) {
      double[] values = instance.scrape(scrape);
      double[] row = new double[order.length];
      Arrays.setAll(row, column -> values[order[column]]);
      return Row.whole(timestampMillis, row);
    }
  }

  private final List<Target> targets = new ArrayList<>();
  private final LocalBlockStore store;
  private final Path directory;
  private final BlockCatalog catalog;
  private long samplesLinked;
  private double linkSeconds;
  private long samplesCompacted;
  private double compactionSeconds;

  RecordedPipeline(List<Instance> instances, Path directory) {
    for (Instance instance : instances) {
      targets.add(Target.of(instance, targets.size()));
    }
    this.directory = directory;
    this.store = new LocalBlockStore(directory.resolve("blocks"));
    this.catalog = new BlockCatalog(store, CACHE);
  }

  /// Writes links only.
  ///
  /// @param from number of the first scrape
  /// @param to number after the last
  /// @param perLink how many of them a link has
  void link(int from, int to, int perLink, long startMillis, Duration interval) {
    ChainPublisher publisher =
        new ChainPublisher(store, CACHE, directory.resolve("links"), InstantSource.system());
    for (int first = from; first < to; first += perLink) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        int last = Math.min(to, first + perLink);
        PartitionHead head = filled(partition, first, last, startMillis, interval);
        List<LiveLayout> layouts = new ArrayList<>();
        for (Target target : targets) {
          if (target.partition == partition) {
            layouts.add(
                new LiveLayout(
                    target.group, target.layout, 1, startMillis + last * interval.toMillis()));
          }
        }
        double begun = CpuTime.seconds();
        ChainPublisher.Published published =
            publisher.append(
                TOPIC, partition, head.freeze(head.oldestOffset(), head.endOffset()), layouts);
        linkSeconds += CpuTime.seconds() - begun;
        if (published instanceof ChainPublisher.Published.Won won) {
          samplesLinked += won.meta().samples();
        }
      }
    }
  }

  private PartitionHead filled(
      int partition, int first, int last, long startMillis, Duration interval) {
    long perScrape = targets.stream().filter(target -> target.partition == partition).count();
    PartitionHead head = new PartitionHead(first * perScrape);
    long offset = head.oldestOffset();
    for (int scrape = first; scrape < last; scrape++) {
      long millis = startMillis + scrape * interval.toMillis();
      for (Target target : targets) {
        if (target.partition == partition) {
          List<Row> rows = List.of(target.row(scrape, millis));
          head.append(offset++, target.group, target.layout, rows, 0);
        }
      }
      head.advance(offset, millis);
    }
    return head;
  }

  /// Compacts until there is nothing to do, a level at a time.
  void compact(CompactionPolicy policy) {
    Compactor compactor =
        new Compactor(
            store,
            directory.resolve("compaction"),
            BlockWriter.Options.COMPACTED,
            InstantSource.system());
    List<CompactionTask> tasks = CompactionTask.plan(catalog.refresh(), policy, _ -> true);
    while (!tasks.isEmpty()) {
      for (CompactionTask task : tasks) {
        double begun = CpuTime.seconds();
        compactor.run(task);
        compactionSeconds += CpuTime.seconds() - begun;
        for (BlockReader source : task.sources()) {
          samplesCompacted += source.meta().samples();
        }
      }
      tasks = CompactionTask.plan(catalog.refresh(), policy, _ -> true);
    }
  }

  /// The compacted blocks that count now.
  List<BlockReader> compacted() {
    return catalog.refresh().blocks(TENANT).stream()
        .filter(block -> block.meta().level() > 0)
        .toList();
  }

  /// Where a block is.
  Path fileOf(BlockReader block) {
    return store.directory().resolve(block.name());
  }

  /// What blocks of each level take, whether they count still or not.
  List<Level> levels() {
    BlockSnapshot snapshot = catalog.refresh();
    List<Level> levels = new ArrayList<>();
    for (int level = 0; level < 10; level++) {
      int blocks = 0;
      long samples = 0;
      long bytes = 0;
      for (BlockReader block : snapshot.blocks()) {
        if (block.meta().level() == level) {
          blocks++;
          samples += block.meta().samples();
          bytes += block.sizeBytes();
        }
      }
      if (blocks > 0) {
        levels.add(new Level(level, blocks, samples, bytes));
      }
    }
    return levels;
  }

  /// Samples a second that became links, on one core.
  double linkRate() {
    return samplesLinked / linkSeconds;
  }

  /// Samples a second that compaction took, on one core: read, merged, written, read back.
  double compactionRate() {
    return samplesCompacted / compactionSeconds;
  }
}
