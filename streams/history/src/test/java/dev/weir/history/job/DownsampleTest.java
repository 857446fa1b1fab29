package dev.weir.history.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.Resolution;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.history.downsample.DownsamplePlan;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownsampleTest {
  private static final long START = Resolution.FIVE_MINUTES.slice(20_000).startMillis() - 1;
  private static final int DAYS = 3;

  @TempDir private Path directory;

  /// Three days of eight targets, a scrape a minute.
  private void writeDays() throws IOException {
    MemorySeriesSource samples = new MemorySeriesSource();
    for (int minute = 1; minute <= DAYS * 1440; minute++) {
      for (int target = 0; target < 8; target++) {
        Labels labels =
            Labels.of("__name__", "requests_total", "instance", "host-" + target, "job", "api");
        GroupRow.of(
                Tenant.DEFAULT,
                List.of(Sample.of(labels, START + minute * 60_000L - target, minute * target)))
            .forEach(samples::append);
      }
    }
    Path file = directory.resolve("block");
    try (BlockWriter writer =
            new BlockWriter(
                file, BlockWriter.Description.imported(List.of(), 0), BlockWriter.Options.SMALL);
        GroupCursor cursor =
            samples.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        writer.add(group.key(), group.series(), group.read());
      }
      writer.finish();
    }
    store().publish(new BlockName.Imported(Tenant.DEFAULT, "b".repeat(32), 0).path(), file);
  }

  private LocalBlockStore store() {
    return new LocalBlockStore(directory.resolve("blocks"));
  }

  private BlockSnapshot snapshot() {
    return new BlockCatalog(store(), new BlockCache(1 << 20)).refresh();
  }

  private DownsamplePlan plan(HistoryStore store) {
    return DownsamplePlan.of(
        store, snapshot(), Tenant.DEFAULT, List.of(Resolution.FIVE_MINUTES), TimeRange.ALL, 3);
  }

  private List<String> downsampled() {
    return store().list(BlockName.DOWNSAMPLED_PREFIX).stream().map(StoredBlock::name).toList();
  }

  @Test
  void aJobThatBreaksOffGoesOnAndASecondOneDoesNothing() throws IOException {
    writeDays();
    DirectoryStore store = new DirectoryStore(directory.resolve("blocks").toString());
    FlinkTarget target = new FlinkTarget.Embedded(2);
    assertThrows(
        WeirException.Unavailable.class,
        () ->
            Downsample.run(
                plan(new BreakingStore(directory.resolve("blocks").toString())),
                target,
                (_, _) -> {}));
    List<String> before = downsampled();
    assertEquals(BreakingStore.PUBLISHED, before.size(), "%s".formatted(before));
    List<Long> progress = new ArrayList<>();
    DownsamplePlan rest = plan(store);
    // Three slices of three shards; a slice whose shards are all there already is not planned.
    assertTrue(rest.shardCount() >= 9 - BreakingStore.PUBLISHED, "planned " + rest.shardCount());
    Downsample done = Downsample.run(rest, target, (at, _) -> progress.add(at));
    assertEquals(9 - before.size(), done.blocks());
    assertEquals((long) rest.shardCount(), progress.getLast());
    assertTrue(downsampled().containsAll(before), "what was there went");
    assertEquals(9, downsampled().size());
    assertEquals(DAYS, snapshot().downsampled(Tenant.DEFAULT).of(Resolution.FIVE_MINUTES).size());
    snapshot().blocks().forEach(block -> assertEquals(List.of(), block.verify(), block.name()));
    DownsamplePlan again = plan(store);
    assertEquals(DAYS, again.present());
    assertEquals(0, Downsample.run(again, target, (_, _) -> {}).blocks());
    assertEquals(9, downsampled().size());
  }

  /// A store that fails after some publications, as if the process were killed then.
  private record BreakingStore(String path) implements HistoryStore {
    static final int PUBLISHED = 4;

    private static final AtomicInteger published = new AtomicInteger();

    @Override
    public Opened open() {
      return Opened.of(new Breaking(new LocalBlockStore(Path.of(path))));
    }

    @Override
    public Path workDirectory() {
      return Path.of(path).resolveSibling("work");
    }

    private record Breaking(BlockStore store) implements ForwardingBlockStore {
      @Override
      public boolean publish(String name, Path file) {
        if (published.incrementAndGet() > PUBLISHED) {
          throw new WeirException.Unavailable("the store has gone");
        }
        return store.publish(name, file);
      }
    }
  }
}
