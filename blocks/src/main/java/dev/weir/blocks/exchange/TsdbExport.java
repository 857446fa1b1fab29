package dev.weir.blocks.exchange;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbBlockWriter;
import dev.weir.blocks.tsdb.TsdbMeta;
import dev.weir.blocks.tsdb.Ulid;
import dev.weir.model.AbsentValue;
import dev.weir.model.IoErrorText;
import dev.weir.model.Matcher;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Writes a tenant's blocks as blocks that Prometheus reads, one for each stretch of time. What is
/// written is what queries see: of two samples of a series and time the one that wins, and none
/// that is deleted.
///
/// Memory holds the labels of the series of one block, and the samples of one group: the series of
/// some instances of one job are selected at a time. Not for sharing between threads.
public final class TsdbExport {
  private static final String JOB = "job";
  private static final String INSTANCE = "instance";

  /// Of one job, that are selected at a time.
  private static final int INSTANCES = 64;

  private final Options options;
  private final InstantSource clock;
  private final RandomGenerator random;

  /// What is taken, and how it is cut.
  ///
  /// @param matchers that series pass
  /// @param range of the samples
  /// @param blockDuration of time that a block spans, counted from the epoch; a multiple of the two
  ///   hours of Prometheus's smallest, which its compaction counts in
  public record Options(
      Tenant tenant, List<Matcher> matchers, TimeRange range, Duration blockDuration) {
    public static final Duration DEFAULT_BLOCK_DURATION = Duration.ofHours(2);

    public Options {
      requireNonNull(tenant, "tenant");
      matchers = List.copyOf(matchers);
      requireNonNull(range, "range");
      long millis = blockDuration.toMillis();
      if (millis < 1 || millis % DEFAULT_BLOCK_DURATION.toMillis() != 0) {
        throw new WeirException.BadData(
            "blocks of %d ms are not possible; give a multiple of 2h, such as 2h or 24h"
                .formatted(millis));
      }
    }
  }

  /// What came of it.
  ///
  /// @param startTimestamps samples whose start timestamp was left out: Prometheus's blocks have no
  ///   place for it
  public record Outcome(List<TsdbMeta> blocks, long startTimestamps) {
    public Outcome {
      blocks = List.copyOf(blocks);
    }
  }

  /// @param random for the names of blocks
  public TsdbExport(Options options, InstantSource clock, RandomGenerator random) {
    this.options = options;
    this.clock = clock;
    this.random = random;
  }

  /// Exports into a directory, which is made if it is not there.
  ///
  /// @param progress counts milliseconds of the time that is exported
  /// @throws WeirException.BadData if the directory has blocks of the same time
  public Outcome run(BlockSnapshot snapshot, Path directory, Progress progress) {
    List<BlockReader> blocks = new ArrayList<>(snapshot.blocks(options.tenant));
    blocks.addAll(snapshot.imports(options.tenant));
    Optional<TimeRange> all = times(blocks);
    if (all.isEmpty()) {
      return new Outcome(List.of(), 0);
    }
    TimeRange range = all.get();
    prepare(directory, range);
    List<TsdbMeta> written = new ArrayList<>();
    long startTimestamps = 0;
    long length = options.blockDuration.toMillis();
    long total = range.endMillis() - range.startMillis() + 1;
    for (long start = Math.floorDiv(range.startMillis(), length) * length;
        start <= range.endMillis();
        start += length) {
      TimeRange stretch =
          new TimeRange(
              Math.max(start, range.startMillis()),
              Math.min(start + length - 1, range.endMillis()));
      OneBlock block =
          new OneBlock(
              stretch, new MergedSeriesSource(snapshot.sources(options.tenant, blocks, stretch)));
      block.write(directory, range, progress, total).ifPresent(written::add);
      startTimestamps += block.startTimestamps;
    }
    progress.at(total, total);
    return new Outcome(written, startTimestamps);
  }

  /// The time that the blocks have samples of, as far as it is wanted.
  private Optional<TimeRange> times(List<BlockReader> blocks) {
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (BlockReader block : blocks) {
      Optional<TimeRange> times = timesOf(block);
      if (times.isPresent()) {
        start = Math.min(start, times.get().startMillis());
        end = Math.max(end, times.get().endMillis());
      }
    }
    start = Math.max(start, options.range.startMillis());
    end = Math.min(end, options.range.endMillis());
    return start > end ? Optional.empty() : Optional.of(new TimeRange(start, end));
  }

