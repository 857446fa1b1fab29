package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockWriter.Description;
import dev.weir.blocks.block.BlockWriter.Options;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesExemplars;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockWriterTest {
  private static final Tenant TEAM_A = new Tenant("team-a");
  private static final OffsetRange COVERS = new OffsetRange("weir.samples", 7, 1000, 2000);
  private static final long HOUR = 3_600_000;

  @TempDir Path directory;

  private static GroupKey group(Tenant tenant, String instance) {
    return new GroupKey(new PartitionKey.OfTarget(tenant, "node", instance), "", Slice.WHOLE);
  }

  private static SeriesMeta series(String name, String instance) {
    return new SeriesMeta(
        Labels.of("__name__", name, "job", "node", "instance", instance), MetricType.GAUGE);
  }

  private static GroupSamples samples(long[] timestamps, double... values) {
    return new GroupSamples(timestamps, List.of(GroupSamples.Column.ofValues(values)));
  }

  private Path file() {
    return directory.resolve("small.block");
  }

  private BlockWriter writer() {
    return new BlockWriter(file(), Description.link(COVERS, 5), Options.SMALL);
  }

  private BlockReader open() {
    return BlockReader.open(BlockFile.of(file()), new BlockCache(1 << 20));
  }

  @Test
  void metaSaysWhatABlockCovers() {
    try (BlockWriter writer = writer()) {
      writer.add(
          group(TEAM_A, "b"), List.of(series("up", "b")), samples(new long[] {-5, 10}, 1, 1));
      writer.add(
          group(Tenant.DEFAULT, "a"), List.of(series("up", "a")), samples(new long[] {7}, 0));
      BlockMeta meta = writer.finish();
      assertEquals(meta, open().meta());
      assertEquals(0, meta.level());
      assertEquals(5, meta.createdAtMillis());
      assertEquals(List.of(COVERS), meta.covers());
      assertEquals(List.of(), meta.sources());
      assertEquals(
          List.of(Tenant.DEFAULT, TEAM_A),
          meta.sections().stream().map(BlockMeta.SectionMeta::tenant).toList());
      BlockMeta.SectionMeta teamA = meta.section(TEAM_A).orElseThrow();
      assertEquals(1, teamA.series());
      assertEquals(2, teamA.samples());
      assertEquals(Optional.of(new TimeRange(-5, 10)), teamA.times());
      assertEquals(3, meta.samples());
    }
    assertEquals(List.of(), open().verify());
  }

  @Test
  void aBlockWithoutSamplesCoversItsOffsetsAllTheSame() {
    try (BlockWriter writer = writer()) {
      writer.finish();
    }
    assertEquals(List.of(COVERS), open().meta().covers());
    assertEquals(List.of(), open().meta().sections());
    assertEquals(List.of(), open().verify());
  }

  @Test
  void liveLayoutsComeBackAlsoThoseWithoutRows() {
    GroupKey quiet = group(TEAM_A, "quiet");
    GroupKey busy = group(TEAM_A, "busy");
    Layout whole =
        Layout.of(List.of(series("up", "busy"), series("Zone", "busy"), series("load", "busy")));
    Layout retyped =
        Layout.of(
            List.of(
                new SeriesMeta(series("up", "busy").labels(), MetricType.COUNTER),
                series("load", "busy")));
    Layout idle = Layout.of(List.of(series("up", "quiet")));
    List<LiveLayout> layouts =
        List.of(
            new LiveLayout(busy, whole, 3, 15_000),
            new LiveLayout(busy, retyped, 3, 15_000),
            new LiveLayout(quiet, idle, -1, Long.MAX_VALUE));
    try (BlockWriter writer = writer()) {
      layouts.forEach(writer::addLiveLayout);
      writer.add(busy, List.of(series("up", "busy")), samples(new long[] {0}, 1));
      writer.finish();
    }
    assertEquals(layouts, open().liveLayouts());
    assertEquals(List.of(), open().verify());
    // They are not among the series that queries see.
    assertEquals(
        List.of(series("up", "busy").labels()),
        new BlockSeriesSource(open()).series(TEAM_A, List.of(), TimeRange.ALL, 0).items());
  }

  @Test
  void aTenantWithNothingButALayoutHasASectionWithoutTimes() {
    LiveLayout layout =
        new LiveLayout(group(TEAM_A, "a"), Layout.of(List.of(series("up", "a"))), 0, 0);
    try (BlockWriter writer = writer()) {
      writer.addLiveLayout(layout);
      BlockMeta meta = writer.finish();
      assertEquals(Optional.empty(), meta.section(TEAM_A).orElseThrow().times());
    }
    assertEquals(List.of(layout), open().liveLayouts());
    assertEquals(List.of(), open().verify());
  }

  @Test
  void metadataOfMetricsInTheBlockComesBack() {
    MetricMetadata up = new MetricMetadata("up", "", "Whether the target answers.\n");
    try (BlockWriter writer = writer()) {
      writer.addMetadata(TEAM_A, up);
      writer.addMetadata(TEAM_A, new MetricMetadata("not_here", "seconds", ""));
      writer.add(group(TEAM_A, "a"), List.of(series("up", "a")), samples(new long[] {0}, 1));
      writer.finish();
    }
    assertEquals(List.of(up), open().metadata(TEAM_A));
    assertEquals(List.of(), open().metadata(Tenant.DEFAULT));
  }

  @Test
  void exemplarsStandInTheWindowOfTheirOwnTime() {
    SeriesExemplars up = exemplars("up", HOUR - 1, 5 * HOUR);
    try (BlockWriter writer = writer()) {
      writer.add(group(TEAM_A, "a"), List.of(series("up", "a")), samples(new long[] {0}, 1));
      writer.addExemplars(up);
      writer.finish();
    }
    Section section = open().sections().getFirst();
    assertEquals(
        List.of(new TimeRange(0, HOUR - 1), new TimeRange(5 * HOUR, 5 * HOUR)),
        section.root().windows());
    assertEquals(
        Optional.of(new BlockMeta.Exemplars(2, new TimeRange(HOUR - 1, 5 * HOUR))),
        section.meta().exemplars());
    assertEquals(Optional.of(new TimeRange(0, 0)), section.meta().times());
    assertEquals(List.of(up), exemplarsIn(0, 5 * HOUR));
    assertEquals(List.of(exemplars("up", 5 * HOUR)), exemplarsIn(HOUR, 5 * HOUR));
    assertEquals(List.of(), open().verify());
  }

  @Test
  void aSeriesOfExemplarsAloneHasNoSamplesAnywhere() {
    try (BlockWriter writer = writer()) {
      writer.add(
          group(TEAM_A, "a"), List.of(series("up", "a")), samples(new long[] {0, HOUR}, 1, 1));
      writer.addExemplars(exemplars("errors_total", HOUR / 2));
      writer.finish();
    }
    assertEquals(List.of(exemplars("errors_total", HOUR / 2)), exemplarsIn(0, HOUR));
    BlockSeriesSource source = new BlockSeriesSource(open());
    for (TimeRange range : List.of(TimeRange.ALL, new TimeRange(0, HOUR / 2))) {
      assertEquals(
          List.of(series("up", "a").labels()),
          source.series(TEAM_A, List.of(), range, 0).items(),
          range.toString());
    }
    assertEquals(List.of(), open().verify());
  }

  @Test
  void ofTooManyExemplarsThoseStayThatAreSpreadEvenly() {
    int dropped;
    try (BlockWriter writer =
        new BlockWriter(file(), Description.link(COVERS, 0), new Options(1000, 1, 2 * HOUR, 3))) {
      writer.addExemplars(exemplars("up", 0, 1, 2, 3, 4, 5, 6, 2 * HOUR));
      writer.addExemplars(exemplars("up", 4, 7, 8));
      writer.finish();
      dropped = writer.droppedExemplars();
    }
    // Nine in the first window, one of which came twice.
    assertEquals(6, dropped);
    assertEquals(List.of(exemplars("up", 0, 3, 6, 2 * HOUR)), exemplarsIn(0, 3 * HOUR));
  }

  @Test
  void noExemplarsAreKeptWhereNoneMayBe() {
    try (BlockWriter writer =
        new BlockWriter(file(), Description.link(COVERS, 0), Options.SMALL.withMaxExemplars(0))) {
      writer.addExemplars(exemplars("up", 0, 1));
      writer.finish();
      assertEquals(2, writer.droppedExemplars());
    }
    assertEquals(List.of(), open().sections());
  }

  private List<SeriesExemplars> exemplarsIn(long start, long end) {
    return new BlockSeriesSource(open())
        .exemplars(TEAM_A, List.of(), new TimeRange(start, end), 0)
        .items();
  }

  private static SeriesExemplars exemplars(String metric, long... timestampsMillis) {
    return new SeriesExemplars(
        group(TEAM_A, "a"),
        series(metric, "a"),
        java.util.Arrays.stream(timestampsMillis)
            .mapToObj(millis ->
                new Exemplar(Labels.of("trace_id", "4bf92f35"), 0.3, OptionalLong.of(millis)))
            .toList());
  }

  @Test
  void windowsDivideTimeAndLeaveOutWhatIsNotThere() {
    try (BlockWriter writer = writer()) {
      writer.add(
          group(TEAM_A, "a"),
          List.of(series("load", "a"), series("up", "a")),
          new GroupSamples(
              new long[] {-1, 0, HOUR, 9 * HOUR},
              List.of(
                  GroupSamples.Column.ofValues(
                      new double[] {AbsentValue.VALUE, 1, 2, AbsentValue.VALUE}),
                  GroupSamples.Column.ofValues(new double[] {1, 1, 1, 1}))));
      writer.finish();
    }
    Section section = open().sections().getFirst();
    assertEquals(
        List.of(new TimeRange(-1, -1), new TimeRange(0, HOUR), new TimeRange(9 * HOUR, 9 * HOUR)),
        section.root().windows());
    int load = 0;
    assertTrue(section.find(section.root().region(0, RegionKind.VALUES), load) == null);
    assertTrue(section.find(section.root().region(1, RegionKind.VALUES), load) != null);
  }

  @Test
  void aMetricOverAllGroupsIsOneRow() {
    try (BlockWriter writer = writer()) {
      for (String instance : List.of("c", "a", "b")) {
        writer.add(
            group(TEAM_A, instance),
            List.of(series("load", instance), series("up", instance)),
            new GroupSamples(
                new long[] {0},
                List.of(
                    GroupSamples.Column.ofValues(new double[] {1}),
                    GroupSamples.Column.ofValues(new double[] {1}))));
      }
      writer.finish();
    }
    Section section = open().sections().getFirst();
    List<Labels> order = new ArrayList<>();
    for (int id = 0; id < 6; id++) {
      order.add(section.meta(section.series(id)).labels());
    }
    assertEquals(
        List.of(
            series("load", "a").labels(),
            series("load", "b").labels(),
            series("load", "c").labels(),
            series("up", "a").labels(),
            series("up", "b").labels(),
            series("up", "c").labels()),
        order);
  }

  @Test
  void aFileThatWasNotFinishedIsNoBlock() {
    try (BlockWriter writer = writer()) {
      writer.add(group(TEAM_A, "a"), List.of(series("up", "a")), samples(new long[] {0}, 1));
    }
    assertThrows(WeirException.Corrupt.class, this::open);
  }

  @Test
  void theSpoolIsGoneWhenTheWriterIsClosed() throws Exception {
    try (BlockWriter writer = writer()) {
      writer.add(group(TEAM_A, "a"), List.of(series("up", "a")), samples(new long[] {0}, 1));
      writer.finish();
    }
    try (var files = Files.list(directory)) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  @Test
  void aFileThatIsThereAlreadyIsNotWrittenOver() throws Exception {
    Files.writeString(file(), "precious");
    assertThrows(WeirException.Unavailable.class, this::writer);
    assertEquals("precious", Files.readString(file()));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    GroupKey key = group(TEAM_A, "a");
    try (BlockWriter writer = writer()) {
      assertThrows(
          IllegalArgumentException.class,
          () ->
              writer.add(
                  key,
                  List.of(series("up", "a"), series("load", "a")),
                  new GroupSamples(
                      new long[] {0},
                      List.of(
                          GroupSamples.Column.ofValues(new double[] {1}),
                          GroupSamples.Column.ofValues(new double[] {1})))),
          "series out of order");
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add(key, List.of(), samples(new long[] {0}, 1)),
          "a column without series");
      writer.add(key, List.of(series("up", "a")), samples(new long[] {0}, 1));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.add(key, List.of(series("up", "a")), samples(new long[] {1}, 1)),
          "a group that was added before");
    }
  }

  @Test
  void aCompactedBlockHoldsOneTenant() {
    Description description = new Description(1, 0, List.of(COVERS), List.of("some-link"));
    try (BlockWriter writer = new BlockWriter(file(), description, Options.COMPACTED)) {
      writer.add(group(TEAM_A, "a"), List.of(series("up", "a")), samples(new long[] {0}, 1));
      writer.add(
          group(Tenant.DEFAULT, "a"), List.of(series("up", "a")), samples(new long[] {0}, 1));
      assertThrows(WeirException.Corrupt.class, writer::finish);
    }
    assertFalse(Files.exists(directory.resolve("small.block.spool")));
  }

  @Test
  void aSectionLargerThanTheTailIsOpenedInTwoReads() {
    try (BlockWriter writer = writer()) {
      for (int tenant = 0; tenant < 2000; tenant++) {
        writer.add(
            group(new Tenant("tenant-%04d".formatted(tenant)), "a"),
            List.of(series("up", "a")),
            samples(new long[] {tenant}, tenant));
      }
      writer.finish();
    }
    BlockReader block = open();
    assertEquals(2000, block.meta().sections().size());
    Tenant last = new Tenant("tenant-1999");
    assertEquals(
        List.of(series("up", "a").labels()),
        new BlockSeriesSource(block).series(last, List.of(), TimeRange.ALL, 0).items());
  }
}
