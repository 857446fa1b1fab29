package dev.weir.history.downsample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ShardSourceTest {
  private static final int INSTANCES = 40;

  private static MemorySeriesSource instances() {
    MemorySeriesSource source = new MemorySeriesSource();
    for (int instance = 0; instance < INSTANCES; instance++) {
      List<Sample> row = new ArrayList<>();
      for (String metric : List.of("up", "scrape_duration_seconds")) {
        row.add(
            Sample.of(
                Labels.of("__name__", metric, "instance", "host-" + instance, "job", "node"),
                1_000,
                1));
      }
      GroupRow.of(Tenant.DEFAULT, row).forEach(source::append);
    }
    return source;
  }

  private static List<String> series(SeriesSource source) {
    List<String> found = new ArrayList<>();
    try (GroupCursor cursor =
        source.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        group.series().forEach(one -> found.add(one.labels().toString()));
      }
      assertEquals(Completeness.FULL, cursor.completeness());
    }
    return found;
  }

  @Test
  void eachTargetIsWholeInOneShard() {
    MemorySeriesSource source = instances();
    List<String> all = new ArrayList<>();
    for (int shard = 0; shard < 4; shard++) {
      List<String> some = series(new ShardSource(source, shard, 4));
      assertTrue(!some.isEmpty() && some.size() < 2 * INSTANCES, some.toString());
      assertEquals(
          some.size(),
          2
              * some.stream()
                  .map(text -> text.replaceAll(".*(host-\\d+).*", "$1"))
                  .distinct()
                  .count());
      all.addAll(some);
    }
    assertEquals(2 * INSTANCES, all.size());
    assertEquals(new TreeSet<>(series(source)), new TreeSet<>(all));
  }

  @Test
  void oneShardIsAllThereIs() {
    MemorySeriesSource source = instances();
    assertEquals(series(source), series(new ShardSource(source, 0, 1)));
    assertThrows(IllegalArgumentException.class, () -> new ShardSource(source, 1, 1));
  }
}