  private Optional<TimeRange> timesOf(BlockReader block) {
    return block.meta().section(options.tenant).flatMap(section -> section.times());
  }

  private static void prepare(Path directory, TimeRange range) {
    try {
      // Without it, promtool does not take the directory for Prometheus's.
      Files.createDirectories(directory.resolve("wal"));
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be made: %s".formatted(directory, IoErrorText.of(e)), e);
    }
    for (Path path : TsdbBlock.find(directory)) {
      TsdbMeta meta = TsdbBlock.metaOf(path);
      if (range.overlaps(meta.minMillis(), meta.maxMillis() - 1)) {
        throw new WeirException.BadData(
            ("%s has samples from %d to %d ms already, the export from %d to %d ms; give another"
                    + " directory, or a range that does not overlap")
                .formatted(
                    path,
                    meta.minMillis(),
                    meta.maxMillis() - 1,
                    range.startMillis(),
                    range.endMillis()));
      }
    }
  }

  /// The block of one stretch of time.
  private final class OneBlock {
    private final TimeRange stretch;
    private final SeriesSource source;
    private long startTimestamps;

    OneBlock(TimeRange stretch, SeriesSource source) {
      this.stretch = stretch;
      this.source = source;
    }

    /// @return empty if there are no samples
    Optional<TsdbMeta> write(Path directory, TimeRange all, Progress progress, long total) {
      List<String> jobs = new ArrayList<>();
      jobs.add("");
      jobs.addAll(
          source.labelValues(options.tenant, JOB, List.of(options.matchers), stretch, 0).items());
      try (TsdbBlockWriter block =
          new TsdbBlockWriter(directory, Ulid.of(clock.millis(), random))) {
        for (int i = 0; i < jobs.size(); i++) {
          double part = (double) i / jobs.size();
          progress.at(
              stretch.startMillis()
                  - all.startMillis()
                  + (long) (part * (stretch.endMillis() - stretch.startMillis())),
              total);
          writeJob(jobs.get(i), block);
        }
        return block.samples() == 0 ? Optional.empty() : Optional.of(block.finish());
      }
    }

    private void writeJob(String job, TsdbBlockWriter block) {
      List<Matcher> ofJob = new ArrayList<>(options.matchers);
      ofJob.add(Matcher.equal(JOB, job));
      List<String> instances =
          source.labelValues(options.tenant, INSTANCE, List.of(ofJob), stretch, 0).items();
      writeSelected(ofJob, Matcher.equal(INSTANCE, ""), block);
      for (int from = 0; from < instances.size(); from += INSTANCES) {
        List<String> some = instances.subList(from, Math.min(instances.size(), from + INSTANCES));
        writeSelected(ofJob, Matcher.oneOf(INSTANCE, some), block);
      }
    }

    private void writeSelected(List<Matcher> ofJob, Matcher instances, TsdbBlockWriter block) {
      List<Matcher> matchers = new ArrayList<>(ofJob);
      matchers.add(instances);
      try (GroupCursor groups =
          source.select(options.tenant, matchers, stretch, SelectHints.NONE)) {
        for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
          GroupSamples samples = group.read();
          for (int i = 0; i < samples.columns().size(); i++) {
            writeSeries(group.series().get(i), samples, i, block);
          }
        }
      }
    }

    private void writeSeries(
        SeriesMeta meta, GroupSamples samples, int number, TsdbBlockWriter block) {
      GroupSamples.Column column = samples.columns().get(number);
      long[] timestamps = samples.timestampsMillis();
      @Nullable NativeHistogram @Nullable [] histograms = column.histograms();
      long @Nullable [] starts = column.startTimestampsMillis();
      int row = 0;
      while (row < timestamps.length && !column.hasSample(row)) {
        row++;
      }
      if (row == timestamps.length) {
        return;
      }
      try (TsdbBlockWriter.Series series = block.open(meta.labels())) {
        for (; row < timestamps.length; row++) {
          NativeHistogram histogram = histograms == null ? null : histograms[row];
          long start = starts == null ? 0 : starts[row];
          if (histogram != null) {
            series.histogram(timestamps[row], start, histogram);
          } else if (!AbsentValue.is(column.values()[row])) {
            series.value(timestamps[row], start, column.values()[row]);
          } else {
            continue;
          }
          startTimestamps += start == 0 ? 0 : 1;
        }
      }
    }
  }
}
