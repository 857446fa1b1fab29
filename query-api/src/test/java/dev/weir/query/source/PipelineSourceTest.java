package dev.weir.query.source;

import static dev.weir.blocks.node.NodeStatus.PartitionState.LEAVING;
import static dev.weir.blocks.node.NodeStatus.PartitionState.OWNED;
import static dev.weir.query.source.PipelineFixture.LOAD;
import static dev.weir.query.source.PipelineFixture.UP;
import static dev.weir.query.source.PipelineFixture.having;
import static dev.weir.query.source.PipelineFixture.names;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins storage nodes and says what is missing. That blocks and nodes join by offset is shown by
/// the scripts that run over real blocks, and end to end.
class PipelineSourceTest {
  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void whileTheStoreHasNotAnsweredNodesDo() {
    fixture.catalog = new BlockCatalog(fixture.store, new BlockCache(0));
    fixture.store.down = true;
    List<PartitionOffset> asked = new ArrayList<>();
    fixture.nodes.put(
        "sink-0",
        new StorageNode() {
          @Override
          public NodeStatus status() {
            return new NodeStatus(
                "sink-0",
                List.of(
                    new PartitionStatus(Topics.SAMPLES, 0, OWNED, 70, 90, 80, Long.MIN_VALUE, ""),
                    new PartitionStatus(
                        Topics.SAMPLES, 1, OWNED, 700, 900, 800, Long.MIN_VALUE, "")));
          }

          @Override
          public SeriesSource from(List<PartitionOffset> offsets) {
            asked.addAll(offsets);
            return having(UP, 1);
          }
        });

    PipelineSource pipeline = fixture.pipeline();
    Listing<String> names = names(pipeline);

    assertEquals(List.of("up"), names.items());
    assertEquals(0, names.completeness().completeToMillis());
    assertEquals(
        List.of(
            "blocks are missing: their store has not answered since this process started, and is"
                + " asked again"),
        names.completeness().warnings());
    assertEquals(
        List.of(
            new PartitionOffset(Topics.SAMPLES, 0, 70),
            new PartitionOffset(Topics.SAMPLES, 1, 700)),
        asked);
    assertEquals(0, fixture.store.listings);
    fixture.store.down = false;
    fixture.catalog.refresh();
    assertEquals(List.of(), names(pipeline).completeness().warnings());
  }

