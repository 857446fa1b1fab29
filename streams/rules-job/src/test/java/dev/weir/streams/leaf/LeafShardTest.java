package dev.weir.streams.leaf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.PartitionKey;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.definition.LeafPlans;
import dev.weir.streams.partial.Partial;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeafShardTest {
  private static final GroupId RULES = new GroupId(Tenant.DEFAULT, "node.yml", "node");
  private static final long LOOKBACK = 300_000;
  private static final long BOUND = 2_000;

  private final PromqlParser parser = new PromqlParser(ParserOptions.DEFAULT);
  private static final long PARKED_AT = 49_500;

  private final Set<GroupKey> parked = new HashSet<>();
  private final LeafShard shard =
      new LeafShard(
          3,
          QueryEngine.inCallersThread(),
          BOUND,
          sinceMillis -> sinceMillis <= PARKED_AT ? parked : Set.of());
  private final List<Partial> results = new ArrayList<>();

  private LeafPlan plan(int version, long firstMillis, String... leaves) {
    List<Leaf> planned = new ArrayList<>();
    List<SelectorReach> selectors = new ArrayList<>();
    for (String leaf : leaves) {
      planned.add(new Leaf(parser.parse(leaf), Leaf.Kind.SERIES));
      selectors.addAll(SelectorReach.in(planned.getLast().expr(), LOOKBACK));
    }
    return new LeafPlan(
        RULES,
        new Hash128(0, version),
        EngineSettings.DEFAULT,
        firstMillis,
        10_000,
        0,
        planned,
        selectors);
  }

  private static Labels up(String instance) {
    return Labels.of("__name__", "up", "job", "node", "instance", instance);
  }

  /// A scrape of a target every 10 s, appended some time after it began.
  private void scrape(String instance, long millis, double value, long delayMillis) {
    add(instance, millis, value, OptionalLong.of(millis + 10_000), delayMillis);
  }

  private void add(String instance, long millis, double value, OptionalLong due, long delayMillis) {
    for (GroupRow row :
        GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(up(instance), millis, value)))) {
      shard.rows(row.group(), row.layout(), List.of(row.row()), due, millis + delayMillis);
    }
  }

  private void evaluate(long readToMillis) {
    shard.evaluate(readToMillis, Set.of(), results::add);
  }

  private List<Long> times() {
    return results.stream().map(Partial::timestampMillis).toList();
  }

  private static double value(Partial partial) {
    Partial.Leaf.Values values =
        assertInstanceOf(Partial.Leaf.Values.class, partial.leaves().get(0));
    return values.samples().getFirst().value();
  }

  private void rules(LeafPlan... versions) {
    shard.plans(new LeafPlans(versions.length, Map.of(RULES, List.of(versions))));
  }

  @Test
  void anEvaluationHasTheRowsOfItsTime() {
    rules(plan(1, 20_000, "up"));
    scrape("a", 9_000, 1, 50);
    scrape("a", 19_000, 0, 50);

    evaluate(19_500);
    assertEquals(List.of(), times());

    evaluate(20_000);
    assertEquals(List.of(20_000L), times());
    assertEquals(0, value(results.getFirst()));
    assertEquals(3, results.getFirst().partition());
  }

  @Test
  void aDueRowIsWaitedForAsLongAsRowsUsuallyTake() {
    rules(plan(1, 20_000, "up"));
    scrape("a", 9_500, 1, 300);

    // Due at 19.5 s, and usually there 0.3 s later: twice that and 0.1 s.
    evaluate(20_199);
    assertEquals(List.of(), times());
    evaluate(20_200);
    assertEquals(List.of(20_000L), times());
    assertEquals(1, value(results.getFirst()));
  }

  @Test
  void nobodyIsWaitedForBeyondTheBound() {
    rules(plan(1, 20_000, "up"));
    scrape("a", 9_999, 1, 8_000);

    evaluate(21_998);
    assertEquals(List.of(), times());
    evaluate(21_999);
    assertEquals(List.of(20_000L), times());
  }

  @Test
  void afterThreeMissedRowsAGroupIsNotWaitedFor() {
    rules(plan(1, 20_000, "up"));
    scrape("a", 9_999, 1, 1_000);
    evaluate(39_999);
    assertEquals(List.of(20_000L, 30_000L), times());
    evaluate(40_000);
    assertEquals(2, times().size());
    evaluate(50_000);
    assertEquals(List.of(20_000L, 30_000L, 40_000L, 50_000L), times());
  }

  @Test
  void pushedGroupsAreNotWaitedFor() {
    rules(plan(1, 20_000, "up"));
    add("a", 9_999, 1, OptionalLong.empty(), 1_000);

    evaluate(20_000);

    assertEquals(List.of(20_000L), times());
  }

  @Test
  void missedTimesAreCaughtUpAsIfTheyWerePresent() {
    rules(plan(1, 20_000, "up"));
    for (int second = 5; second <= 65; second += 10) {
      long millis = second * 1000L;
      evaluate(millis + 50);
      scrape("a", millis, second, 50);
    }

    assertEquals(List.of(20_000L, 30_000L, 40_000L, 50_000L, 60_000L), times());
    assertEquals(
        List.of(15.0, 25.0, 35.0, 45.0, 55.0), results.stream().map(LeafShardTest::value).toList());
  }

  @Test
  void aPartitionWithoutRowsStillReports() {
    rules(plan(1, 20_000, "up", "rate(up[1m])"));
    shard.read("weir.samples", 17);

    evaluate(20_000);

    assertEquals(List.of(20_000L), times());
    assertEquals(Map.of(), results.getFirst().leaves());
    assertEquals(Map.of("weir.samples", 17L), results.getFirst().cut());
  }

  @Test
  void aNewVersionTakesOverAtItsFirstTime() {
    rules(plan(1, 20_000, "up"));
    evaluate(20_000);
    LeafPlan first = plan(1, 20_000, "up");
    LeafPlan second = plan(2, 45_000, "up == 0");
    rules(first, second);

    evaluate(60_000);

    assertEquals(List.of(20_000L, 30_000L, 40_000L, 45_000L, 55_000L), times());
    assertEquals(
        List.of(
            first.results(), first.results(), first.results(), second.results(), second.results()),
        results.stream().map(Partial::definition).toList());
  }

  @Test
  void anAggregationTravelsAsWhatItHasTakenIn() {
    Leaf sum = new Leaf(parser.parse("sum by (job) (up)"), Leaf.Kind.STATES);
    rules(
        new LeafPlan(
            RULES,
            new Hash128(0, 1),
            EngineSettings.DEFAULT,
            20_000,
            10_000,
            0,
            List.of(sum),
            SelectorReach.in(sum.expr(), LOOKBACK)));
    for (int target = 0; target < 100; target++) {
      scrape("host-" + target, 15_000, 1, 0);
    }

    evaluate(20_000);

    Partial.Leaf.Values values =
        assertInstanceOf(Partial.Leaf.Values.class, results.getFirst().leaves().get(0));
    Labels state = Labels.of("job", "node");
    assertEquals(
        List.of(
            new QueryValue.Sample(state.with("__weir_part__", "lost"), 0, null),
            new QueryValue.Sample(state.with("__weir_part__", "sum"), 100, null)),
        values.samples());
  }

  @Test
  void resultsOfAnotherSplitAreOthers() {
    Leaf states = new Leaf(parser.parse("sum(up)"), Leaf.Kind.STATES);
    Leaf series = new Leaf(parser.parse("up"), Leaf.Kind.SERIES);
    Hash128 definition = new Hash128(0, 1);

    EngineSettings engine = EngineSettings.DEFAULT;
    Hash128 results = results(definition, engine, 20_000, states);
    assertEquals(results, results(definition, engine, 90_000, states));
    assertNotEquals(results, results(definition, engine, 20_000, series));
    for (EngineSettings other :
        List.of(
            engine.withDelayedNameRemoval(true),
            engine.withTypeAndUnitLabels(true),
            engine.withLookback(Duration.ofMinutes(7)))) {
      assertNotEquals(results, results(definition, other, 20_000, states));
    }
  }

  private static Hash128 results(
      Hash128 definition, EngineSettings engine, long firstMillis, Leaf leaf) {
    List<SelectorReach> selectors = SelectorReach.in(leaf.expr(), LOOKBACK);
    return new LeafPlan(RULES, definition, engine, firstMillis, 10_000, 0, List.of(leaf), selectors)
        .results();
  }

  @Test
  void aLeafThatCannotBeComputedSaysWhy() {
    rules(plan(1, 20_000, "abs({__name__=~\"up|down\", job=\"node\"})"));
    scrape("a", 15_000, 1, 0);
    for (GroupRow row :
        GroupRow.of(
            Tenant.DEFAULT, List.of(Sample.of(up("a").with("__name__", "down"), 15_000, 2)))) {
      GroupKey group = row.group();
      shard.rows(group, row.layout(), List.of(row.row()), OptionalLong.empty(), 15_000);
    }

    evaluate(20_000);

    assertEquals(
        new Partial.Leaf.Failed("vector cannot contain metrics with the same labelset"),
        results.getFirst().leaves().get(0));
  }

  @Test
  void whatNobodyLooksBackOnIsDropped() {
    rules(plan(1, 20_000, "up"));
    for (int second = 5; second <= 3_605; second += 10) {
      scrape("a", second * 1000L, 1, 0);
      evaluate(second * 1000L);
      shard.drop(second * 1000L);
    }

    assertEquals(31, shard.window().rowCount());
  }

  @Test
  void aNewRuleWaitsForTheRowsOfGroupsThatWereThereBeforeIt() {
    rules(plan(1, 10_000, "down"));
    scrape("a", 9_500, 1, 300);
    evaluate(10_000);
    results.clear();

    shard.plans(new LeafPlans(2, Map.of(RULES, List.of(plan(2, 20_000, "up")))));
    evaluate(19_999);
    scrape("a", 19_500, 0, 300);
    evaluate(20_000);
    assertEquals(List.of(20_000L), times());
    assertEquals(0, value(results.getFirst()));
  }

  @Test
  void groupsThatStoppedWithoutAWordAreSilentInputs() {
    rules(plan(1, 20_000, "up"));
    scrape("a", 9_000, 1, 50);
    scrape("b", 9_000, 1, 50);
    scrape("c", 9_000, 1, 50);
    assertEquals(Map.of(RULES, 0), shard.silentInputs(48_999));

    scrape("a", 39_000, 1, 50);
    // Gone from discovery: nothing more is due.
    add("b", 39_000, StalenessMarker.VALUE, OptionalLong.empty(), 50);
    assertEquals(Map.of(RULES, 1), shard.silentInputs(49_000));

    scrape("c", 49_000, 1, 50);
    assertEquals(Map.of(RULES, 0), shard.silentInputs(50_000));
  }

  @Test
  void aPartialResultNamesTargetsThatAreSilent() {
    rules(plan(1, 50_000, "up"));
    scrape("a", 9_000, 1, 50);
    scrape("b", 45_000, 1, 50);
    evaluate(50_000);
    assertEquals(
        SilentTargets.of(List.of(new SilentTargets.Target("node", "a"))),
        results.getFirst().silent());
  }

  @Test
  void aPartialResultNamesTargetsWhoseRowsCannotBeReadYet() {
    rules(plan(1, 50_000, "up"));
    scrape("a", 49_000, 1, 50);
    parked.add(
        new GroupKey(new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "b"), "", Slice.WHOLE));
    Tenant other = new Tenant("other");
    parked.add(new GroupKey(new PartitionKey.OfTarget(other, "node", "c"), "", Slice.WHOLE));
    evaluate(50_000);
    assertEquals(
        SilentTargets.of(List.of(new SilentTargets.Target("node", "b"))),
        results.getFirst().silent());
  }

  @Test
  void rowsThatCouldNotBeReadForAnHourKeepNoAlertUp() {
    long hourLater = 3_660_000;
    rules(plan(1, hourLater, "up"));
    scrape("a", hourLater - 1_000, 1, 50);
    parked.add(
        new GroupKey(new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "b"), "", Slice.WHOLE));
    evaluate(hourLater);
    assertEquals(SilentTargets.NONE, results.getFirst().silent());
  }
}
