package dev.weir.promql.eval.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import dev.weir.promql.eval.Queries;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MatchingTest {
  private static final Queries DATA =
      Queries.over(
          "requests{job=\"api\", code=\"200\"} 90",
          "requests{job=\"api\", code=\"500\"} 10",
          "requests{job=\"web\", code=\"200\"} 50",
          "capacity{job=\"api\"} 200",
          "capacity{job=\"web\"} 100",
          "owner{job=\"api\", team=\"core\"} 1",
          "owner{job=\"web\", team=\"front\"} 1",
          "twin{job=\"api\", zone=\"a\"} 1",
          "twin{job=\"api\", zone=\"b\"} 2",
          "late{job=\"api\", zone=\"a\"} 1 stale",
          "late{job=\"api\", zone=\"b\"} _ 5");

  private static void assertRefused(String query, String message) {
    WeirException failure =
        assertThrows(WeirException.Unprocessable.class, () -> DATA.vector(0, query));
    assertEquals(message, failure.getMessage());
  }

  @Test
  void manyToOneTakesTheLabelsOfTheManySide() {
    assertEquals(
        Map.of(
            "{code=\"200\", job=\"api\"}", 0.45,
            "{code=\"500\", job=\"api\"}", 0.05,
            "{code=\"200\", job=\"web\"}", 0.5),
        DATA.vector(0, "requests / on (job) group_left capacity"));
    assertEquals(
        Map.of(
            "{code=\"200\", job=\"api\"}", 110.0,
            "{code=\"500\", job=\"api\"}", 190.0,
            "{code=\"200\", job=\"web\"}", 50.0),
        DATA.vector(0, "capacity - on (job) group_right requests"));
  }

  @Test
  void labelsOfTheOneSideAreTakenOver() {
    assertEquals(
        Map.of(
            "{code=\"200\", job=\"api\", team=\"core\"}", 90.0,
            "{code=\"500\", job=\"api\", team=\"core\"}", 10.0,
            "{code=\"200\", job=\"web\", team=\"front\"}", 50.0),
        DATA.vector(0, "requests * on (job) group_left (team) owner"));
  }

  @Test
  void severalOnTheOneSideAreNamedInOrder() {
    assertRefused(
        "requests / on (job) group_left twin",
        "found duplicate series for the match group {job=\"api\"} on the right hand-side of the"
            + " operation: [{__name__=\"twin\", job=\"api\", zone=\"a\"}, {__name__=\"twin\","
            + " job=\"api\", zone=\"b\"}];many-to-many matching not allowed: matching labels must"
            + " be unique on one side");
    assertRefused(
        "twin / on (job) group_right requests",
        "found duplicate series for the match group {job=\"api\"} on the left hand-side of the"
            + " operation: [{__name__=\"twin\", job=\"api\", zone=\"a\"}, {__name__=\"twin\","
            + " job=\"api\", zone=\"b\"}];many-to-many matching not allowed: matching labels must"
            + " be unique on one side");
  }

  @Test
  void severalOnTheManySideHaveToBeAskedFor() {
    assertRefused(
        "requests / on (job) capacity",
        "multiple matches for labels: many-to-one matching must be explicit"
            + " (group_left/group_right)");
  }

  @Test
  void labelsTakenOverMayNotMakeSeriesEqual() {
    assertRefused(
        "requests * on (job) group_left (code) owner",
        "multiple matches for labels: grouping labels must ensure unique matches");
  }

  @Test
  void seriesThatFollowEachOtherAreOneSideAtATime() {
    assertEquals(Map.of("{job=\"api\"}", 200.0), DATA.vector(0, "capacity * on (job) late"));
    assertEquals(Map.of("{job=\"api\"}", 1000.0), DATA.vector(15, "capacity * on (job) late"));
    assertEquals(
        List.of(200.0, 1000.0),
        DATA.column(0, 15, 15, "capacity * on (job) late", "{job=\"api\"}"));
  }

  @Test
  void comparisonsFilterOrAnswerZeroAndOne() {
    assertEquals(
        Map.of("requests{code=\"200\", job=\"api\"}", 90.0), DATA.vector(0, "requests > 50"));
    assertEquals(
        Map.of("requests{code=\"200\", job=\"api\"}", 90.0), DATA.vector(0, "50 < requests"));
    assertEquals(
        Map.of(
            "{code=\"200\", job=\"api\"}", 1.0,
            "{code=\"500\", job=\"api\"}", 0.0,
            "{code=\"200\", job=\"web\"}", 0.0),
        DATA.vector(0, "requests > bool 50"));
  }

  @Test
  void setOperatorsLookAtMatchingLabels() {
    assertEquals(
        Map.of("requests{code=\"200\", job=\"web\"}", 50.0),
        DATA.vector(0, "requests unless on (job) twin"));
    assertEquals(
        Map.of("capacity{job=\"api\"}", 200.0), DATA.vector(0, "capacity and on (job) twin"));
    assertEquals(
        Map.of(
            "twin{job=\"api\", zone=\"a\"}", 1.0,
            "twin{job=\"api\", zone=\"b\"}", 2.0,
            "capacity{job=\"web\"}", 100.0),
        DATA.vector(0, "twin or on (job) capacity"));
  }

  @Test
  void seriesThatLoseTheirNamesMayNotMeet() {
    assertRefused(
        "{__name__=~\"twin|late\", zone=\"a\"} * 1",
        "vector cannot contain metrics with the same labelset");
    assertRefused(
        "count_over_time({__name__=~\"twin|late\"}[1m])",
        "vector cannot contain metrics with the same labelset");
  }
}