  @Test
  void asksTheOwnerOfEveryPartition() {
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("node_load1", "up"), names.items());
    assertEquals(List.of(), names.completeness().warnings());
  }

  @ParameterizedTest
  @CsvSource({"0,node_load1", "19,node_load1", "20,up", "21,up"})
  void asksWhoeverLeavesUntilItsSuccessorHasCaughtUp(long reached, String expected) {
    fixture.serve("leaving", 0, LEAVING, 20, having(LOAD, 0.5));
    fixture.serve("owner", 0, OWNED, reached, having(UP, 1));
    fixture.serve("other", 1, OWNED, 10, MemorySeriesSource.of(List.of()));

    assertEquals(List.of(expected), names(fixture.pipeline()).items());
  }

  @Test
  void aPartitionThatNobodyServesIsAWarning() {
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("up"), names.items());
    assertEquals(0, names.completeness().completeToMillis());
    assertEquals(
        List.of("weir.samples/1: recent samples are missing: no storage node serves it"),
        names.completeness().warnings());
  }

  @Test
  void blocksAreCompleteNoLaterThanTheyWereWritten(@TempDir Path folder) {
    // A link with a sample from the future, and one that is a hole.
    LocalBlockStore blocks = new LocalBlockStore(folder.resolve("blocks"));
    publish(
        blocks, folder, 0, 100_000, List.of(Sample.of(UP, 60_000, 1), Sample.of(UP, 700_000, 1)));
    publish(blocks, folder, 1, 200_000, List.of());
    fixture.catalog = new BlockCatalog(blocks, new BlockCache(1 << 20));
    fixture.catalog.refresh();
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(fixture.pipeline());

    assertEquals(100_000, names.completeness().completeToMillis());
    assertEquals(
        List.of("weir.samples/0: recent samples are missing: no storage node serves it"),
        names.completeness().warnings());
  }

  private static void publish(
      BlockStore blocks, Path folder, long offset, long createdAtMillis, List<Sample> samples) {
    OffsetRange covers = new OffsetRange(Topics.SAMPLES, 0, offset, offset + 1);
    publish(
        blocks,
        folder,
        new BlockName.Chain(Topics.SAMPLES, 0, offset),
        BlockWriter.Description.link(covers, createdAtMillis),
        samples);
  }

  private static void publish(
      BlockStore blocks,
      Path folder,
      BlockName name,
      BlockWriter.Description description,
      List<Sample> samples) {
    Path file = folder.resolve("unpublished.block");
    try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.SMALL)) {
      if (!samples.isEmpty()) {
        try (GroupCursor cursor =
            MemorySeriesSource.of(GroupRow.of(Tenant.DEFAULT, samples))
                .select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
          for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
            writer.add(group.key(), group.series(), group.read());
          }
        }
      }
      writer.finish();
    }
    assertTrue(blocks.publish(name.path(), file));
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A link, rows that a node has, and an import each have a sample of another value.
  @Test
  void whatWasImportedIsSeenWhereWeirHasNothing(@TempDir Path folder) {
    LocalBlockStore blocks = new LocalBlockStore(folder.resolve("blocks"));
    publish(blocks, folder, 0, 0, List.of(Sample.of(UP, 15_000, 1)));
    publish(
        blocks,
        folder,
        new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), 0),
        BlockWriter.Description.imported(List.of(), 0),
        List.of(
            Sample.of(UP, 0, 7),
            Sample.of(UP, 15_000, 7),
            Sample.of(UP, 30_000, 7),
            Sample.of(LOAD, 0, 0.5)));
    fixture.catalog = new BlockCatalog(blocks, new BlockCache(1 << 20));
    fixture.catalog.refresh();
    fixture.serve(
        "sink-0",
        0,
        OWNED,
        10,
        MemorySeriesSource.of(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP, 30_000, 2)))));
    fixture.serve("sink-1", 1, OWNED, 10, MemorySeriesSource.of(List.of()));

    PipelineSource pipeline = fixture.pipeline(2, new MergedSeriesSource.Bounds(1, 100));
    assertEquals(List.of("node_load1", "up"), names(pipeline).items());
    List<Matcher> up = List.of(Matcher.equal(Labels.NAME, "up"));
    try (GroupCursor cursor =
        pipeline.select(Tenant.DEFAULT, up, TimeRange.ALL, SelectHints.NONE)) {
      SeriesGroup group = requireNonNull(cursor.next());
      assertArrayEquals(
          new double[] {7, 1, 2}, group.read().columns().getFirst().values(), "values of up");
      assertNull(cursor.next());
    }
  }

  @Test
  void aBlockThatCannotBeOpenedIsAWarning() {
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));
    fixture.serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));
    String name = new BlockName.Compacted(Tenant.DEFAULT, Topics.SAMPLES, 0, 1, 0).path();
    fixture.store.blocks = List.of(new StoredBlock(name, 10, Instant.EPOCH));
    fixture.catalog.refresh();

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("node_load1", "up"), names.items());
    assertEquals(
        List.of(
            "samples may be missing: %s cannot be opened: the file has 10 bytes, a block at"
                    .formatted(name)
                + " least 48; it was cut short"),
        names.completeness().warnings());
  }

  @Test
  void whoHasNotReportedForLongIsNotAsked() {
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));
    fixture.announce("sink-1", 1);
    PipelineSource pipeline = fixture.pipeline();
    assertTrue(pipeline.isServed());

    fixture.clock.advance(Duration.ofSeconds(31));

    assertFalse(pipeline.isServed());
    Listing<String> names = names(pipeline);
    assertEquals(List.of("up"), names.items());
    assertEquals(
        List.of("weir.samples/1: recent samples are missing: no storage node serves it"),
        names.completeness().warnings());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not a url", "http://[", "sink-1:9090", "ftp://sink-1", "http:///"})
  void whoAnnouncesAnAddressThatIsNoneIsNotAsked(String address) {
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));
    fixture.announce("sink-1", address, 1);

    Listing<String> names = names(fixture.pipeline());

    assertEquals(List.of("up"), names.items());
    assertEquals(
        List.of("weir.samples/1: recent samples are missing: no storage node serves it"),
        names.completeness().warnings());
  }

  @Test
  void aNodeOfThisProcessIsBelievedMoreThanWhatTheTopicSaysOfIt() {
    fixture.announce("sink-0", 0);
    fixture.announce("sink-0", 1);
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));

    PipelineSource pipeline = fixture.pipeline();

    assertFalse(pipeline.isServed());
    assertEquals(
        List.of("weir.samples/1: recent samples are missing: no storage node serves it"),
        names(pipeline).completeness().warnings());
  }

  @Test
  void aSelectorThatFindsTooMuchIsRefusedBeforeAllOfItIsHeld() {
    fixture.serve("sink-0", 0, OWNED, 10, having(UP, 1));
    fixture.serve(
        "sink-1",
        1,
        OWNED,
        10,
        MemorySeriesSource.of(
            GroupRow.of(
                Tenant.DEFAULT, List.of(Sample.of(UP, 60_000, 1), Sample.of(LOAD, 60_000, 0.5)))));

    PipelineSource pipeline = fixture.pipeline();
    WeirException refused =
        assertThrows(
            WeirException.LimitExceeded.class,
            () -> pipeline.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE));

    assertEquals(
        "a selector finds more than 2 series, counted in each block and storage node that has them;"
            + " select fewer series or a shorter range",
        refused.getMessage());
  }
}
