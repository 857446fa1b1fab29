package dev.weir.streams.window;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Row;
import dev.weir.model.Slice;
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
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowWindowTest extends SeriesSourceContract {
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a");
  private static final Labels LOAD = UP.with("__name__", "node_load1");

  private static void add(RowWindow window, GroupRow row, int... columns) {
    window.add(row.group(), row.layout(), columns, row.row());
  }

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    RowWindow window = new RowWindow();
    for (GroupRow row : rows) {
      add(window, row, IntStream.range(0, row.layout().size()).toArray());
    }
    return window;
  }

  private static List<String> names(RowWindow window) {
    return window.labelValues(Tenant.DEFAULT, Labels.NAME, List.of(), TimeRange.ALL, 0).items();
  }

  private static GroupRow row(long seconds) {
    return GroupRow.of(
            Tenant.DEFAULT,
            List.of(Sample.of(UP, seconds * 1000, 1), Sample.of(LOAD, seconds * 1000, 0.5)))
        .getFirst();
  }

  @Test
  void theFirstValueStaysAlsoWhenItIsInAnotherGroup() {
    GroupRow scraped = row(15);
    GroupKey elsewhere = new GroupKey(scraped.group().partitionKey(), "other", Slice.WHOLE);
    RowWindow window = new RowWindow();
    add(window, row(10), 1);
    window.add(
        elsewhere, scraped.layout(), new int[] {1}, Row.whole(15_000, new double[] {0.7, 0}));
    add(window, scraped, 1);

    try (GroupCursor cursor =
        window.select(
            Tenant.DEFAULT,
            List.of(Matcher.equal(Labels.NAME, "up")),
            TimeRange.ALL,
            SelectHints.NONE)) {
      GroupSamples samples = requireNonNull(cursor.next()).read();
      assertArrayEquals(new long[] {10_000, 15_000}, samples.timestampsMillis());
      assertArrayEquals(new double[] {1, 0}, samples.columns().getFirst().values());
    }
  }

  private static int upSeries(RowWindow window, TimeRange range) {
    int count = 0;
    try (GroupCursor cursor =
        window.select(
            Tenant.DEFAULT, List.of(Matcher.equal(Labels.NAME, "up")), range, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        count += group.series().size();
      }
    }
    return count;
  }

  @Test
  void whatASelectorSelectsFollowsTheSeries() {
    RowWindow window = new RowWindow();
    add(window, row(15), 1);
    assertEquals(1, upSeries(window, TimeRange.ALL));
    GroupRow other =
        GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(UP.with("instance", "b"), 30_000, 1)))
            .getFirst();
    add(window, other, 0);
    assertEquals(2, upSeries(window, TimeRange.ALL));
    assertEquals(1, upSeries(window, new TimeRange(0, 20_000)));
    window.dropBefore(20_000);
    assertEquals(1, upSeries(window, TimeRange.ALL));
    window.dropBefore(40_000);
    assertEquals(0, upSeries(window, TimeRange.ALL));
    add(window, row(45), 1);
    assertEquals(1, upSeries(window, TimeRange.ALL));
  }

  @Test
  void onlyTheAskedColumnsAreKept() {
    RowWindow window = new RowWindow();
    add(window, row(15), 1);

    assertEquals(List.of("up"), names(window));
    assertEquals(1, window.seriesCount());
  }

  @Test
  void whatIsDroppedIsGoneAndWhatIsLeftStays() {
    RowWindow window = new RowWindow();
    for (int second = 0; second < 300; second++) {
      add(window, row(second), second < 100 ? new int[] {0, 1} : new int[] {1});
      window.dropBefore((second - 60) * 1000L);
    }

    assertEquals(List.of("up"), names(window));
    assertEquals(61, window.rowCount());

    window.dropBefore(1_000_000);
    assertEquals(0, window.rowCount());
    assertEquals(0, window.seriesCount());
  }
}
