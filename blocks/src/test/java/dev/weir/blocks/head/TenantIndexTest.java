package dev.weir.blocks.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TenantIndexTest {
  private static final HeadGroup GROUP =
      new HeadGroup(new GroupKey(new PartitionKey.Hashed(Tenant.DEFAULT, 0), "", Slice.WHOLE));

  @Property(tries = 300)
  void findsWhatTestingEverySeriesFinds(
      @ForAll("series") List<Labels> series,
      @ForAll("selectors") List<Matcher> matchers,
      @ForAll int removeEvery) {
    TenantIndex index = new TenantIndex();
    Set<Labels> live = new TreeSet<>();
    for (Labels labels : new TreeSet<>(series)) {
      HeadSeries added = index.add(new SeriesMeta(labels, MetricType.UNKNOWN));
      if (Math.floorMod(labels.hashCode(), 5) == Math.floorMod(removeEvery, 5)) {
        index.remove(added);
      } else {
        added.join(GROUP, 0);
        live.add(labels);
      }
    }
    Set<Labels> expected = new TreeSet<>(live);
    expected.removeIf(labels -> !matchers.stream().allMatch(m -> m.matches(labels.get(m.name()))));
    List<Labels> found = new ArrayList<>();
    index.match(matchers).forEach(one -> found.add(one.labels()));
    assertEquals(expected.size(), found.size());
    assertEquals(expected, new TreeSet<>(found));
    assertEquals(live.size(), index.size());
  }

  @Provide
  Arbitrary<List<Labels>> series() {
    Arbitrary<String> value = Arbitraries.of("", "api", "node", "a:9100", "b:9100");
    return net.jqwik.api.Combinators.combine(
            Arbitraries.of("up", "node_load1", "http_requests_total"), value, value, value)
        .as((name, job, instance, zone) ->
            Labels.of("__name__", name, "job", job, "instance", instance, "zone", zone))
        .list()
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<Matcher>> selectors() {
    return net.jqwik.api.Combinators.combine(
            Arbitraries.of(Matcher.Type.values()),
            Arbitraries.of("__name__", "job", "instance", "zone", "unknown"),
            Arbitraries.of("", "up", "api", "api|node", "api|", ".+", ".*", "[ab]:9100", "no.*"))
        .as(Matcher::of)
        .list()
        .ofMaxSize(4);
  }
}
