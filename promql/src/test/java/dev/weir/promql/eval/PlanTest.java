package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.PlanNode;
import dev.weir.promql.query.PlanNode.Reading;
import dev.weir.promql.query.QueryDetail;
import dev.weir.promql.query.QueryResult;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/// What is said of how a query was evaluated.
class PlanTest {
  private static final QueryDetail PLAN = QueryDetail.NONE.withPlan();
  private static final Fixture DATA =
      Fixture.load(
          "http_requests_total{instance=\"a\"} 0+15x40",
          "http_requests_total{instance=\"b\"} 0+30x40",
          "up{instance=\"a\"} 1x40",
          "up{instance=\"b\"} 1x40");

  private static PlanNode range(String query) {
    QueryResult result =
        DATA.engine().range(query, 240_000, 360_000, 60_000, DATA.context().withDetail(PLAN));
    return result.plan().orElseThrow();
  }

  private static PlanNode instant(String query) {
    return DATA.engine()
        .instant(query, 240_000, DATA.context().withDetail(PLAN))
        .plan()
        .orElseThrow();
  }

  /// A node a line: expression, action, steps and series, and what was read.
  private static String tree(PlanNode node, String indent) {
    StringBuilder text = new StringBuilder(indent);
    text.append(node.expression()).append(": ").append(node.action());
    text.append(", %d steps, %d series".formatted(node.steps(), node.series()));
    for (Reading read : node.readings()) {
      text.append(
          ", reads %s %d-%d for \"%s\": %d groups, %d series, %d samples"
              .formatted(
                  read.matchers(),
                  read.startMillis(),
                  read.endMillis(),
                  read.hint(),
                  read.groups(),
                  read.series(),
                  read.samples()));
    }
    text.append('\n');
    node.parts().forEach(part -> text.append(tree(part, indent + "  ")));
    return text.toString();
  }

  @Test
  void anAggregationOfARate() {
    assertEquals(
        """
        sum by (instance) (rate(http_requests_total[1m])): added up block by block, groups held, \
        3 steps, 2 series
          rate(http_requests_total[1m]): windows of groups, one after another, 3 steps, 2 series, \
        reads {__name__="http_requests_total"} 180001-360000 for "rate": 2 groups, 2 series, \
        24 samples
        """,
        tree(range("sum by (instance) (rate(http_requests_total[1m]))"), ""));
  }

  @Test
  void twoSidesOfAnOperator() {
    assertEquals(
        """
        up * on (instance) sum by (instance) (http_requests_total): both sides held, matched by \
        labels, 1 steps, 2 series
          up: latest samples, 1 steps, 2 series, reads {__name__="up"} -59999-240000 for "": \
        2 groups, 2 series, 34 samples
          sum by (instance) (http_requests_total): added up block by block, groups held, 1 steps, \
        2 series
            http_requests_total: latest samples, 1 steps, 2 series, reads \
        {__name__="http_requests_total"} -59999-240000 for "sum by (instance)": 2 groups, \
        2 series, 34 samples
        """,
        tree(instant("up * on (instance) sum by (instance) (http_requests_total)"), ""));
  }

  @Test
  void whatIsTheSameAtAllStepsIsEvaluatedOnce() {
    assertEquals(
        """
        up @ 240.000: latest samples, once for all steps, 1 steps, 2 series, reads \
        {__name__="up"} -59999-240000 for "": 2 groups, 2 series, 34 samples
        """,
        tree(range("up @ 240"), ""));
  }

  @Test
  void aSubqueryHasStepsOfItsOwn() {
    assertEquals(
        """
        max_over_time(up[4m:30s]): windows of a subquery, 3 steps, 2 series
          up: latest samples, 12 steps, 2 series, reads {__name__="up"} -269999-360000 for \
        "max_over_time": 2 groups, 2 series, 50 samples
        """,
        tree(range("max_over_time(up[4m:30s])"), ""));
  }

  @Test
  void scalarsAndRanges() {
    assertEquals(
        """
        scalar(up{instance="a"}) + 1: number by number, 1 steps, 1 series
          scalar(up{instance="a"}): number by number, 1 steps, 1 series
            up{instance="a"}: latest samples, 1 steps, 1 series, reads {instance="a", \
        __name__="up"} -59999-240000 for "scalar": 1 groups, 1 series, 17 samples
          1: constant, 1 steps, 1 series
        """,
        tree(instant("scalar(up{instance=\"a\"}) + 1"), ""));
    assertEquals(
        """
        up[1m]: samples of a range, 1 steps, 2 series, reads {__name__="up"} 180001-240000 for \
        "": 2 groups, 2 series, 8 samples
        """,
        tree(instant("up[1m]"), ""));
  }

  @Test
  void timeIsShownAndMeasuredOnce() {
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      QueryEngine engine =
          new QueryEngine(EngineSettings.DEFAULT, ParserOptions.DEFAULT, threads, System::nanoTime);
      QueryResult result =
          engine.range(
              "sum(rate(http_requests_total[1m]))",
              240_000,
              360_000,
              60_000,
              DATA.context().withDetail(PLAN));
      PlanNode sum = result.plan().orElseThrow();
      PlanNode rate = sum.parts().getFirst();
      assertTrue(sum.nanos() > 0);
      assertTrue(rate.nanos() > 0);
      assertTrue(rate.readings().getFirst().findNanos() > 0);
      assertTrue(rate.readings().getFirst().readNanos() > 0);
      // Two threads at most and the query's own work for it.
      long all = sum.nanos() + rate.nanos() + rate.readings().getFirst().readNanos();
      assertTrue(all <= 3 * result.statistics().evalNanos(), () -> result.toString());
    }
  }

  @Test
  void aPlanIsMadeOnlyForWhoWantsIt() {
    assertEquals(Optional.empty(), DATA.at(240, "up").plan());
  }

  @Test
  void theValueIsTheSame() {
    String query = "sum by (instance) (rate(http_requests_total[1m])) > 0";
    assertEquals(
        DATA.at(240, query).value().toString(),
        DATA.engine().instant(query, 240_000, DATA.context().withDetail(PLAN)).value().toString());
  }
}
