package dev.weir.benchmarks.storage;

import dev.weir.benchmarks.query.RecordedInstances;
import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockContents;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.store.BlockFile;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How many bytes does a sample take on disk, index included, and how fast is it written and read?
/// Recorded exporters made into 52 instances, about 25,650 series, 6 h at 15 s, go through heads
/// into links of five minutes, and through compaction into the largest blocks that there are. Then,
/// where this machine has them, Prometheus and VictoriaMetrics take the same samples by remote
/// write.
///
/// ```
/// benchmarks/run storage RECORDINGS [alone]
/// ```
///
/// *alone* leaves the peers out. Sizes are exact however busy the machine is; rates are by the CPU
/// time of one thread, and count only beside others of the same run.
public final class StorageTable {
  private static final Duration SPAN = Duration.ofHours(6);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Duration LINK = Duration.ofMinutes(5);

  /// What VictoriaMetrics takes is to be multiplied with.
  private static final double GOAL = 0.67;

  private static final int DECODING_ROUNDS = 5;
  private static final long CACHE_BYTES = 1L << 30;

  private StorageTable() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    boolean alone = arguments.length == 2 && arguments[1].equals("alone");
    if (arguments.length < 1 || arguments.length > 2 || (arguments.length == 2 && !alone)) {
      throw new IllegalArgumentException(
          "give: directory with rec_node.txt.gz and rec_prom.txt.gz, and \"alone\" to leave out"
              + " Prometheus and VictoriaMetrics");
    }
    Path directory = Files.createTempDirectory("weir-storage");
    long end = Instant.now().toEpochMilli() / SPAN.toMillis() * SPAN.toMillis();
    List<Instance> instances = RecordedInstances.compared(Path.of(arguments[0]));
    RecordedPipeline pipeline = new RecordedPipeline(instances, directory.resolve("weir"));
    int scrapes = (int) SPAN.dividedBy(INTERVAL);
    pipeline.link(0, scrapes, (int) LINK.dividedBy(INTERVAL), end - SPAN.toMillis(), INTERVAL);
    // Only what comes later says that the last span is over.
    pipeline.link(scrapes, scrapes + 1, 1, end - SPAN.toMillis(), INTERVAL);
    pipeline.compact(CompactionPolicy.DEFAULT);
    System.out.printf(
        "%d instances, %d series, %,d samples%n",
        instances.size(),
        instances.stream().mapToInt(instance -> instance.series().size()).sum(),
        pipeline.levels().getFirst().samples());
    for (RecordedPipeline.Level level : pipeline.levels()) {
      System.out.printf(
          "level %d: %.4f bytes a sample in %d blocks of %,d bytes together%n",
          level.level(), level.bytesPerSample(), level.blocks(), level.bytes());
    }
    List<BlockReader> blocks = pipeline.compacted();
    long samples = blocks.stream().mapToLong(block -> block.meta().samples()).sum();
    double size = (double) blocks.stream().mapToLong(BlockReader::sizeBytes).sum() / samples;
    System.out.printf("in the end: %.4f bytes a sample in %d blocks%n", size, blocks.size());
    printParts(blocks, samples);
    System.out.printf(
        "links: %.1f M samples/s; compaction, reading back included: %.1f M samples/s%n",
        pipeline.linkRate() / 1e6, pipeline.compactionRate() / 1e6);
    printDecoding(pipeline, blocks);
    if (!alone) {
      Map<String, Long> peers =
          PeerSizes.measure(instances, directory.resolve("peers"), end, SPAN, INTERVAL);
      peers.forEach((name, bytes) ->
          System.out.printf(
              "%s: %.4f bytes a sample; ratio %.2f%s%n",
              name,
              (double) bytes / samples,
              size * samples / bytes,
              name.equals("victoria-metrics") ? ", goal %.2f".formatted(GOAL) : ""));
    }
  }

  private static void printParts(List<BlockReader> blocks, long samples) {
    Map<String, long[]> parts = new LinkedHashMap<>();
    for (BlockReader block : blocks) {
      for (BlockContents.SectionContents section : BlockContents.of(block).sections()) {
        for (BlockContents.Part part : section.parts()) {
          long[] sums = parts.computeIfAbsent(part.kind(), _ -> new long[3]);
          sums[0] += part.frames();
          sums[1] += part.storedBytes();
          sums[2] += part.rawBytes();
        }
      }
    }
    parts.forEach((kind, sums) ->
        System.out.printf(
            "  %-16s %.5f bytes a sample, %,11d bytes in %d frames (%,d before compression)%n",
            kind, (double) sums[1] / samples, sums[1], sums[0], sums[2]));
  }

  /// Decodes all values on this thread, group after group: with nothing in the cache, so that files
  /// are read and frames decompressed once, and again with all of it there.
  private static void printDecoding(RecordedPipeline pipeline, List<BlockReader> blocks) {
    double cold = 0;
    double warm = 0;
    for (int round = 0; round < DECODING_ROUNDS; round++) {
      BlockCache cache = new BlockCache(CACHE_BYTES);
      List<BlockReader> opened =
          blocks.stream()
              .map(block -> BlockReader.open(BlockFile.of(pipeline.fileOf(block)), cache))
              .toList();
      cold = Math.max(cold, decodingRate(opened));
      warm = Math.max(warm, decodingRate(opened));
    }
    System.out.printf(
        "decoding: %.0f M values/s from disk, %.0f M values/s from decompressed frames%n",
        cold / 1e6, warm / 1e6);
  }

  private static double decodingRate(List<BlockReader> blocks) {
    double begun = CpuTime.seconds();
    long values = 0;
    for (BlockReader block : blocks) {
      try (GroupCursor cursor =
          new BlockSeriesSource(block)
              .select(RecordedPipeline.TENANT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
        for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
          GroupColumns columns = group.columns();
          for (int i = 0; i < group.series().size(); i++) {
            values += columns.column(i).values().length;
          }
        }
      }
    }
    return values / (CpuTime.seconds() - begun);
  }
}
