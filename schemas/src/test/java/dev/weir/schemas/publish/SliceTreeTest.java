package dev.weir.schemas.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SliceTreeTest {

  @Test
  void aSmallTargetIsOneSlice() {
    assertEquals(Set.of(Slice.WHOLE), new SliceTree().assign(pods(2000)).keySet());
  }

  @Test
  void aLargeTargetSplitsUntilNoSliceIsTooLarge() {
    var slices = new SliceTree().assign(pods(9000));
    assertTrue(slices.size() >= 5 && slices.size() <= 16, () -> "slices " + slices.keySet());
    int total = 0;
    for (var slice : slices.entrySet()) {
      assertTrue(slice.getValue().size() <= Slice.MAX_SERIES);
      total += slice.getValue().size();
      for (SeriesMeta series : slice.getValue()) {
        assertTrue(slice.getKey().holds(series.labels().groupingHash()));
      }
    }
    assertEquals(9000, total);
  }

  @Property(tries = 20)
  void theSlicesDoNotDependOnTheOrderOfSeries(
      @ForAll @IntRange(min = 1500, max = 7000) int count, @ForAll long seed) {
    List<SeriesMeta> series = pods(count);
    List<SeriesMeta> shuffled = new ArrayList<>(series);
    Collections.shuffle(shuffled, new Random(seed));
    assertEquals(
        bySeries(new SliceTree().assign(series)), bySeries(new SliceTree().assign(shuffled)));
  }

  @Test
  void aSliceThatSplitStaysSplit() {
    SliceTree tree = new SliceTree();
    Set<Slice> slices = tree.assign(pods(2001)).keySet();
    assertEquals(2, slices.size());
    assertEquals(slices, tree.assign(pods(1900)).keySet());
  }

  @Test
  void seriesThatDifferInNothingButNameAreNotSplit() {
    List<SeriesMeta> series = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      series.add(
          new SeriesMeta(
              Labels.of(Labels.NAME, "metric_%d".formatted(i), "job", "node"), MetricType.GAUGE));
    }
    assertEquals(Set.of(Slice.WHOLE), new SliceTree().assign(series).keySet());
  }

  @Test
  void aHistogramStaysTogether() {
    List<SeriesMeta> series = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      for (String le : List.of("0.1", "0.5", "1", "5", "10", "+Inf")) {
        series.add(
            new SeriesMeta(
                Labels.of(
                    Labels.NAME,
                    "http_request_duration_seconds_bucket",
                    Labels.BUCKET,
                    le,
                    "handler",
                    "/api/v%d".formatted(i)),
                MetricType.HISTOGRAM));
      }
    }
    Map<String, Slice> sliceOfHandler = new HashMap<>();
    for (var slice : new SliceTree().assign(series).entrySet()) {
      for (SeriesMeta bucket : slice.getValue()) {
        Slice other = sliceOfHandler.putIfAbsent(bucket.labels().get("handler"), slice.getKey());
        assertTrue(other == null || other.equals(slice.getKey()));
      }
    }
  }

  private static Map<Labels, Slice> bySeries(Map<Slice, List<SeriesMeta>> slices) {
    Map<Labels, Slice> bySeries = new HashMap<>();
    slices.forEach((slice, held) -> held.forEach(series -> bySeries.put(series.labels(), slice)));
    return bySeries;
  }

  private static List<SeriesMeta> pods(int count) {
    List<SeriesMeta> series = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      series.add(
          new SeriesMeta(
              Labels.of(Labels.NAME, "kube_pod_info", "pod", "api-%d".formatted(i)),
              MetricType.GAUGE));
    }
    return series;
  }
}
