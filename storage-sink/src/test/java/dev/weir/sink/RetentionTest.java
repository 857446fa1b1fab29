package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Tenant;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final SampleLog log = new SampleLog(clock, 0);

  @TempDir private Path directory = Path.of("");

  private int run() {
    return new Retention(
            store,
            new BlockCache(1 << 20),
            Duration.ofDays(15),
            clock,
            new SinkMetrics(new PrometheusRegistry()))
        .run();
  }

  private List<String> names() {
    return store.list("").stream().map(StoredBlock::name).toList();
  }

  private static String link(long offset) {
    return new BlockName.Chain("weir.samples", 3, offset).path();
  }

  @Test
  void deletesWhatIsTooOldButNeverTheEndOfAChain() throws IOException {
    BlockChain chain = new BlockChain(store, new BlockCache(0), directory.resolve("work"), clock);
    Owner owner = new Owner(chain, log, clock);
    for (int day = 0; day < 3; day++) {
      log.scrape(1, 2, day);
      owner.readAll();
      owner.flush();
      clock.advance(Duration.ofDays(1));
    }
    Path other = directory.resolve("notes.txt");
    Files.writeString(other, "not a block");
    store.publish("chain/notes.txt", other);
    assertEquals(0, run());
    clock.advance(Duration.ofDays(12).plusMillis(1));
    assertEquals(1, run());
    assertEquals(List.of("chain/notes.txt", link(1), link(2)), names());
    clock.advance(Duration.ofDays(100));
    assertEquals(1, run());
    assertEquals(List.of("chain/notes.txt", link(2)), names());
    assertEquals(3, chain.end(SampleLog.PARTITION).orElseThrow().offset());
  }

  @Test
  void leavesADamagedBlockToPeople() throws IOException {
    Path damaged = directory.resolve("damaged.block");
    Files.write(damaged, new byte[100]);
    store.publish(new BlockName.Compacted(Tenant.DEFAULT, "weir.samples", 3, 1, 0).path(), damaged);
    store.publish(link(0), damaged);
    store.publish(link(9), damaged);
    clock.advance(Duration.ofDays(1_000));
    assertEquals(0, run());
    assertEquals(3, names().size());
  }
}
