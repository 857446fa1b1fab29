package dev.weir.query.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.query.api.Cardinality.Count;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CardinalityTest {
  private static final List<Labels> SERIES =
      List.of(
          Labels.of("__name__", "up", "instance", "a:9100", "job", "node"),
          Labels.of("__name__", "up", "instance", "b:9100", "job", "node"),
          Labels.of("__name__", "node_load1", "instance", "a:9100", "job", "node"));

  @Test
  void countsSeriesValuesAndBytes() {
    Cardinality cardinality = Cardinality.of(SERIES, 10);

    assertEquals(3, cardinality.series());
    assertEquals(5, cardinality.labelPairs());
    assertEquals(
        List.of(new Count("up", 2), new Count("node_load1", 1)), cardinality.seriesByMetric());
    assertEquals(
        List.of(new Count("__name__", 2), new Count("instance", 2), new Count("job", 1)),
        cardinality.valuesByLabel());
    // 8 and 2, twice, and 8 and 10; 8 and 6, three times; 3 and 4, three times; 2 more each time.
    assertEquals(
        List.of(new Count("instance", 48), new Count("__name__", 44), new Count("job", 27)),
        cardinality.bytesByLabel());
    assertEquals(
        List.of(
            new Count("job=node", 3),
            new Count("__name__=up", 2),
            new Count("instance=a:9100", 2),
            new Count("__name__=node_load1", 1),
            new Count("instance=b:9100", 1)),
        cardinality.seriesByPair());
  }

  @Test
  void longTextsHaveLongLengths() {
    Labels labels = Labels.of("job", "j".repeat(255));

    assertEquals(
        List.of(new Count("job", 4 + 259)), Cardinality.of(List.of(labels), 1).bytesByLabel());
  }

  @Test
  void nothingHasNoCounts() {
    Cardinality cardinality = Cardinality.of(List.of(), 10);

    assertEquals(new Cardinality(0, 0, List.of(), List.of(), List.of(), List.of()), cardinality);
  }

  @Provide
  Arbitrary<List<Labels>> series() {
    Arbitrary<String> name = Arbitraries.of("__name__", "instance", "job", "le");
    Arbitrary<String> value = Arbitraries.of("a", "b", "c", "node", "0.5");
    return Arbitraries.maps(name, value)
        .ofMinSize(1)
        .map(pairs -> {
          Labels.Builder labels = Labels.EMPTY.toBuilder();
          pairs.forEach(labels::set);
          return labels.build();
        })
        .set()
        .map(List::copyOf);
  }

  /// Against counting each pair by looking at every series.
  @Property(tries = 200)
  void aListHasTheLargestCounts(
      @ForAll("series") List<Labels> series, @ForAll @IntRange(min = 1, max = 6) int limit) {
    Set<String> pairs = new TreeSet<>();
    Set<String> names = new LinkedHashSet<>();
    for (Labels labels : series) {
      labels.forEach((name, value) -> {
        pairs.add(name + "=" + value);
        names.add(name);
      });
    }
    List<Count> all = new ArrayList<>();
    for (String pair : pairs) {
      String name = pair.substring(0, pair.indexOf('='));
      String value = pair.substring(pair.indexOf('=') + 1);
      all.add(
          new Count(
              pair,
              series.stream()
                  .filter(labels -> labels.has(name) && labels.get(name).equals(value))
                  .count()));
    }
    // Pairs are in order of their text already.
    all.sort((left, right) -> Long.compare(right.count(), left.count()));

    Cardinality cardinality = Cardinality.of(series, limit);

    assertEquals(all.subList(0, Math.min(limit, all.size())), cardinality.seriesByPair());
    assertEquals(pairs.size(), cardinality.labelPairs());
    assertEquals(Math.min(limit, names.size()), cardinality.valuesByLabel().size());
    assertTrue(cardinality.seriesByMetric().size() <= limit);
  }
}
