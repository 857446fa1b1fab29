package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a [SeriesSource] lists: names and values of labels, and series.
abstract class SeriesListingSuite extends SeriesSourceSuite {
  @Test
  void labelNamesAreThoseOfTheMatchingSeries() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(
        List.of("__name__", "instance", "job", "task"),
        source.labelNames(TENANT, List.of(), ALL, 0).items());
    assertEquals(
        List.of("__name__", "task"),
        source
            .labelNames(TENANT, List.of(List.of(Matcher.equal("task", "backup"))), ALL, 0)
            .items());
    assertEquals(
        List.of("__name__", "instance", "job", "task"),
        source
            .labelNames(
                TENANT,
                List.of(
                    List.of(Matcher.equal("task", "backup")), List.of(Matcher.equal("job", "api"))),
                ALL,
                0)
            .items());
    assertEquals(
        List.of(),
        source.labelNames(TENANT, List.of(List.of(Matcher.equal("job", "x"))), ALL, 0).items());
  }

  @Test
  void labelValuesAreThoseOfTheMatchingSeries() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(
        List.of("api", "node"), source.labelValues(TENANT, "job", List.of(), ALL, 0).items());
    assertEquals(
        List.of("a"),
        source
            .labelValues(TENANT, "instance", List.of(List.of(Matcher.equal("job", "api"))), ALL, 0)
            .items());
    assertEquals(
        List.of("batch_last_success", "node_load1"),
        source
            .labelValues(
                TENANT,
                "__name__",
                List.of(
                    List.of(Matcher.equal("__name__", "node_load1")),
                    List.of(Matcher.equal("job", ""))),
                ALL,
                0)
            .items());
    assertEquals(List.of(), source.labelValues(TENANT, "region", List.of(), ALL, 0).items());
  }

  @Test
  void seriesAreListedInOrderEachOnce() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(
        List.of(BATCH, LOAD_A, UP_API, UP_A, UP_B).stream().sorted().toList(),
        source.series(TENANT, List.of(), ALL, 0).items());
    assertEquals(
        List.of(UP_API, UP_A).stream().sorted().toList(),
        source
            .series(
                TENANT,
                List.of(
                    List.of(Matcher.equal("job", "api")),
                    List.of(Matcher.equal("__name__", "up"), Matcher.equal("instance", "a"))),
                ALL,
                0)
            .items());
  }

  @Test
  void aLimitCutsAListAndSaysSo() throws Exception {
    SeriesSource source = fiveSeries();
    Listing<String> names = source.labelNames(TENANT, List.of(), ALL, 2);
    assertEquals(2, names.items().size());
    assertTrue(names.truncated());
    Listing<String> exact = source.labelNames(TENANT, List.of(), ALL, 4);
    assertEquals(4, exact.items().size());
    assertFalse(exact.truncated());
    Listing<String> values = source.labelValues(TENANT, "job", List.of(), ALL, 1);
    assertEquals(1, values.items().size());
    assertTrue(values.truncated());
    Listing<Labels> series = source.series(TENANT, List.of(), ALL, 3);
    assertEquals(3, series.items().size());
    assertTrue(series.truncated());
    assertFalse(source.series(TENANT, List.of(), ALL, 5).truncated());
  }

  @Test
  void listsLeaveOutWhatHasLongEndedAndKeepWhatIsInTheRange() throws Exception {
    SeriesSource source = fiveSeries();
    TimeRange around = new TimeRange(BASE, BASE);
    assertEquals(5, source.series(TENANT, List.of(), around, 0).items().size());
    assertEquals(
        List.of("api", "node"), source.labelValues(TENANT, "job", List.of(), around, 0).items());
  }
}
