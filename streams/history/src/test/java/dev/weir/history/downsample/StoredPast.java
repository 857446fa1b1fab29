package dev.weir.history.downsample;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.resolution.DownsampledBlocks;
import dev.weir.blocks.resolution.ResolvedSelection;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Five days in a store of blocks: two instances with counters that restart, gauges, series that
/// end and come back, NaN, native histograms, start timestamps, and one that has few samples.
final class StoredPast {
  /// The start of a slice of five days.
  static final long START = Resolution.ONE_HOUR.slice(4100).startMillis() - 1;

  static final long DAYS = 5;
  static final String TOPIC = "weir.samples";
  static final long END = START + DAYS * 86_400_000L;

  private final Path directory;
  private final LocalBlockStore store;
  private final BlockCatalog catalog;
  private final long intervalMillis;
  private int imports;

  StoredPast(Path directory, long intervalMillis) {
    this.directory = directory;
    this.store = new LocalBlockStore(directory.resolve("blocks"));
    this.catalog = new BlockCatalog(store, new BlockCache(64 << 20));
    this.intervalMillis = intervalMillis;
  }

  LocalBlockStore store() {
    return store;
  }

  BlockSnapshot snapshot() {
    return catalog.refresh();
  }

  BlockCatalog catalog() {
    return catalog;
  }

  /// Five days of samples.
  MemorySeriesSource days(long seed) {
    Random random = new Random(seed);
    MemorySeriesSource samples = new MemorySeriesSource();
    for (String instance : List.of("a", "b")) {
      new Instance(instance, random).scrape(samples);
    }
    return samples;
  }

  /// Adds five days of samples, in two imported blocks.
  StoredPast addDays(long seed) {
    MemorySeriesSource samples = days(seed);
    importBlock(samples, new TimeRange(START, START + 40 * 3_600_000L));
    importBlock(samples, new TimeRange(START + 40 * 3_600_000L + 1, END));
    return this;
  }

  /// One instance and what it exposes.
  private final class Instance {
    private final String name;
    private final Random random;
    private double total;
    private double gauge = 20;
    private boolean up = true;

    Instance(String name, Random random) {
      this.name = name;
      this.random = random;
    }

    void scrape(MemorySeriesSource samples) {
      boolean wasUp = true;
      boolean quiet = false;
      long scrape = 0;
      for (long time = START + 1 + random.nextInt((int) intervalMillis);
          time <= END;
          time += intervalMillis) {
        up = random.nextInt(up ? 400 : 40) > 0 == up;
        // Long silences without a marker, and times with many restarts.
        quiet = random.nextInt(quiet ? 100 : 3000) > 0 == quiet;
        boolean restarts = (time / 10_800_000) % 7 == 3;
        total = random.nextInt(restarts ? 5 : 400) == 0 ? 0 : total + random.nextInt(50);
        gauge += random.nextGaussian();
        scrape++;
        if (quiet) {
          continue;
        }
        List<Sample> row = new ArrayList<>();
        row.add(sample("up", time, up ? 1 : 0));
        if (up) {
          row.add(sample("requests_total", time, total));
          row.add(sample("temperature_celsius", time, gauge));
          row.add(
              sample("queue_length", time, random.nextInt(300) == 0 ? Double.NaN : (int) gauge));
          row.add(
              Sample.of(
                  labels("latency_seconds"),
                  time,
                  HistogramNotation.parse(
                      "{{schema:0 sum:%s count:%s buckets:[%s 0 1]}}"
                          .formatted(total, total + 1, total))));
          long started = time - time % 50_000_000;
          row.add(sample("started_total", time, total).withStartTimestamp(started));
          row.add(sample("born_total", time, total).withStartTimestamp(START - 1));
          if (scrape % 30 == 0) {
            row.add(sample("backup_seconds", time, random.nextInt(1000)));
          }
        } else if (wasUp) {
          for (String metric : List.of("requests_total", "temperature_celsius", "queue_length")) {
            row.add(sample(metric, time, StalenessMarker.VALUE));
          }
        }
        wasUp = up;
        GroupRow.of(Tenant.DEFAULT, row).forEach(samples::append);
      }
    }

    private Sample sample(String metric, long time, double value) {
      return Sample.of(labels(metric), time, value);
    }

    private Labels labels(String metric) {
      return Labels.of("__name__", metric, "instance", name, "job", "api");
    }
  }

  /// Writes samples of a range as an imported block, which loses against those before it.
  void importBlock(SeriesSource samples, TimeRange range) {
    write(
        samples,
        range,
        BlockWriter.Description.imported(List.of(), END),
        new BlockName.Imported(Tenant.DEFAULT, "a".repeat(32), imports++).path());
  }

  /// Writes samples of a range as those that came with some records.
  void link(SeriesSource samples, TimeRange range, long firstOffset, long endOffset) {
    OffsetRange covers = new OffsetRange(TOPIC, 0, firstOffset, endOffset);
    write(
        samples,
        range,
        BlockWriter.Description.link(covers, END),
        new BlockName.Chain(TOPIC, 0, firstOffset).path());
  }

