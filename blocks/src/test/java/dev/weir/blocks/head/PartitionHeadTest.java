package dev.weir.blocks.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PartitionHeadTest {
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  private static final Labels LOAD =
      Labels.of("__name__", "node_load1", "job", "node", "instance", "a:9100");
  private static final Layout LAYOUT = layout(LOAD, UP);
  private static final GroupKey GROUP = group("", Slice.WHOLE);

  private final PartitionHead head = new PartitionHead(100);

  private static Layout layout(Labels... series) {
    List<SeriesMeta> metas = new ArrayList<>();
    for (Labels labels : series) {
      metas.add(new SeriesMeta(labels, MetricType.GAUGE));
    }
    return Layout.of(metas);
  }

  private static GroupKey group(String target, Slice slice) {
    return new GroupKey(PartitionKey.of(TENANT, UP), target, slice);
  }

  private static Row row(long timestamp, double... values) {
    return Row.whole(timestamp, values);
  }

  private void append(long offset, Row... rows) {
    head.append(offset, GROUP, LAYOUT, List.of(rows), 0);
  }

  private static Map<Labels, Map<Long, Double>> read(SeriesSource source) {
    try (GroupCursor cursor = source.select(TENANT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      return read(cursor);
    }
  }

  private static Map<Labels, Map<Long, Double>> read(GroupCursor cursor) {
    Map<Labels, Map<Long, Double>> result = new TreeMap<>();
    for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
      GroupSamples samples = group.read();
      for (int c = 0; c < group.series().size(); c++) {
        Map<Long, Double> points = new TreeMap<>();
        for (int i = 0; i < samples.timestampsMillis().length; i++) {
          double value = samples.columns().get(c).values()[i];
          if (!AbsentValue.is(value)) {
            points.put(samples.timestampsMillis()[i], value);
          }
        }
        assertEquals(null, result.put(group.series().get(c).labels(), points), "comes once");
      }
    }
    return result;
  }

  @Test
  void rowsShowWithTheNextAdvance() {
    append(100, row(1_000, 0.5, 1));
    assertEquals(Map.of(), read(head.from(100)));
    head.advance(101, 1_000);
    assertEquals(Map.of(LOAD, Map.of(1_000L, 0.5), UP, Map.of(1_000L, 1.0)), read(head.from(100)));
  }

  @Test
  void aReaderSeesOnlyTheOffsetsFromWhereItAsks() {
    for (int i = 0; i < 10; i++) {
      append(100 + i, row(i * 1_000L, i, 1));
    }
    head.advance(110, 0);
    assertEquals(
        Map.of(8_000L, 8.0, 9_000L, 9.0), read(head.from(108)).getOrDefault(LOAD, Map.of()));
    assertEquals(Map.of(), read(head.from(110)));
    assertEquals(Map.of(), read(head.from(500)));
  }

  @Test
  void ofTwoValuesForOneTimeTheLowerOffsetStaysAndTheConflictIsCounted() {
    append(100, row(1_000, 0.5, 1), row(1_000, 0.7, 1));
    append(101, row(1_000, 0.5, 0));
    append(102, row(1_000, AbsentValue.VALUE, AbsentValue.VALUE));
    head.advance(103, 0);
    FrozenRows frozen = head.freeze(100, 103);
    try (GroupCursor groups = frozen.groups(TENANT)) {
      assertEquals(Map.of(LOAD, Map.of(1_000L, 0.5), UP, Map.of(1_000L, 1.0)), read(groups));
    }
    assertEquals(2, frozen.conflicts());
  }

  @Test
  void aParkedRowComesLateWithItsOwnOffset() {
    append(100, row(1_000, 1, 1));
    append(102, row(1_000, 3, 1), row(3_000, 3, 1));
    head.advance(103, 0);
    append(101, row(1_000, 2, 1), row(2_000, 2, 1), row(3_000, 2, 1));
    assertEquals(
        Map.of(1_000L, 1.0, 2_000L, 2.0, 3_000L, 2.0),
        read(head.from(100)).getOrDefault(LOAD, Map.of()));
    assertEquals(Map.of(1_000L, 3.0, 3_000L, 3.0), read(head.from(102)).get(LOAD));
  }

  @Test
  void aSeriesThatMovedToANewSliceIsOneSeries() {
    Slice half = new Slice(UP.groupingHash() < 0 ? 3 : 2);
    append(100, row(1_000, 1, 1), row(2_000, 2, 1));
    head.append(101, group("", half), layout(UP), List.of(row(2_000, 0), row(3_000, 0)), 0);
    head.append(102, GROUP, LAYOUT, List.of(row(3_000, 3, 7), row(4_000, 4, 1)), 0);
    head.advance(103, 0);
    Map<Labels, Map<Long, Double>> expected =
        Map.of(
            LOAD,
            Map.of(1_000L, 1.0, 2_000L, 2.0, 3_000L, 3.0, 4_000L, 4.0),
            UP,
            Map.of(1_000L, 1.0, 2_000L, 1.0, 3_000L, 0.0, 4_000L, 1.0));
    assertEquals(expected, read(head.from(100)));
    FrozenRows frozen = head.freeze(100, 103);
    try (GroupCursor groups = frozen.groups(TENANT)) {
      assertEquals(expected, read(groups));
    }
    assertEquals(2, frozen.conflicts());
  }

  @Test
  void freezingTakesItsOffsetsAndLeavesTheRest() {
    append(100, row(1_000, 1, 1));
    append(101, row(2_000, 2, 1));
    append(102, row(3_000, 3, 1));
    head.advance(103, 0);
    FrozenRows frozen = head.freeze(100, 102);
    append(103, row(1_500, 9, 9));
    head.advance(104, 0);
    try (GroupCursor groups = frozen.groups(TENANT)) {
      assertEquals(Map.of(1_000L, 1.0, 2_000L, 2.0), read(groups).get(LOAD));
    }
    assertThrows(IllegalArgumentException.class, () -> head.freeze(100, 105));
  }

  @Test
  void flushedRowsStayUntilTheirTimeIsUp() {
    append(100, row(1_000, 1, 1));
    append(101, row(2_000, 2, 1));
    append(102, row(3_000, 3, 1));
    head.advance(103, 0);
    head.flushed(101, 60_000);
    head.flushed(102, 120_000);
    assertEquals(0, head.dropFlushedBefore(60_000));
    assertEquals(100, head.oldestOffset());
    assertEquals(1, head.dropFlushedBefore(60_001));
    assertEquals(101, head.oldestOffset());
    assertEquals(Map.of(2_000L, 2.0, 3_000L, 3.0), read(head.from(101)).get(LOAD));
    assertEquals(1, head.dropOldestFlushed());
    assertEquals(0, head.dropOldestFlushed());
    assertEquals(102, head.oldestOffset());
    assertEquals(1, head.rowCount());
    assertThrows(IllegalArgumentException.class, () -> append(101, row(2_000, 2, 1)));
  }

  @Test
  void whatIsDroppedLeavesNothingBehind() {
    Tenant other = new Tenant("other");
    for (int i = 0; i < 5_000; i++) {
      Labels series = Labels.of("__name__", "up", "job", "batch", "instance", "pod-" + i);
      GroupKey key = new GroupKey(PartitionKey.of(TENANT, series), "", Slice.WHOLE);
      head.append(100 + i, key, layout(series), List.of(row(i, 1)), 0);
    }
    Labels last = Labels.of("__name__", "up", "job", "batch", "instance", "last");
    head.append(
        5_100,
        new GroupKey(PartitionKey.of(other, last), "", Slice.WHOLE),
        layout(last),
        List.of(row(1, 1)),
        0);
    head.advance(5_101, 0);
    assertEquals(5_000, head.seriesCount(TENANT));
    assertEquals(1, head.seriesCount(other));
    long full = head.bytes();
    head.flushed(5_099, 1);
    head.dropFlushedBefore(2);
    assertEquals(1, head.seriesCount(TENANT));
    assertTrue(head.bytes() < full / 1_000, () -> head.bytes() + " of " + full);
    assertEquals(
        List.of("pod-4999"),
        head.from(0).labelValues(TENANT, "instance", List.of(), TimeRange.ALL, 0).items());
    head.flushed(5_101, 3);
    head.dropFlushedBefore(4);
    assertEquals(0, head.bytes());
    assertEquals(0, head.rowCount());
    assertEquals(List.of(), List.copyOf(head.tenants()));
    assertEquals(Map.of(), read(head.from(0)));
  }

  @Test
  void aSeriesThatComesBackAfterItWasDroppedIsFound() {
    append(100, row(1_000, 1, 1));
    head.advance(101, 0);
    head.flushed(101, 1);
    head.dropFlushedBefore(2);
    append(101, row(2_000, 2, 1));
    head.advance(102, 0);
    try (GroupCursor cursor =
        head.from(0)
            .select(
                TENANT,
                List.of(Matcher.equal("__name__", "up")),
                TimeRange.ALL,
                SelectHints.NONE)) {
      assertEquals(Map.of(UP, Map.of(2_000L, 1.0)), read(cursor));
    }
  }

  @Test
  void aLayoutThatGrowsAndShrinksKeepsItsSeriesApart() {
    Labels cpu = Labels.of("__name__", "node_cpu", "job", "node", "instance", "a:9100");
    append(100, row(1_000, 1, 10));
    head.append(101, GROUP, layout(cpu, LOAD, UP), List.of(row(2_000, 7, 2, 20)), 0);
    head.append(102, GROUP, layout(cpu), List.of(row(3_000, 8)), 0);
    append(103, row(4_000, 4, 40));
    head.advance(104, 0);
    assertEquals(
        Map.of(
            cpu, Map.of(2_000L, 7.0, 3_000L, 8.0),
            LOAD, Map.of(1_000L, 1.0, 2_000L, 2.0, 4_000L, 4.0),
            UP, Map.of(1_000L, 10.0, 2_000L, 20.0, 4_000L, 40.0)),
        read(head.from(100)));
    // Slots of what left are used again, for another series.
    head.flushed(103, 1);
    head.dropFlushedBefore(2);
    Labels disk = Labels.of("__name__", "node_disk", "job", "node", "instance", "a:9100");
    head.append(104, GROUP, layout(disk, UP), List.of(row(5_000, 55, 50)), 0);
    head.advance(105, 0);
    assertEquals(
        Map.of(
            disk, Map.of(5_000L, 55.0),
            LOAD, Map.of(4_000L, 4.0),
            UP, Map.of(4_000L, 40.0, 5_000L, 50.0)),
        read(head.from(103)));
  }

  @Test
  void aRowThatDoesNotFitItsLayoutIsRefused() {
    assertThrows(WeirException.Corrupt.class, () -> append(100, row(1_000, 1)));
    head.advance(101, 0);
    assertEquals(Map.of(), read(head.from(0)));
  }

  @Test
  void completeUpToWhenTheNextRowIsDue() {
    head.append(100, GROUP, LAYOUT, List.of(row(10_000, 1, 1)), 25_000);
    assertEquals(24_999, completeTo(101, 27_000));
    // Read to before the row is due: everything until then is there.
    head.append(101, GROUP, LAYOUT, List.of(row(25_000, 1, 1)), 40_000);
    assertEquals(32_000, completeTo(102, 32_000));
    // Three rows missed: nobody waits for the group any more.
    assertEquals(39_999, completeTo(102, 70_000));
    assertEquals(70_001, completeTo(102, 70_001));
    // Irregular groups are not waited for.
    head.append(102, GROUP, LAYOUT, List.of(row(70_000, 1, 1)), 0);
    assertEquals(90_000, completeTo(103, 90_000));
  }

  private long completeTo(long endOffset, long readToMillis) {
    head.advance(endOffset, readToMillis);
    try (GroupCursor cursor =
        head.from(100).select(TENANT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      return cursor.completeness().completeToMillis();
    }
  }

  @Test
  void readersSeeWholeBatchesWhileTheOwnerAppends() throws Exception {
    int batches = 3_000;
    AtomicBoolean done = new AtomicBoolean();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (!done.get()) {
                  checkWholeBatches(read(head.from(head.oldestOffset())));
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    for (int batch = 0; batch < batches; batch++) {
      append(100 + 2L * batch, row(batch * 10L, batch, 1));
      Layout churning =
          layout(UP, Labels.of("__name__", "m" + batch % 50, "job", "node", "instance", "a:9100"));
      double[] values =
          churning.series().getFirst().labels().equals(UP)
              ? new double[] {2, batch}
              : new double[] {batch, 2};
      head.append(101 + 2L * batch, GROUP, churning, List.of(row(batch * 10L + 5, values)), 0);
      head.advance(102 + 2L * batch, batch);
      if (batch % 100 == 99) {
        head.flushed(100 + 2L * batch - 100, batch);
        head.dropFlushedBefore(batch);
      }
    }
    done.set(true);
    reader.join();
    assertEquals(null, failure.get());
  }

  /// Each batch has a row at 10 n with `up` 1 and one at 10 n + 5 with `up` 2.
  private static void checkWholeBatches(Map<Labels, Map<Long, Double>> read) {
    Map<Long, Double> up = read.getOrDefault(UP, Map.of());
    if (up.isEmpty()) {
      return;
    }
    List<Long> times = new ArrayList<>(up.keySet());
    assertEquals(5, times.getLast() % 10, "the last batch is whole");
    for (int i = 1; i < times.size(); i++) {
      assertEquals(5, times.get(i) - times.get(i - 1), "no row is missing in between");
    }
  }
}
