package dev.weir.blocks.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbSeries;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/// Makes blocks of a store from a block of Prometheus's: one for each stretch of time and each so
/// many series, under names that follow from what is imported and how. So an import that was broken
/// off goes on where it ended, and one that is whole is not done again: the last block, which has
/// no samples, names what was imported and the blocks that it became.
///
/// Samples lie in the groups that they would be in if they had been pushed. Memory holds a few
/// bytes for each series, the labels of those of one block, and the samples of one group.
///
/// Not for sharing between threads; several processes may import into one store.
public final class TsdbImport {
  /// Labels of so many series are in memory while a block is written.
  private static final int MAX_SERIES_IN_BLOCK = 250_000;

  private final Options options;
  private final BlockPublisher publisher;
  private final InstantSource clock;
  private final int maxSeriesInBlock;
  private final long maxCells;

  /// What is taken, and how it is kept.
  ///
  /// @param matchers that series pass
  /// @param range of the samples
  /// @param blockDuration of time that a block spans, counted from the epoch
  /// @param again whether what was imported before is imported once more, beside what is there of
  ///   it: a deletion hides what had been imported then, and not what comes again
  public record Options(
      Tenant tenant,
      List<Matcher> matchers,
      TimeRange range,
      Duration blockDuration,
      boolean again) {
    public static final Duration DEFAULT_BLOCK_DURATION = Duration.ofDays(1);

    /// Leaves out what was imported before.
    public Options(Tenant tenant, List<Matcher> matchers, TimeRange range, Duration blockDuration) {
      this(tenant, matchers, range, blockDuration, false);
    }

    public Options {
      requireNonNull(tenant, "tenant");
      matchers = List.copyOf(matchers);
      requireNonNull(range, "range");
      if (blockDuration.toMillis() < 1) {
        throw new WeirException.BadData(
            "a block of %s is not possible; give a longer one".formatted(blockDuration));
      }
    }

    /// What makes an import with these differ from one of everything; empty if nothing does.
    private String restriction() {
      StringBuilder text = new StringBuilder();
      matchers.stream().map(Matcher::toString).sorted().forEach(m -> text.append(' ').append(m));
      if (!range.equals(TimeRange.ALL)) {
        text.append(" %d to %d".formatted(range.startMillis(), range.endMillis()));
      }
      return text.toString();
    }
  }

  /// What came of it.
  ///
  /// @param blocks with samples that are new in the store
  /// @param present blocks with samples that were there already
  /// @param samples that were written
  /// @param bytes of the new blocks
  /// @param conflicts samples that the block had twice, with different values
  /// @param leftOut series whose labels are not UTF-8
  /// @param known whether everything was imported before, and nothing was done
  public record Outcome(
      int blocks,
      int present,
      long series,
      long samples,
      long bytes,
      long conflicts,
      LeftOutSeries leftOut,
      boolean known) {
    static final Outcome KNOWN = new Outcome(0, 0, 0, 0, 0, 0, new LeftOutSeries(), true);
  }

  /// @param work where blocks are written before they are published
  public TsdbImport(BlockStore store, Options options, WorkFiles work, InstantSource clock) {
    this(store, options, work, clock, MAX_SERIES_IN_BLOCK, GroupColumns.MAX_CELLS);
  }

  TsdbImport(
      BlockStore store,
      Options options,
      WorkFiles work,
      InstantSource clock,
      int maxSeriesInBlock,
      long maxCells) {
    this.publisher = new BlockPublisher(store, work);
    this.options = options;
    this.clock = clock;
    this.maxSeriesInBlock = maxSeriesInBlock;
    this.maxCells = maxCells;
  }

  /// Imports a block of Prometheus's. Its series have no types.
  ///
  /// @param snapshot of the store
  /// @param progress counts series, twice those of the block and more where it spans several
  public Outcome run(TsdbBlock block, BlockSnapshot snapshot, Progress progress) {
    String deletions =
        block.deletionsChecksum() == 0
            ? ""
            : " without deletions %08x".formatted(block.deletionsChecksum());
    List<String> sources =
        block.meta().sources().stream()
            .map(source -> "prometheus/%s%s".formatted(source, deletions))
            .toList();
    return run(
        block,
        "prometheus/%s%s".formatted(block.meta().ulid(), deletions),
        sources,
        _ -> MetricType.UNKNOWN,
        snapshot,
        progress);
  }

  /// Imports a block that was made from something else.
  ///
  /// @param source names it: the same name has the same content
  /// @param types of series
  public Outcome run(
      TsdbBlock block,
      String source,
      Function<Labels, MetricType> types,
      BlockSnapshot snapshot,
      Progress progress) {
    return run(block, source, List.of(source), types, snapshot, progress);
  }

  private Outcome run(
      TsdbBlock block,
      String identity,
      List<String> sources,
      Function<Labels, MetricType> types,
      BlockSnapshot snapshot,
      Progress progress) {
    List<String> named = sources.stream().map(source -> source + options.restriction()).toList();
    boolean known = snapshot.importedSources(options.tenant).containsAll(named);
    if (known && !options.again) {
      return Outcome.KNOWN;
    }
    // Under names of its own, or it would be what is there.
    String time = known ? " again at " + clock.millis() : "";
    String id = identify(identity + options.restriction() + time);
    Set<String> there = namesOf(id);
    return new Run(block, id, named, types, there).run(progress);
  }

  private String identify(String identity) {
    byte[] text =
        "%s in blocks of %d ms and %d series"
            .formatted(identity, options.blockDuration.toMillis(), maxSeriesInBlock)
            .getBytes(UTF_8);
    return Hash128.of(text, 0, text.length).toString();
  }

