package dev.weir.query.source;

import static dev.weir.blocks.node.NodeStatus.PartitionState.LEAVING;
import static dev.weir.blocks.node.NodeStatus.PartitionState.OWNED;
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
import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.node.RemoteStorageNode;
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
import dev.weir.query.source.NodeDirectory.Partition;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MemberState.ServedPartition;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import dev.weir.testing.MemorySeriesSource;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Joins storage nodes and says what is missing. That blocks and nodes join by offset is shown by
/// the scripts that run over real blocks, and end to end.
class PipelineSourceTest {
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a:9100", "job", "node");
  private static final Labels LOAD = UP.with("__name__", "node_load1");

  private final HeldClock clock = HeldClock.at("2026-01-01T00:00:00Z");
  private final List<MemberState> members = new ArrayList<>();
  private final Map<String, StorageNode> nodes = new HashMap<>();
  private final CountingStore store = new CountingStore();
  private BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));
  private final PrometheusRegistry metrics = new PrometheusRegistry();
  private final AtomicLong nanos = new AtomicLong();

  private PipelineSource pipeline() {
    return pipeline(2);
  }

  private PipelineSource pipeline(long maxSeries) {
    NodeDirectory directory =
        new NodeDirectory(
            () -> members, nodes, PipelineSourceTest::unreachable, Duration.ofSeconds(30), clock);
    return new PipelineSource(
        catalog,
        directory,
        List.of(new Partition(Topics.SAMPLES, 0), new Partition(Topics.SAMPLES, 1)),
        Runnable::run,
        new MergedSeriesSource.Bounds(1, maxSeries),
        new NodeFailures(metrics),
        new Relisting(catalog, nanos::get));
  }

  /// A node of another process, which does not answer.
  private static StorageNode unreachable(URI address) {
    return new RemoteStorageNode(
        address.toString(),
        NodeLimits.DEFAULT,
        _ -> {
          throw new ConnectException("nobody listens at " + address);
        });
  }

  /// A node of this process.
  private void serve(
      String member, int partition, PartitionState state, long reached, SeriesSource source) {
    nodes.put(member, new FakeNode(status(member, partition, state, reached), source));
  }

  private static NodeStatus status(
      String member, int partition, PartitionState state, long reached) {
    return new NodeStatus(
        member,
        List.of(
            new PartitionStatus(
                Topics.SAMPLES, partition, state, 0, reached, 0, Long.MIN_VALUE, "")));
  }

  /// A node of another process.
  private void announce(String member, int partition) {
    announce(member, "http://localhost:1", partition);
  }

  private void announce(String member, String address, int partition) {
    announce(member, address, partition, true, 10);
  }

  private void announce(String member, String address, int partition, boolean owned, long reached) {
    members.add(
        new MemberState(
            MemberState.Role.SINK,
            member,
            address,
            "0.1.0",
            Instant.EPOCH,
            clock.instant(),
            MemberState.Phase.SERVING,
            List.of(
                new ServedPartition(
                    Topics.SAMPLES, partition, owned, 0, reached, 0, OptionalLong.empty()))));
  }

  private static SeriesSource having(Labels labels, double value) {
    return MemorySeriesSource.of(
        GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(labels, 60_000, value))));
  }

  private static Listing<String> names(SeriesSource source) {
    return source.labelValues(Tenant.DEFAULT, Labels.NAME, List.of(), TimeRange.ALL, 0);
  }

  @BeforeEach
  void listTheStore() {
    catalog.refresh();
    store.listings = 0;
  }

  @Test
  void whileTheStoreHasNotAnsweredNodesDo() {
    catalog = new BlockCatalog(store, new BlockCache(0));
    store.down = true;
    List<PartitionOffset> asked = new ArrayList<>();
    nodes.put(
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

    PipelineSource pipeline = pipeline();
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
    assertEquals(0, store.listings);
    store.down = false;
    catalog.refresh();
    assertEquals(List.of(), names(pipeline).completeness().warnings());
  }

  @Test
  void asksTheOwnerOfEveryPartition() {
    serve("sink-0", 0, OWNED, 10, having(UP, 1));
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(pipeline());

    assertEquals(List.of("node_load1", "up"), names.items());
    assertEquals(List.of(), names.completeness().warnings());
  }

  @ParameterizedTest
  @CsvSource({"0,node_load1", "19,node_load1", "20,up", "21,up"})
  void asksWhoeverLeavesUntilItsSuccessorHasCaughtUp(long reached, String expected) {
    serve("leaving", 0, LEAVING, 20, having(LOAD, 0.5));
    serve("owner", 0, OWNED, reached, having(UP, 1));
    serve("other", 1, OWNED, 10, MemorySeriesSource.of(List.of()));

    assertEquals(List.of(expected), names(pipeline()).items());
  }

  @Test
  void asksANodeElsewhereThatIsAheadOfTheOwnerHere() {
    announce("sink-0", "http://localhost:1", 0, false, 20);
    serve("owner", 0, OWNED, 19, having(UP, 1));
    serve("other", 1, OWNED, 10, MemorySeriesSource.of(List.of()));

    NodeDirectory directory =
        new NodeDirectory(
            () -> members, nodes, PipelineSourceTest::unreachable, Duration.ofSeconds(30), clock);

    Partition partition = new Partition(Topics.SAMPLES, 0);
    assertEquals("sink-0", requireNonNull(directory.nodes().get(partition)).member());
    clock.advance(Duration.ofSeconds(30));
    assertEquals("owner", requireNonNull(directory.nodes().get(partition)).member());
  }

  @Test
  void aPartitionThatNobodyServesIsAWarning() {
    serve("sink-0", 0, OWNED, 10, having(UP, 1));

    Listing<String> names = names(pipeline());

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
    catalog = new BlockCatalog(blocks, new BlockCache(1 << 20));
    catalog.refresh();
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(pipeline());

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
    catalog = new BlockCatalog(blocks, new BlockCache(1 << 20));
    catalog.refresh();
    serve(
        "sink-0",
        0,
        OWNED,
        10,
        MemorySeriesSource.of(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP, 30_000, 2)))));
    serve("sink-1", 1, OWNED, 10, MemorySeriesSource.of(List.of()));

    PipelineSource pipeline = pipeline(100);
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
    serve("sink-0", 0, OWNED, 10, having(UP, 1));
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));
    String name = new BlockName.Compacted(Tenant.DEFAULT, Topics.SAMPLES, 0, 1, 0).path();
    store.blocks = List.of(new StoredBlock(name, 10, Instant.EPOCH));
    catalog.refresh();

    Listing<String> names = names(pipeline());

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
    serve("sink-0", 0, OWNED, 10, having(UP, 1));
    announce("sink-1", 1);
    PipelineSource pipeline = pipeline();
    assertTrue(pipeline.isServed());

    clock.advance(Duration.ofSeconds(31));

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
    serve("sink-0", 0, OWNED, 10, having(UP, 1));
    announce("sink-1", address, 1);

    Listing<String> names = names(pipeline());

    assertEquals(List.of("up"), names.items());
    assertEquals(
        List.of("weir.samples/1: recent samples are missing: no storage node serves it"),
        names.completeness().warnings());
  }

  @Test
  void addressesThatNobodyAnnouncesAnyMoreAreForgotten() {
    List<URI> reached = new ArrayList<>();
    NodeDirectory directory =
        new NodeDirectory(
            () -> members,
            nodes,
            address -> {
              reached.add(address);
              return unreachable(address);
            },
            Duration.ofSeconds(30),
            clock);
    announce("sink-0", "http://sink-0:9090", 0);
    directory.nodes();
    directory.nodes();
    members.clear();
    directory.nodes();
    announce("sink-0", "http://sink-0:9090", 0);
    directory.nodes();

    assertEquals(
        List.of(URI.create("http://sink-0:9090"), URI.create("http://sink-0:9090")), reached);
  }

  @Test
  void aNodeOfThisProcessIsBelievedMoreThanWhatTheTopicSaysOfIt() {
    announce("sink-0", 0);
    announce("sink-0", 1);
    serve("sink-0", 0, OWNED, 10, having(UP, 1));

    PipelineSource pipeline = pipeline();

    assertFalse(pipeline.isServed());
    assertEquals(
        List.of("weir.samples/1: recent samples are missing: no storage node serves it"),
        names(pipeline).completeness().warnings());
  }

  @Test
  void aNodeThatFailsIsAskedAgainAfterTheStoreWasListed() {
    serve("sink-0", 0, OWNED, 10, new FailingSource(1, having(UP, 1)));
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(pipeline());

    assertEquals(List.of("node_load1", "up"), names.items());
    assertEquals(List.of(), names.completeness().warnings());
    assertEquals(1, store.listings);
  }

  @Test
  void aNodeThatKeepsFailingIsAWarningAndTheOthersAnswer() {
    serve("sink-0", 0, OWNED, 10, new FailingSource(100, having(UP, 1)));
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    try (GroupCursor cursor =
        pipeline()
            .select(
                Tenant.DEFAULT,
                List.of(Matcher.regex(Labels.NAME, ".+")),
                TimeRange.ALL,
                SelectHints.NONE)) {
      List<Labels> found = new ArrayList<>();
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        group.series().forEach(series -> found.add(series.labels()));
      }
      assertEquals(List.of(LOAD), found);
      assertEquals(0, cursor.completeness().completeToMillis());
      String warning = cursor.completeness().warnings().getFirst();
      assertTrue(warning.startsWith("storage node sink-0 (this process): "), warning);
    }
  }

  @Test
  void aNodeThatIsNotReachedIsAWarningAtOnce() {
    announce("sink-0", 0);
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(pipeline());

    assertEquals(List.of("node_load1"), names.items());
    assertEquals(1, names.completeness().warnings().size());
    assertEquals(0, store.listings);
    assertEquals(1, failures("unavailable"));
  }

  @ParameterizedTest
  @MethodSource("defects")
  void aNodeOfAnotherVersionOrWithADefectIsAWarning(
      RuntimeException defect, String reason, String why) {
    serve("sink-0", 0, OWNED, 10, new FailingSource(100, having(UP, 1), defect));
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));

    Listing<String> names = names(pipeline());

    assertEquals(List.of("node_load1"), names.items());
    assertEquals(
        List.of(
            "storage node sink-0 (this process): recent samples are missing: %s".formatted(why)),
        names.completeness().warnings());
    assertEquals(0, store.listings);
    assertEquals(1, failures(reason));
  }

  static List<Arguments> defects() {
    return List.of(
        Arguments.of(
            new WeirException.Corrupt("protocol version 9 is not known"),
            "corrupt",
            "its answer cannot be read: protocol version 9 is not known"),
        Arguments.of(
            new WeirException.Internal("a defect of the node"),
            "internal",
            "it failed: a defect of the node"),
        Arguments.of(
            new IllegalStateException("a defect"),
            "internal",
            "it failed: java.lang.IllegalStateException: a defect"));
  }

  @Test
  void whatIsTheQuerysOwnFaultEndsIt() {
    serve(
        "sink-0",
        0,
        OWNED,
        10,
        new FailingSource(100, having(UP, 1), new WeirException.LimitExceeded("select less")));

    PipelineSource pipeline = pipeline();

    assertThrows(WeirException.LimitExceeded.class, () -> names(pipeline));
  }

  @Test
  void theStoreIsListedAtMostOnceASecondHoweverManyQueriesWantIt() {
    serve("sink-0", 0, OWNED, 10, new FailingSource(1_000, having(UP, 1)));
    PipelineSource pipeline = pipeline();

    for (int query = 0; query < 5; query++) {
      names(pipeline);
    }
    assertEquals(1, store.listings);

    nanos.addAndGet(1_000_000_000);
    names(pipeline);
    assertEquals(2, store.listings);
  }

  @Test
  void aStoreThatCannotBeListedLeavesTheAnswerAsItIs() {
    serve("sink-0", 0, OWNED, 10, new FailingSource(1_000, having(UP, 1)));
    serve("sink-1", 1, OWNED, 10, having(LOAD, 0.5));
    store.down = true;

    Listing<String> names = names(pipeline());

    assertEquals(List.of("node_load1"), names.items());
    assertEquals(1, names.completeness().warnings().size());
  }

  private double failures(String reason) {
    return metrics.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals("weir_query_node_failures"))
        .flatMap(family -> family.getDataPoints().stream())
        .filter(point -> reason.equals(point.getLabels().get("reason")))
        .mapToDouble(point -> ((CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  @Test
  void aSelectorThatFindsTooMuchIsRefusedBeforeAllOfItIsHeld() {
    serve("sink-0", 0, OWNED, 10, having(UP, 1));
    serve(
        "sink-1",
        1,
        OWNED,
        10,
        MemorySeriesSource.of(
            GroupRow.of(
                Tenant.DEFAULT, List.of(Sample.of(UP, 60_000, 1), Sample.of(LOAD, 60_000, 0.5)))));

    PipelineSource pipeline = pipeline();
    WeirException refused =
        assertThrows(
            WeirException.LimitExceeded.class,
            () -> pipeline.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE));

    assertEquals(
        "a selector finds more than 2 series, counted in each block and storage node that has them;"
            + " select fewer series or a shorter range",
        refused.getMessage());
  }

  /// A node that answers from memory, whatever the offset.
  private record FakeNode(NodeStatus status, SeriesSource source) implements StorageNode {
    @Override
    public SeriesSource from(List<PartitionOffset> offsets) {
      return source;
    }
  }
}
