package dev.weir.benchmarks.history;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.resolution.ResolvedSelection;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What does downsampling save? Writes a history of API servers as blocks, runs `weir downsample`
/// of the release over it, and says how many bytes samples and windows take, and how long queries
/// over all of it take from samples and from windows, with blocks that no cache has yet.
///
/// ```
/// benchmarks/run downsample [DAYS [SERVERS [DIRECTORY]]]
/// ```
///
/// A server has 100 series at 15 s. Without arguments: 30 days of 20 servers. A *directory* keeps
/// the history for the next run.
public final class DownsampleTime {
  /// The first day of a slice of five days.
  private static final int FIRST_DAY = 20_500;

  private static final long DAY_MILLIS = 86_400_000;
  private static final int ROUNDS = 5;

  private static final List<String> QUERIES =
      List.of(
          "sum by (code) (rate(http_requests_total[1h]))",
          "max_over_time(queue_length[1h])",
          "sum by (instance) (avg_over_time(cpu_seconds_total[1h]))",
          "sum(up)");

  private DownsampleTime() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path release = Path.of(arguments[0]);
    int days = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 30;
    int servers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
    Path directory =
        arguments.length > 3 ? Path.of(arguments[3]) : Files.createTempDirectory("weir-downsample");
    if (!Files.isDirectory(directory.resolve("blocks"))) {
      GeneratedHistory history = new GeneratedHistory(directory, servers);
      for (int day = 0; day < days; day++) {
        history.write(FIRST_DAY + day);
      }
    }
    downsample(release, directory);
    LocalBlockStore store = new LocalBlockStore(directory.resolve("blocks"));
    sizes(new BlockCatalog(store, new BlockCache(0)).refresh());
    for (String query : QUERIES) {
      double samples = millis(query, days, store, 0);
      double windows = millis(query, days, store, Long.MAX_VALUE);
      System.out.printf(
          "%-60s %8.0f ms from samples, %7.1f ms from windows, %.3f%n",
          query, samples, windows, windows / samples);
    }
  }

  private static void downsample(Path release, Path directory)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    int status =
        new ProcessBuilder(
                release.resolve("bin/weir").toString(),
                "downsample",
                "--data",
                directory.toString())
            .inheritIO()
            .start()
            .waitFor();
    if (status != 0) {
      throw new IllegalStateException("weir downsample ended with status " + status);
    }
    System.out.printf("weir downsample: %.1f s%n", (System.nanoTime() - begun) / 1e9);
  }

  private static void sizes(BlockSnapshot snapshot) {
    long samples =
        snapshot.imports(Tenant.DEFAULT).stream().mapToLong(BlockReader::sizeBytes).sum();
    System.out.printf("samples: %,d bytes%n", samples);
    for (Resolution resolution : Resolution.values()) {
      long windows =
          snapshot.blocks().stream()
              .filter(block -> BlockName.isDownsampled(block.name()))
              .filter(block -> block.name().contains("/" + resolution.text() + "/"))
              .mapToLong(BlockReader::sizeBytes)
              .sum();
      System.out.printf(
          "windows of %s: %,d bytes, %.3f of the samples%n",
          resolution.text(), windows, (double) windows / samples);
    }
  }

  /// The median of some rounds, each by a catalog that knows nothing yet.
  private static double millis(String query, int days, LocalBlockStore store, long maxWindow) {
    List<Double> rounds = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      BlockSnapshot snapshot = new BlockCatalog(store, new BlockCache(256 << 20)).refresh();
      long start = FIRST_DAY * DAY_MILLIS + 3_600_000;
      long begun = System.nanoTime();
      QueryResult result =
          QueryEngine.inCallersThread()
              .range(
                  query,
                  start,
                  start + days * DAY_MILLIS - 7_200_000,
                  3_600_000,
                  QueryContext.of(Tenant.DEFAULT, new Past(snapshot, maxWindow)));
      rounds.add((System.nanoTime() - begun) / 1e6);
      if (!result.completeness().warnings().isEmpty()) {
        throw new IllegalStateException(result.completeness().toString());
      }
    }
    rounds.sort(null);
    return rounds.get(ROUNDS / 2);
  }

  /// Imported blocks, and windows in place of them.
  private record Past(BlockSnapshot snapshot, long maxWindow) implements ForwardingSource {
    @Override
    public SeriesSource source() {
      return new MergedSeriesSource(
          snapshot.sources(Tenant.DEFAULT, snapshot.imports(Tenant.DEFAULT), TimeRange.ALL));
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      ResolvedSelection found = ResolvedSelection.of(snapshot, tenant, range, hints, maxWindow);
      List<SeriesSource> sources = new ArrayList<>(found.windows(snapshot));
      snapshot
          .sources(tenant, snapshot.imports(tenant), range)
          .forEach(source -> sources.add(found.samplesOf(source)));
      return new MergedSeriesSource(sources).select(tenant, matchers, range, hints);
    }
  }
}
