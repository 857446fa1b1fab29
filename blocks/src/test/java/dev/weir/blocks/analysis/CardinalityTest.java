package dev.weir.blocks.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CardinalityTest {
  private static final TimeRange HOUR = new TimeRange(0, 3_600_000);

  /// A pod that was there all the time, one that is gone, and two that are new.
  private static MemorySeriesSource pods() {
    List<Sample> samples = new ArrayList<>();
    add(samples, pod("container_cpu_usage_seconds_total", "shop-1"), 0, 60);
    add(samples, pod("container_cpu_usage_seconds_total", "shop-2"), 0, 50);
    add(samples, pod("container_cpu_usage_seconds_total", "shop-3"), 51, 60);
    add(samples, pod("container_cpu_usage_seconds_total", "shop-4"), 52, 60);
    add(samples, Labels.of("__name__", "up", "job", "kubelet"), 0, 60);
    add(samples, Labels.of("job", "nameless"), 0, 60);
    return MemorySeriesSource.of(GroupRow.of(Tenant.DEFAULT, samples));
  }

  private static Labels pod(String name, String pod) {
    return Labels.of("__name__", name, "job", "kubelet", "pod", pod);
  }

  private static void add(List<Sample> samples, Labels labels, int from, int to) {
    for (int minute = from; minute <= to; minute++) {
      samples.add(Sample.of(labels, minute * 60_000L, minute));
    }
  }

  private static Cardinality count(List<Matcher> matchers, int limit) {
    return Cardinality.of(pods(), Tenant.DEFAULT, matchers, HOUR, limit, (_, _) -> {});
  }

  @Test
  void seriesAreCountedByMetricLabelAndPair() {
    Cardinality found = count(List.of(), 10);
    assertEquals(6, found.series());
    assertEquals(2, found.started());
    assertEquals(1, found.ended());
    assertEquals(
        List.of(
            new Cardinality.Metric("container_cpu_usage_seconds_total", 4, 2, 1),
            new Cardinality.Metric("", 1, 0, 0),
            new Cardinality.Metric("up", 1, 0, 0)),
        found.metrics());
    assertEquals(
        List.of(new Cardinality.Metric("container_cpu_usage_seconds_total", 4, 2, 1)),
        found.churning());
    assertEquals(new Cardinality.Label("pod", 4, 24, 4), found.labels().getFirst());
    assertEquals(new Cardinality.Pair("job", "kubelet", 5), found.pairs().getFirst());
    assertEquals(300_000, found.edgeMillis());
  }

  @Test
  void matchersAndTheLimitHold() {
    Cardinality found = count(List.of(Matcher.regex("pod", "shop-[34]")), 1);
    assertEquals(2, found.series());
    assertEquals(2, found.started());
    assertEquals(0, found.ended());
    assertEquals(1, found.pairs().size());
  }
}
