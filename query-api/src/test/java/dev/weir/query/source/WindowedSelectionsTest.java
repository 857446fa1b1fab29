package dev.weir.query.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.downsample.Downsampling;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A day that is downsampled, and what sinks have in memory behind it.
class WindowedSelectionsTest {
  private static final long DAY = Resolution.FIVE_MINUTES.slice(20_000).startMillis() - 1;
  private static final long EVENING = DAY + 20 * 3_600_000L;
  private static final long MIDNIGHT = DAY + 24 * 3_600_000L;
  private static final Labels SERIES =
      Labels.of("__name__", "requests_total", "instance", "a", "job", "api");

  private final MemorySeriesSource inMemory = new MemorySeriesSource();
  private final PipelineFixture fixture = new PipelineFixture();

  @TempDir private Path directory;

  @BeforeEach
  void writeDay() throws IOException {
    LocalBlockStore store = new LocalBlockStore(directory.resolve("blocks"));
    fixture.catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    MemorySeriesSource day = new MemorySeriesSource();
    for (long time = DAY + 15_000; time <= MIDNIGHT; time += 15_000) {
      append(day, time);
    }
    Path file = directory.resolve("samples");
    try (BlockWriter writer =
        new BlockWriter(
            file, BlockWriter.Description.imported(List.of(), 0), BlockWriter.Options.SMALL)) {
      for (SeriesGroup group : groups(day)) {
        writer.add(group.key(), group.series(), group.read());
      }
      writer.finish();
    }
    store.publish(new BlockName.Imported(Tenant.DEFAULT, "c".repeat(32), 0).path(), file);
    BlockSnapshot snapshot = fixture.catalog.refresh();
    SliceSources sources =
        SliceSources.of(
            snapshot,
            Tenant.DEFAULT,
            Resolution.FIVE_MINUTES,
            Resolution.FIVE_MINUTES.sliceOf(MIDNIGHT));
    Path windows = directory.resolve("windows");
    try (BlockWriter writer =
        new BlockWriter(windows, sources.description(0), Downsampling.options())) {
      Downsampling downsampling = new Downsampling(writer, Resolution.FIVE_MINUTES);
      groups(day).forEach(downsampling::add);
      writer.finish();
    }
    store.publish(sources.name(0, 1).path(), windows);
    fixture.catalog.refresh();
    for (long time = MIDNIGHT + 15_000; time <= MIDNIGHT + 3_600_000; time += 15_000) {
      append(inMemory, time);
    }
  }

  private static void append(MemorySeriesSource source, long time) {
    GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(SERIES, time, (time - DAY) / 1000.0)))
        .forEach(source::append);
  }

  private static List<SeriesGroup> groups(SeriesSource source) {
    List<SeriesGroup> groups = new ArrayList<>();
    try (GroupCursor cursor =
        source.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        groups.add(group);
      }
    }
    return groups;
  }

  private PipelineSource pipeline() {
    fixture.serve("sink", 0, PartitionState.OWNED, 10, inMemory);
    return fixture.pipeline(1, MergedSeriesSource.Bounds.NONE);
  }

  private static double value(String query, long time, SeriesSource source) {
    QueryResult result =
        QueryEngine.inCallersThread().instant(query, time, QueryContext.of(Tenant.DEFAULT, source));
    assertEquals(List.of(), result.completeness().warnings());
    return ((QueryValue.Vector) result.value()).samples().getFirst().value();
  }

  private static long samplesRead(String query, SeriesSource source) {
    QueryResult result =
        QueryEngine.inCallersThread()
            .instant(query, EVENING, QueryContext.of(Tenant.DEFAULT, source));
    return result.statistics().samplesRead();
  }

  @Test
  void eachTimeIsReadOnce() {
    double perHour = 240;
    assertEquals(
        5 * perHour,
        value("count_over_time(requests_total[5h])", MIDNIGHT + 3_600_000, pipeline()));
    assertEquals(
        5 * 3600, value("increase(requests_total[5h])", MIDNIGHT + 3_600_000, pipeline()), 1e-6);
    assertEquals(
        2 * perHour,
        value("count_over_time(requests_total[2h])", MIDNIGHT + 1_234_567, pipeline()));
  }

  @Test
  void windowsAreReadUnlessTheRequestWantsSamples() {
    String query = "sum_over_time(requests_total[1h])";
    assertEquals(12, samplesRead(query, pipeline()));
    assertEquals(240, samplesRead(query, pipeline().withMaxWindow(0)));
    assertEquals(12, samplesRead(query, pipeline().withMaxWindow(300_000)));
    assertEquals(
        value(query, EVENING, pipeline().withMaxWindow(0)),
        value(query, EVENING, pipeline()),
        1e-6);
  }

  @Test
  void rowsThatAreLateAreCounted() {
    append(inMemory, EVENING - 7);
    assertEquals(241, value("count_over_time(requests_total[1h])", EVENING, pipeline()));
    assertEquals(241, samplesRead("count_over_time(requests_total[1h])", pipeline()));
    // At other times they are no matter.
    assertEquals(12, samplesRead("sum_over_time(requests_total[1h] offset 2h)", pipeline()));
  }

  @Test
  void seriesAreListedOnce() {
    assertEquals(
        List.of(SERIES), pipeline().series(Tenant.DEFAULT, List.of(), TimeRange.ALL, 0).items());
    assertTrue(
        fixture.catalog.current().downsampled(Tenant.DEFAULT).of(Resolution.FIVE_MINUTES).size()
            == 1,
        "nothing is downsampled");
  }
}
