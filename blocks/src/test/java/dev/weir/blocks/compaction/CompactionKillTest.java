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
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that writes, merges and deletes blocks and is killed by SIGKILL at any moment, again
/// and again: what is on disk is whole, and every sample that was published is there once.
class CompactionKillTest {
  private static final String TOPIC = "weir.samples";
  private static final Tenant TENANT = new Tenant("team-a");
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int ROUNDS = 6;
  private static final long SEED = System.nanoTime();

  @TempDir private Path directory = Path.of("");
  private final List<Process> started = new ArrayList<>();

  /// The process that is killed.
  static final class Victim {
    private final LocalBlockStore store;
    private final BlockCatalog catalog;
    private final Path work;

    private Victim(Path directory) {
      store = new LocalBlockStore(directory.resolve("blocks"));
      catalog = new BlockCatalog(store, new BlockCache(1 << 20));
      work = directory.resolve("work");
    }

    /// @param arguments the directory of the test
    public static void main(String[] arguments) throws IOException {
      new Victim(Path.of(arguments[0])).run();
    }

    private void run() throws IOException {
      Compactor compactor =
          new Compactor(store, work, BlockWriter.Options.COMPACTED, InstantSource.system());
      SupersededBlocks superseded =
          new SupersededBlocks(store, Duration.ZERO, InstantSource.system());
      CompactionPolicy policy =
          new CompactionPolicy(
              3, 5, 1L << 30, List.of(Duration.ofMinutes(1), Duration.ofMinutes(4)));
      while (true) {
        publish(catalog.refresh().chain(TOPIC, 0).endOffset().orElse(0));
        CompactionTask.plan(catalog.refresh(), policy, _ -> true).forEach(compactor::run);
        superseded.sweep(catalog.refresh());
      }
    }

    private void publish(long offset) throws IOException {
      Path file = work.resolve("link-" + UUID.randomUUID());
      try (BlockWriter writer =
          new BlockWriter(
              file,
              BlockWriter.Description.link(new OffsetRange(TOPIC, 0, offset, offset + 10), 0),
              BlockWriter.Options.SMALL)) {
        BlockFixture.addAll(GroupRow.of(TENANT, samples(offset / 10)), writer);
        writer.finish();
      }
      store.publish(new BlockName.Chain(TOPIC, 0, offset).path(), file);
      Files.delete(file);
    }
  }

  private static Labels series(int number) {
    return Labels.of("__name__", "node_cpu_seconds_total", "cpu", Integer.toString(number));
  }

  private static List<Sample> samples(long link) {
    List<Sample> samples = new ArrayList<>();
    for (int series = 0; series < 50; series++) {
      samples.add(Sample.of(series(series), link * 15_000, link * 100.0 + series));
    }
    return samples;
  }

  private static Map<String, Double> expected(long links) {
    Map<String, Double> expected = new TreeMap<>();
    for (long link = 0; link < links; link++) {
      for (int series = 0; series < 50; series++) {
        expected.put(series(series) + " " + link * 15_000, link * 100.0 + series);
      }
    }
    return expected;
  }

  private Path output() {
    return directory.resolve("output");
  }

  private Process start() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(output().toFile()))
            .start();
    started.add(process);
    return process;
  }

  private BlockSnapshot listed() {
    return new BlockCatalog(
            new LocalBlockStore(directory.resolve("blocks")), new BlockCache(1 << 20))
        .refresh();
  }

  private static long end(BlockSnapshot blocks) {
    return blocks.chain(TOPIC, 0).endOffset().orElse(0);
  }

  @Test
  void whatIsOnDiskIsWholeWheneverTheProcessIsKilled() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      long before = end(listed());
      Process process = start();
      Await.until(
          () -> !process.isAlive() || end(listed()) >= before + 60,
          DEADLINE,
          () -> "blocks to be written and merged: " + listed().blocks());
      // Not a wait for anything: the moment of the kill is random.
      boolean ended = process.waitFor(random.nextInt(300), TimeUnit.MILLISECONDS);
      assertTrue(!ended && process.isAlive(), () -> "the process ended by itself: " + printed());
      process.destroyForcibly().waitFor();
      check("seed %d, round %d".formatted(SEED, round));
    }
    new Compactor(
        new LocalBlockStore(directory.resolve("blocks")),
        directory.resolve("work"),
        BlockWriter.Options.COMPACTED,
        InstantSource.system());
    try (var left = Files.list(directory.resolve("work"))) {
      assertEquals(
          List.of(),
          left.filter(file -> !file.getFileName().toString().startsWith("link")).toList(),
          "what is unfinished is removed at the next start");
    }
  }

  private String printed() {
    try {
      return Files.readString(output());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void check(String which) {
    BlockSnapshot blocks = listed();
    BlockChain chain = blocks.chain(TOPIC, 0);
    assertEquals(List.of(), chain.problems(), which);
    assertEquals(List.of(), blocks.missing(TENANT), which);
    assertTrue(blocks.blocks().stream().anyMatch(block -> block.meta().level() > 0), which);
    for (BlockReader block : blocks.blocks()) {
      assertEquals(List.of(), block.verify(), which);
    }
    assertEquals(expected(end(blocks) / 10), StoredSamples.of(blocks, TENANT), which);
  }

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
  }
}
