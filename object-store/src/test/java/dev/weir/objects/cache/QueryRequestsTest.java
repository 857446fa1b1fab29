package dev.weir.objects.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many requests a query costs where blocks are far away. The block has 20,000 series of 40
/// targets over six hours, of numbers that hardly compress, and is 19 MB large.
class QueryRequestsTest {
  private static final int TARGETS = 40;
  private static final int METRICS = 500;
  private static final int ROWS = 180;
  private static final long START = 1_772_366_400_000L;
  private static final long STEP = 120_000;
  private static final TimeRange ALL = new TimeRange(START, START + ROWS * STEP);

  @TempDir Path directory;
  private CountingBlockStore stored;
  private CachedBlockStore cached;
  private BlockCatalog catalog;
  private long size;

  @BeforeEach
  void publishBlock() throws Exception {
    Path file = directory.resolve("file");
    BlockName.Compacted name = new BlockName.Compacted(Tenant.DEFAULT, "weir.samples", 0, 1, 0);
    BlockWriter.Description description =
        new BlockWriter.Description(
            1, START, List.of(new OffsetRange("weir.samples", 0, 0, 1000)), List.of());
    try (BlockWriter block = new BlockWriter(file, description, BlockWriter.Options.COMPACTED)) {
      for (int target = 0; target < TARGETS; target++) {
        add(target, block);
      }
      block.finish();
    }
    size = Files.size(file);
    LocalBlockStore local = new LocalBlockStore(directory.resolve("blocks"));
    local.publish(name.path(), file);
    stored = new CountingBlockStore(local);
    cached = new CachedBlockStore(stored, 64 << 20, Optional.empty());
    catalog = new BlockCatalog(cached, new BlockCache(0));
  }

  @AfterEach
  void closeStore() {
    cached.close();
  }

  private static void add(int target, BlockWriter block) {
    Random random = new Random(target);
    String instance = "10.0.0.%d:9100".formatted(target);
    long[] timestamps = new long[ROWS];
    Arrays.setAll(timestamps, row -> START + row * STEP + target);
    List<SeriesMeta> series = new ArrayList<>();
    List<GroupSamples.Column> columns = new ArrayList<>();
    TreeMap<Labels, SeriesMeta> sorted = new TreeMap<>();
    for (int metric = 0; metric < METRICS; metric++) {
      Labels labels =
          Labels.of(
              "__name__",
              "node_metric_%03d".formatted(metric),
              "instance",
              instance,
              "job",
              "node");
      sorted.put(labels, new SeriesMeta(labels, MetricType.GAUGE));
    }
    for (SeriesMeta meta : sorted.values()) {
      series.add(meta);
      double[] values = new double[ROWS];
      Arrays.setAll(values, row -> random.nextDouble() * 1000);
      columns.add(new GroupSamples.Column(values, null, null));
    }
    GroupKey key =
        new GroupKey(
            new PartitionKey.OfTarget(Tenant.DEFAULT, "node", instance), instance, Slice.WHOLE);
    block.add(key, series, new GroupSamples(timestamps, columns));
  }

  /// The samples that a selection finds.
  private static long read(BlockReader block, TimeRange range, Matcher... matchers) {
    long samples = 0;
    try (GroupCursor groups =
        new BlockSeriesSource(block)
            .select(Tenant.DEFAULT, List.of(matchers), range, SelectHints.NONE)) {
      for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
        GroupSamples read = group.read();
        samples += (long) read.columns().size() * read.timestampsMillis().length;
      }
    }
    return samples;
  }

  @Test
  void aQueryCostsAFewRequests() {
    BlockSnapshot snapshot = catalog.refresh();
    BlockReader block = snapshot.blocks(Tenant.DEFAULT).getFirst();
    assertTrue(size > 15 << 20, () -> "the block has " + size + " bytes");
    assertEquals(1, stored.takeReads().size(), "opening it");

    // Three windows of two hours: each has the column in one place.
    assertEquals(
        (long) TARGETS * ROWS, read(block, ALL, Matcher.equal("__name__", "node_metric_123")));
    List<CountingBlockStore.Read> first = stored.takeReads();
    assertTrue(first.size() <= 10, first::toString);

    assertEquals(
        (long) TARGETS * ROWS, read(block, ALL, Matcher.equal("__name__", "node_metric_123")));
    assertEquals(List.of(), stored.takeReads(), "the same again");

    assertEquals(
        (long) TARGETS * ROWS, read(block, ALL, Matcher.equal("__name__", "node_metric_456")));
    List<CountingBlockStore.Read> other = stored.takeReads();
    assertTrue(other.size() <= 6, other::toString);

    TimeRange last = new TimeRange(START + (ROWS - 10) * STEP, ALL.endMillis());
    assertEquals(TARGETS * 10L, read(block, last, Matcher.equal("__name__", "node_metric_333")));
    List<CountingBlockStore.Read> recent = stored.takeReads();
    assertTrue(recent.size() <= 2, recent::toString);
  }

  /// All series of one target: a column here and there in all of the block.
  @Test
  void aQueryThatNeedsAllOfABlockReadsItInLargeStretches() {
    BlockReader block = catalog.refresh().blocks(Tenant.DEFAULT).getFirst();
    stored.takeReads();
    assertEquals(
        (long) METRICS * ROWS, read(block, ALL, Matcher.equal("instance", "10.0.0.7:9100")));
    List<CountingBlockStore.Read> reads = stored.takeReads();
    assertTrue(reads.size() <= 40, () -> reads.size() + " requests: " + reads);
    long bytes = reads.stream().mapToLong(CountingBlockStore.Read::length).sum();
    assertTrue(bytes <= size, "each byte once");
  }
}
