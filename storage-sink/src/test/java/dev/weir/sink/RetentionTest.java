package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
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
            store, Duration.ofDays(15), clock, new SinkMetrics(new PrometheusRegistry(), clock))
        .run(new BlockCatalog(store, new BlockCache(1 << 20)).refresh())
        .size();
  }

  private List<String> names() {
    return store.list("").stream().map(StoredBlock::name).toList();
  }

  private static String link(long offset) {
    return new BlockName.Chain("weir.samples", 3, offset).path();
  }

  @Test
  void deletesWhatIsTooOldButNeverTheEndOfAChain() throws IOException {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
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
    assertEquals(3, chain.end("weir.samples", 3).orElseThrow().offset());
  }

  @Test
  void oldSamplesThatCameLateStayUntilWhatIsBeforeThemGoes() {
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    for (Duration age : List.of(Duration.ZERO, Duration.ofDays(14), Duration.ZERO)) {
      publish(chain, clock.instant().minus(age).toEpochMilli());
    }
    clock.advance(Duration.ofDays(2));
    // The second is past retention; deleted now it would leave a hole in the chain.
    assertEquals(0, run());
    clock.advance(Duration.ofDays(14));
    assertEquals(2, run());
    assertEquals(List.of(link(20)), names());
  }

  /// A link of ten records with one sample.
  private void publish(ChainPublisher chain, long timestampMillis) {
    long first = chain.end("weir.samples", 3).map(ChainPublisher.End::offset).orElse(0L);
    PartitionHead head = new PartitionHead(first);
    Layout layout = SampleLog.layout(Tenant.DEFAULT, 1, 1);
    Row row = SampleLog.row(layout, timestampMillis, 1);
    head.append(first, SampleLog.group(Tenant.DEFAULT, 1), layout, List.of(row), 0);
    head.advance(first + 10, clock.millis());
    chain.append("weir.samples", 3, head.freeze(first, first + 10), List.of());
  }

  @Test
  void whatWasImportedGoesWhenItIsOldEnough() {
    Path file = directory.resolve("import.block");
    SeriesMeta up = new SeriesMeta(Labels.of("__name__", "up"), MetricType.GAUGE);
    try (BlockWriter block =
        new BlockWriter(
            file,
            BlockWriter.Description.imported(List.of(), clock.millis()),
            BlockWriter.Options.SMALL)) {
      block.add(
          new GroupKey(PartitionKey.of(Tenant.DEFAULT, up.labels()), "", Slice.WHOLE),
          List.of(up),
          new GroupSamples(
              new long[] {clock.millis()},
              List.of(GroupSamples.Column.ofValues(new double[] {1}))));
      block.finish();
    }
    BlockName name = new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), 0);
    store.publish(name.path(), file);
    clock.advance(Duration.ofDays(15));
    assertEquals(0, run());
    assertEquals(List.of(name.path()), names());
    clock.advance(Duration.ofMillis(1));
    assertEquals(1, run());
    assertEquals(List.of(), names());
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