  /// The blocks of an import that are in the store.
  private Set<String> namesOf(String id) {
    Set<String> names = new HashSet<>();
    publisher
        .store()
        .list(BlockName.Imported.prefix(options.tenant) + id + "/")
        .forEach(stored -> names.add(stored.name()));
    return names;
  }

  /// One import under way.
  private final class Run {
    private final TsdbBlock block;
    private final String id;
    private final List<String> sources;
    private final Function<Labels, MetricType> types;
    private final Set<String> there;

    /// The blocks with samples of this import, those that were there too.
    private final List<String> written = new ArrayList<>();

    private int blocks;
    private int present;
    private long samples;
    private long bytes;
    private long conflicts;
    private long done;

    Run(
        TsdbBlock block,
        String id,
        List<String> sources,
        Function<Labels, MetricType> types,
        Set<String> there) {
      this.block = block;
      this.id = id;
      this.sources = sources;
      this.types = types;
      this.there = there;
    }

    Outcome run(Progress progress) {
      List<TimeRange> stretches = stretches();
      long total = (long) block.seriesCount() * (1 + stretches.size());
      SeriesRuns series =
          SeriesRuns.of(
              block,
              options.tenant,
              options.matchers,
              options.range,
              options.blockDuration.toMillis(),
              (at, _) -> progress.at(at, total));
      List<List<SeriesRuns.Run>> parts = parts(series.runs());
      long last = (long) stretches.size() * parts.size();
      if (last > BlockName.Imported.MAX_NUMBER) {
        throw new WeirException.LimitExceeded(
            "%s: %d blocks would come of it, %d are the most; import it in blocks of a longer time"
                .formatted(block.directory(), last, BlockName.Imported.MAX_NUMBER));
      }
      int number = 0;
      done = block.seriesCount();
      for (TimeRange stretch : stretches) {
        for (List<SeriesRuns.Run> part : parts) {
          write(name(number++), stretch, series, part, progress, total);
        }
      }
      List<String> made = new ArrayList<>(sources);
      made.addAll(written);
      publish(name(number), file -> finish(file, made, _ -> true));
      progress.at(total, total);
      return new Outcome(
          blocks,
          present,
          series.seriesCount(),
          samples,
          bytes,
          conflicts,
          series.leftOut(),
          false);
    }

    private String name(int number) {
      return new BlockName.Imported(options.tenant, id, number).path();
    }

    /// The stretches of time that become a block each.
    private List<TimeRange> stretches() {
      long start = Math.max(block.meta().minMillis(), options.range.startMillis());
      long end = Math.min(block.meta().maxMillis() - 1, options.range.endMillis());
      long length = options.blockDuration.toMillis();
      List<TimeRange> stretches = new ArrayList<>();
      while (start <= end) {
        long next = (Math.floorDiv(start, length) + 1) * length;
        stretches.add(new TimeRange(start, Math.min(end, next - 1)));
        start = next;
      }
      return stretches;
    }

    private List<List<SeriesRuns.Run>> parts(List<SeriesRuns.Run> runs) {
      List<List<SeriesRuns.Run>> parts = new ArrayList<>();
      int inPart = 0;
      for (SeriesRuns.Run run : runs) {
        if (parts.isEmpty() || inPart + run.size() > maxSeriesInBlock) {
          parts.add(new ArrayList<>());
          inPart = 0;
        }
        parts.getLast().add(run);
        inPart += run.size();
      }
      return parts;
    }

    private void write(
        String name,
        TimeRange stretch,
        SeriesRuns series,
        List<SeriesRuns.Run> part,
        Progress progress,
        long total) {
      if (there.contains(name)) {
        present++;
        written.add(name);
        part.forEach(run -> done += run.size());
        return;
      }
      publish(
          name,
          file ->
              finish(
                  file,
                  List.of(),
                  writer -> {
                    GroupColumns groups = new GroupColumns(writer, maxCells);
                    boolean any = false;
                    for (SeriesRuns.Run run : part) {
                      List<GroupColumns.Column> columns = read(series.references(run), stretch);
                      groups.add(run.key(), run.slice(), columns);
                      any |= !columns.isEmpty();
                      done += run.size();
                      progress.at(done, total);
                    }
                    return any;
                  }));
    }

    private List<GroupColumns.Column> read(int[] references, TimeRange stretch) {
      List<GroupColumns.Column> columns = new ArrayList<>(references.length);
      for (int reference : references) {
        TsdbSeries series = block.series(reference);
        SeriesSamples found = new SeriesSamples();
        block.read(series, stretch, found);
        conflicts += found.sort();
        if (found.count() > 0) {
          SeriesMeta meta = new SeriesMeta(series.labels(), types.apply(series.labels()));
          columns.add(new GroupColumns.Column(meta, found));
        }
      }
      return columns;
    }

    @FunctionalInterface
    private interface Content {
      /// @return whether the block is wanted
      boolean writeTo(BlockWriter block);
    }

    /// @return samples of the block; empty if it is not wanted
    private OptionalLong finish(Path file, List<String> covered, Content content) {
      BlockWriter.Description description =
          BlockWriter.Description.imported(covered, clock.millis());
      try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.COMPACTED)) {
        return content.writeTo(writer)
            ? OptionalLong.of(writer.finish().samples())
            : OptionalLong.empty();
      }
    }

    private void publish(String name, Function<Path, OptionalLong> write) {
      publisher
          .publishIfWanted(name, write)
          .ifPresent(block -> {
            written.add(name);
            if (block.written() == 0) {
              return;
            }
            if (block.published()) {
              blocks++;
              samples += block.written();
              bytes += block.bytes();
            } else {
              present++;
            }
          });
    }
  }
}