  /// The same as a merged block.
  void merged(SeriesSource samples, TimeRange range, long firstOffset, long endOffset) {
    OffsetRange covers = new OffsetRange(TOPIC, 0, firstOffset, endOffset);
    write(
        samples,
        range,
        new BlockWriter.Description(1, END, List.of(covers), List.of()),
        new BlockName.Compacted(Tenant.DEFAULT, TOPIC, 0, 1, firstOffset).path());
  }

  private void write(
      SeriesSource samples, TimeRange range, BlockWriter.Description description, String name) {
    try {
      Path file = Files.createTempDirectory(directory, "write").resolve("block");
      try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.SMALL);
          GroupCursor cursor = samples.select(Tenant.DEFAULT, List.of(), range, SelectHints.NONE)) {
        for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
          writer.add(group.key(), group.series(), group.read());
        }
        writer.finish();
      }
      store.publish(name, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Publishes what is downsampled here elsewhere.
  void copyWindows(StoredPast to) {
    for (BlockReader block : snapshot().blocks()) {
      if (BlockName.isDownsampled(block.name())) {
        to.store.publish(block.name(), directory.resolve("blocks").resolve(block.name()));
      }
    }
  }

  HistoryStore historyStore() {
    return new PastStore(directory.toString());
  }

  private record PastStore(String path) implements HistoryStore {
    @Override
    public Opened open() {
      return Opened.of(new LocalBlockStore(Path.of(path).resolve("blocks")));
    }

    @Override
    public Path workDirectory() {
      return Path.of(path).resolve("work");
    }
  }

  DownsamplePlan plan(int seriesPerShard, Resolution... resolutions) {
    return DownsamplePlan.of(
        historyStore(),
        snapshot(),
        Tenant.DEFAULT,
        List.of(resolutions),
        TimeRange.ALL,
        seriesPerShard);
  }

  /// Downsamples in this thread.
  ///
  /// @return blocks that were written
  int downsample(Resolution... resolutions) {
    DownsamplePlan plan = plan(1_000, resolutions);
    InstantSource clock = InstantSource.system();
    SliceWriter writer =
        new SliceWriter(
            store, 1 << 20, new WorkFiles(plan.store().workDirectory(), clock.instant()), clock);
    int written = 0;
    for (PlannedSlice slice : plan.slices()) {
      for (int shard = 0; shard < slice.shards(); shard++) {
        written += writer.write(slice, shard).written() ? 1 : 0;
      }
    }
    return written;
  }

  /// The samples alone.
  SeriesSource samples() {
    BlockSnapshot snapshot = snapshot();
    return new MergedSeriesSource(
        snapshot.sources(Tenant.DEFAULT, counting(snapshot), TimeRange.ALL));
  }

  private static List<BlockReader> counting(BlockSnapshot snapshot) {
    List<BlockReader> blocks = new ArrayList<>(snapshot.blocks(Tenant.DEFAULT));
    blocks.addAll(snapshot.imports(Tenant.DEFAULT));
    return blocks;
  }

  /// Samples and windows, as a selection wants them.
  Resolved resolved() {
    return new Resolved(snapshot());
  }

  static final class Resolved implements ForwardingSource {
    private final BlockSnapshot snapshot;
    private int windowed;
    private int selections;

    Resolved(BlockSnapshot snapshot) {
      this.snapshot = snapshot;
    }

    /// Selections that had windows.
    int windowed() {
      return windowed;
    }

    int selections() {
      return selections;
    }

    @Override
    public SeriesSource source() {
      List<SeriesSource> sources =
          new ArrayList<>(snapshot.sources(Tenant.DEFAULT, counting(snapshot), TimeRange.ALL));
      sources.addAll(DownsampledBlocks.left(snapshot, Tenant.DEFAULT, TimeRange.ALL));
      return new MergedSeriesSource(sources);
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      ResolvedSelection found =
          ResolvedSelection.of(snapshot, tenant, range, hints, Long.MAX_VALUE);
      selections++;
      windowed += found.hasWindows() ? 1 : 0;
      List<SeriesSource> sources = new ArrayList<>();
      snapshot
          .sources(tenant, counting(snapshot), range)
          .forEach(source -> sources.add(found.samplesOf(source)));
      sources.addAll(found.windows(snapshot));
      GroupCursor cursor = new MergedSeriesSource(sources).select(tenant, matchers, range, hints);
      return new GroupCursor() {
        @Override
        public @Nullable SeriesGroup next() {
          return cursor.next();
        }

        @Override
        public Completeness completeness() {
          return cursor.completeness().and(new Completeness(Long.MAX_VALUE, found.warnings()));
        }

        @Override
        public void close() {
          cursor.close();
        }
      };
    }
  }
}
