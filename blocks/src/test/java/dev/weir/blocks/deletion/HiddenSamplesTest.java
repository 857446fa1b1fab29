package dev.weir.blocks.deletion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.DeletionName;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.SeriesSourceContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// A source of which other series are deleted keeps the contract of every source; what is deleted
/// is left out.
class HiddenSamplesTest extends SeriesSourceContract {
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");
  private static final Labels LOAD = Labels.of("__name__", "load", "job", "node", "instance", "a");

  private static Deletion deletion(TimeRange range, Matcher... matchers) {
    return new Deletion(
        new DeletionName(Tenant.DEFAULT, 0, range.hashCode()),
        List.of(List.of(matchers)),
        range,
        List.of(new Deletion.Cut("weir.samples", 0, 1_000_000)),
        List.of());
  }

  private static PartitionHead head(List<GroupRow> rows) {
    PartitionHead head = new PartitionHead(0);
    for (int offset = 0; offset < rows.size(); offset++) {
      GroupRow row = rows.get(offset);
      head.append(offset, row.group(), row.layout(), List.of(row.row()), 0);
    }
    head.advance(rows.size(), 0);
    return head;
  }

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    return HiddenSamples.in(
        head(rows).from(0),
        List.of(deletion(TimeRange.ALL, Matcher.equal("__name__", "deleted"))),
        TimeRange.ALL);
  }

  private static List<GroupRow> rows() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      samples.add(Sample.of(UP, i * 1_000L, i));
      samples.add(Sample.of(LOAD, i * 1_000L, 100 + i));
    }
    return GroupRow.of(Tenant.DEFAULT, samples);
  }

  private static Map<String, List<Double>> read(SeriesSource source, TimeRange range) {
    Map<String, List<Double>> read = new TreeMap<>();
    try (GroupCursor cursor = source.select(Tenant.DEFAULT, List.of(), range, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples samples = group.read();
        for (int i = 0; i < group.series().size(); i++) {
          List<Double> values = new ArrayList<>();
          for (int row = 0; row < samples.timestampsMillis().length; row++) {
            if (samples.columns().get(i).hasSample(row)) {
              values.add(samples.columns().get(i).values()[row]);
            }
          }
          read.put(group.series().get(i).labels().metricName(), values);
        }
      }
    }
    return read;
  }

  @Test
  void samplesOfARangeAreLeftOutWithBothItsEnds() {
    SeriesSource source =
        HiddenSamples.in(
            head(rows()).from(0),
            List.of(
                deletion(new TimeRange(2_000, 4_000), Matcher.equal("__name__", "up")),
                deletion(new TimeRange(3_500, 6_999), Matcher.equal("__name__", "up"))),
            TimeRange.ALL);
    Map<String, List<Double>> read = read(source, TimeRange.ALL);
    assertEquals(List.of(0.0, 1.0, 7.0, 8.0, 9.0), read.get("up"));
    assertEquals(10, read.getOrDefault("load", List.of()).size());
    // Nothing is left of a range within the deletion.
    assertNull(read(source, new TimeRange(2_000, 4_000)).get("up"));
    assertEquals(List.of(7.0), read(source, new TimeRange(6_500, 7_500)).get("up"));
  }

  @Test
  void aSeriesThatIsDeletedForAllTimeIsNotListed() {
    SeriesSource source =
        HiddenSamples.in(
            head(rows()).from(0),
            List.of(
                deletion(
                    TimeRange.ALL, Matcher.equal("job", "node"), Matcher.regex("__name__", "u."))),
            TimeRange.ALL);
    assertEquals(List.of(LOAD), source.series(Tenant.DEFAULT, List.of(), TimeRange.ALL, 1).items());
    assertEquals(java.util.Set.of("load"), read(source, TimeRange.ALL).keySet());
  }

  @Test
  void rowsFromTheCutOnAreKept() {
    Deletion deletion =
        new Deletion(
            new DeletionName(Tenant.DEFAULT, 0, 1),
            List.of(List.of(Matcher.equal("__name__", "up"))),
            TimeRange.ALL,
            List.of(new Deletion.Cut("weir.samples", 0, 4)),
            List.of());
    List<SeriesSource> parts =
        HiddenSamples.byOffset(
            "weir.samples", 0, 1, Long.MAX_VALUE, List.of(deletion), head(rows())::between);
    assertEquals(2, parts.size());
    assertNull(read(parts.get(0), TimeRange.ALL).get("up"));
    assertEquals(List.of(101.0, 102.0, 103.0), read(parts.get(0), TimeRange.ALL).get("load"));
    assertEquals(
        List.of(4.0, 5.0, 6.0, 7.0, 8.0, 9.0), read(parts.get(1), TimeRange.ALL).get("up"));
    // A partition without records of the deletion is read as it is.
    assertEquals(
        1,
        HiddenSamples.byOffset(
                "weir.samples", 1, 1, Long.MAX_VALUE, List.of(deletion), head(rows())::between)
            .size());
  }

  @Test
  void arraysOfTheSourceAreNotWrittenTo() {
    GroupSamples.Column column = GroupSamples.Column.ofValues(new double[] {1, 2, 3});
    HiddenRanges hidden = new HiddenRanges(List.of(new TimeRange(2, 2)));
    GroupSamples.Column left = hidden.without(new long[] {1, 2, 3}, column);
    assertArrayEquals(new double[] {1, 2, 3}, column.values());
    assertEquals(2, java.util.stream.IntStream.range(0, 3).filter(left::hasSample).count());
    assertSame(column, hidden.without(new long[] {1, 3}, column));
  }
}
