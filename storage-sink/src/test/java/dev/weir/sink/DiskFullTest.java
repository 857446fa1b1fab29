package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.model.WeirException;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A sink whose disk is full: it says so, goes on reading and serving, and writes again when there
/// is space.
class DiskFullTest extends SinkFixture {
  private Path mounted = Path.of("");

  /// A store without space, until it gets some.
  private static final class FullStore implements ForwardingBlockStore {
    private final BlockStore store;
    private volatile boolean full = true;

    FullStore(BlockStore store) {
      this.store = store;
    }

    @Override
    public boolean publish(String name, Path file) {
      if (full) {
        throw new WeirException.Unavailable(name + " cannot be written: No space left on device");
      }
      return store.publish(name, file);
    }

    @Override
    public BlockStore store() {
      return store;
    }
  }

  private interface Space {
    void give() throws IOException;
  }

  private void servesAllAndWritesAgain(BlockStore store, Space space) throws IOException {
    PrometheusRegistry metrics = new PrometheusRegistry();
    Sink sink = startWithoutWaiting("sink-1", settings(AT_ONCE, NO_TIME, false), store, metrics);
    for (int i = 0; i < 20; i++) {
      scrape(i % 4, 3, i);
    }
    Await.until(
        () -> count(metrics, "weir_sink_flush_failures") >= 2,
        DEADLINE,
        () -> "both partitions to fail to write");
    for (int i = 0; i < 20; i++) {
      scrape(i % 4, 3, i);
    }
    awaitAllProduced(sink);
    assertTrue(sink.isReady());
    assertEquals(0, chainEnds().stream().mapToLong(PartitionOffset::offset).sum());
    space.give();
    Await.until(
        () -> chainEnds().stream().mapToLong(PartitionOffset::offset).sum() == 40,
        DEADLINE,
        () -> "all records in blocks: " + chainEnds());
    awaitAllProduced(sink);
  }

  @Test
  void aStoreWithoutSpaceStopsWritingAndNothingElse() throws IOException {
    FullStore store = new FullStore(store());
    servesAllAndWritesAgain(store, () -> store.full = false);
  }

  @Test
  void aDiskWithoutSpaceStopsWritingAndNothingElse() throws Exception {
    mounted = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", mounted.toString()),
        "mounting a small disk needs root");
    // Where the fixture looks for blocks, and where the sink writes them first.
    Files.createDirectory(mounted.resolve("blocks"));
    Files.createDirectory(mounted.resolve("work-sink-1"));
    Files.createSymbolicLink(directory.resolve("blocks"), mounted.resolve("blocks"));
    Files.createSymbolicLink(directory.resolve("work-sink-1"), mounted.resolve("work-sink-1"));
    BlockStore store = store();
    Path filler = mounted.resolve("filler");
    fill(filler);
    servesAllAndWritesAgain(store, () -> Files.delete(filler));
    assertEquals(List.of(), filesIn(mounted.resolve("work-sink-1")), "nothing unfinished is left");
    assertEquals(List.of(), filesIn(mounted.resolve("blocks").resolve(".staging")));
  }

  private static void fill(Path file) throws IOException {
    byte[] bytes = new byte[4096];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < 1_000; i++) {
        out.write(bytes);
      }
      throw new AssertionError("the disk took 4 MB");
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space left"), e::toString);
    }
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private static boolean run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return false;
    }
    return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  @AfterEach
  void unmount() throws Exception {
    sinks.forEach(Sink::close);
    if (!mounted.toString().isEmpty()) {
      run("umount", mounted.toString());
    }
  }
}
