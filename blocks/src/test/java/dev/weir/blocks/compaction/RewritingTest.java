package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewritingTest {
  private static final String TOPIC = "weir.samples";
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");
  private static final Labels LOAD =
      Labels.of("__name__", "node_load1", "job", "node", "instance", "a");
  private static final Labels INFO =
      Labels.of("__name__", "build_info", "job", "node", "instance", "a", "version", "2");

  @TempDir Path directory;
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");

  private void publish(LocalBlockStore store, long offset, List<GroupRow> rows) {
    Path file = directory.resolve("link-" + offset);
    OffsetRange covers = new OffsetRange(TOPIC, 0, offset, offset + 10);
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(covers, clock.millis()),
            BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(rows, writer);
      writer.finish();
    }
    assertTrue(store.publish(new BlockName.Chain(TOPIC, 0, offset).path(), file));
  }

  /// A pod restarts under its name at another address: some series move to a group that has others.
  @Test
  void seriesThatMovedBetweenGroupsAreWrittenAnew() {
    LocalBlockStore store = new LocalBlockStore(directory.resolve("blocks"), clock);
    publish(
        store,
        0,
        GroupRow.of(
            Tenant.DEFAULT,
            "first",
            List.of(Sample.of(UP, 15_000, 1), Sample.of(LOAD, 15_000, 2))));
    publish(
        store,
        10,
        GroupRow.of(
            Tenant.DEFAULT,
            "second",
            List.of(Sample.of(UP, 30_000, 1), Sample.of(INFO, 30_000, 1))));
    BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    Compactor compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
    for (CompactionTask task :
        CompactionTask.plan(catalog.refresh(), new CompactionPolicy(2, 100, 1L << 30), _ -> true)) {
      assertTrue(compactor.run(task).published());
    }
    Map<String, Double> before = StoredSamples.of(catalog.refresh(), Tenant.DEFAULT);
    List<BlockReader> sources = new ArrayList<>(catalog.current().blocks(Tenant.DEFAULT));
    assertEquals(4, before.size());

    Path file = directory.resolve("anew");
    Rewriting.write(
        file,
        Tenant.DEFAULT,
        sources,
        Deletions.NONE,
        BlockWriter.Description.imported(List.of("test"), clock.millis()),
        BlockWriter.Options.COMPACTED);
    BlockReader anew = BlockReader.open(BlockFile.of(file), new BlockCache(1 << 20));
    assertEquals(List.of(), anew.verify());
    assertEquals(before, StoredSamples.of(new BlockSeriesSource(anew), Tenant.DEFAULT));
  }

  @Test
  void seriesThatMovedAfterADeletionAreWrittenIntoALink() {
    LocalBlockStore store = new LocalBlockStore(directory.resolve("blocks"), clock);
    PartitionHead head = new PartitionHead(0);
    List<GroupRow> rows = new ArrayList<>();
    rows.addAll(
        GroupRow.of(
            Tenant.DEFAULT,
            "first",
            List.of(Sample.of(UP, 15_000, 1), Sample.of(LOAD, 15_000, 2))));
    rows.addAll(
        GroupRow.of(
            Tenant.DEFAULT,
            "second",
            List.of(Sample.of(UP, 30_000, 1), Sample.of(INFO, 30_000, 1))));
    for (int offset = 0; offset < rows.size(); offset++) {
      GroupRow row = rows.get(offset);
      head.append(offset, row.group(), row.layout(), List.of(row.row()), 0);
    }
    head.advance(rows.size(), 0);
    new DeletionLog(store)
        .publish(
            new Deletion(
                new DeletionName(Tenant.DEFAULT, clock.millis(), 1),
                List.of(List.of(Matcher.equal("__name__", "node_load1"))),
                TimeRange.ALL,
                List.of(new Deletion.Cut(TOPIC, 0, 1)),
                List.of()));
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);

    assertInstanceOf(
        ChainPublisher.Published.Won.class,
        chain.append(TOPIC, 0, head.freeze(0, rows.size()), List.of()));

    BlockCatalog catalog = new BlockCatalog(store, new BlockCache(0));
    assertEquals(
        Map.of(UP + " 15000", 1.0, UP + " 30000", 1.0, INFO + " 30000", 1.0),
        StoredSamples.of(catalog.refresh(), Tenant.DEFAULT));
  }
}
