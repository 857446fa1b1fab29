package dev.weir.history.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.TimeRange;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleUnitsTest {
  private static final long LOOKBACK = 300_000;
  private static final long MINUTE = 60_000;

  private static List<RuleUnit> units(String rules) {
    return RuleUnits.of(
        RuleFile.parse("rules.yml", rules, RuleFileSettings.DEFAULT).groups(), LOOKBACK);
  }

  /// One group with these rules.
  private static List<RuleUnit> group(String... rules) {
    StringBuilder text = new StringBuilder("groups:\n- name: api\n  rules:\n");
    for (String rule : rules) {
      text.append("  - {").append(rule).append("}\n");
    }
    return units(text.toString());
  }

  private static List<String> names(RuleUnit unit) {
    return unit.rules().stream().map(rule -> rule.rule().name()).toList();
  }

  @Test
  void rulesThatReadNothingFromEachOtherAreAlone() {
    List<RuleUnit> units = group("alert: Down, expr: up == 0", "record: job:up:sum, expr: sum(up)");
    assertEquals(List.of("Down"), names(units.get(0)));
    assertEquals(List.of("job:up:sum"), names(units.get(1)));
    assertTrue(units.stream().noneMatch(RuleUnit::stepwise));
    assertTrue(units.stream().noneMatch(RuleUnit::isChained));
  }

  @Test
  void whoAsksForTargetInfoReadsFromWhoRecordsIt() {
    String rules =
        """
        groups:
        - name: api
          rules:
          - {record: target_info, expr: 'max by (job, instance, version) (build_info)'}
          - {alert: Down, expr: 'info(up offset 10m) == 0'}
          - {alert: Old, expr: 'info(up, {version="1"}) == 1'}
          - {alert: Other, expr: 'info(up, {__name__="host_info"}) == 1'}
        """;
    List<RuleUnit> units =
        RuleUnits.of(
            RuleFile.parse(
                    "rules.yml",
                    rules,
                    new RuleFileSettings(
                        RuleFileSettings.DEFAULT.interval(),
                        RuleFileSettings.DEFAULT.queryOffset(),
                        ParserOptions.ofFeatures(List.of("promql-experimental-functions"))))
                .groups(),
            LOOKBACK);
    assertEquals(
        List.of(List.of("target_info", "Down", "Old"), List.of("Other")),
        units.stream().map(RuleUnitsTest::names).toList());
    assertEquals(15 * MINUTE + MINUTE, units.getFirst().rules().getFirst().leadMillis());
  }

  @Test
  void whoIsReadFromBeginsEarlier() {
    RuleUnit unit =
        group(
                "record: 'job:errors:rate5m', expr: 'sum by (job) (rate(errors_total[5m]))'",
                "record: 'job:errors:max', expr: 'max_over_time(job:errors:rate5m[1h])'",
                "alert: Errors, expr: 'job:errors:max > 3'")
            .getFirst();
    assertFalse(unit.stepwise());
    assertEquals(List.of("job:errors:rate5m", "job:errors:max", "Errors"), names(unit));
    assertEquals(
        List.of(
            // What the next one looks back, that one's lead, an interval each, and another one for
            // what the next one was before its first evaluation.
            5 * MINUTE + MINUTE + 60 * MINUTE + 2 * MINUTE, 5 * MINUTE + MINUTE, 0L),
        unit.rules().stream().map(PlannedRule::leadMillis).toList());
  }

  @Test
  void groupsAreReadFromInAnyOrder() {
    RuleUnit unit =
        units(
                """
                groups:
                  - name: alerts
                    rules:
                      - {alert: Slow, expr: 'job:latency:avg > 1'}
                  - name: records
                    rules:
                      - {record: 'job:latency:avg', expr: 'avg by (job) (latency)'}
                """)
            .getFirst();
    assertFalse(unit.stepwise());
    assertEquals(List.of("job:latency:avg", "Slow"), names(unit));
  }

  @Test
  void whatIsRecordedBehindTheTimeOfWhoReadsItGoesStepByStep() {
    String rules =
        """
        groups:
          - name: records
            query_offset: 3m
            rules: [{record: 'job:latency:avg', expr: 'avg by (job) (latency)'}]
          - name: alerts
            query_offset: %s
            rules: [{alert: Slow, expr: 'job:latency:avg %s > 1'}]
        """;
    assertTrue(units(rules.formatted("0s", "")).getFirst().stepwise(), "no offset");
    assertTrue(units(rules.formatted("1m", "offset 1m")).getFirst().stepwise(), "too short a one");
    assertFalse(units(rules.formatted("3m", "")).getFirst().stepwise(), "the same offset");
    assertFalse(units(rules.formatted("1m", "offset 2m")).getFirst().stepwise(), "both together");
  }

  @Test
  void clocksOfAlertsThatFollowEachOtherAddUp() {
    List<RuleUnit> units =
        group(
            "alert: Down, expr: up == 0, for: 20m",
            "alert: Slow, expr: latency > 1, for: 10m, keep_firing_for: 1m",
            "alert: Outage, expr: 'count(ALERTS{alertname=\"Down\"}) > 2', for: 30m",
            "alert: Quiet, expr: 'absent(ALERTS{alertname=\"Down\"})', for: 5m");
    assertEquals(
        List.of(20 * MINUTE + MINUTE + 30 * MINUTE + MINUTE, 12 * MINUTE),
        units.stream().map(RuleUnit::clocksMillis).toList());
    RuleUnit circle =
        group(
                "alert: A, expr: 'absent(ALERTS{alertname=\"B\"})', for: 5m",
                "alert: B, expr: 'absent(ALERTS{alertname=\"A\"})', for: 7m")
            .getFirst();
    assertEquals(14 * MINUTE, circle.clocksMillis());
  }

  @Test
  void labelsThatRulesSetTellSeriesApart() {
    List<RuleUnit> units =
        group(
            "record: slo, expr: sum(a), labels: {tier: gold}",
            "alert: Silver, expr: 'slo{tier=\"silver\"} > 1'",
            "alert: Gold, expr: 'slo{tier=~\"g.*\"} > 1'");
    assertEquals(List.of("slo", "Gold"), names(units.get(0)));
    assertEquals(List.of("Silver"), names(units.get(1)));
  }

  @Test
  void whatReadsItselfALaterRuleOrAnAlertGoesStepByStep() {
    assertTrue(group("record: total, expr: total + 1 or vector(0)").getFirst().stepwise());
    assertTrue(
        group("record: a, expr: b", "record: b, expr: up").getFirst().stepwise(), "later rule");
    assertTrue(
        group("alert: Down, expr: up == 0", "alert: Many, expr: count(ALERTS) > 3")
            .getFirst()
            .stepwise(),
        "alerts");
    assertTrue(
        group("record: a, expr: up", "alert: A, expr: a @ 1700000000 > 0").getFirst().stepwise(),
        "a fixed time");
    assertTrue(
        units(
                """
                groups:
                  - {name: one, rules: [{record: a, expr: b}]}
                  - {name: two, rules: [{record: b, expr: a}]}
                """)
            .getFirst()
            .stepwise(),
        "a circle");
  }

  @Test
  void alertsOfOtherNamesAreNotReadFrom() {
    List<RuleUnit> units =
        group("alert: Down, expr: up == 0", "alert: Others, expr: 'ALERTS{alertname=\"Up\"}'");
    assertEquals(2, units.size());
    assertFalse(units.get(1).stepwise());
  }

  @Test
  void forAlertsOnlyWhatTheyReadCounts() {
    String rules =
        """
        groups:
          - name: api
            rules:
            - {record: 'job:up:sum', expr: 'sum by (job) (up)'}
            - {record: 'job:up:max', expr: 'max_over_time(job:up:sum[5m])'}
            - {alert: Down, expr: 'job:up:max == 0'}
            - {alert: Slow, expr: 'latency > 1'}
            - {record: 'alerts:firing:count', expr: 'count by (alertname) (ALERTS)'}
            - {record: 'job:up:count', expr: 'count by (job) (up)'}
        """;
    List<RuleGroup> groups = RuleFile.parse("rules.yml", rules, RuleFileSettings.DEFAULT).groups();
    assertEquals(
        List.of(
            List.of("job:up:sum", "job:up:max", "Down", "Slow", "alerts:firing:count"),
            List.of("job:up:count")),
        RuleUnits.of(groups, LOOKBACK).stream().map(RuleUnitsTest::names).toList());
    List<RuleUnit> units = RuleUnits.ofAlerts(groups, LOOKBACK);
    assertEquals(
        List.of(List.of("job:up:sum", "job:up:max", "Down"), List.of("Slow")),
        units.stream().map(RuleUnitsTest::names).toList());
    assertTrue(units.stream().noneMatch(RuleUnit::stepwise), "an alert waits for others");
    assertEquals(List.of(0, 1), units.stream().map(RuleUnit::number).toList());
  }

  @Test
  void slicesAreDaysThatHaveTheirNumberWheneverTheyAreAskedFor() {
    RuleUnit unit = group("alert: Down, expr: up == 0").getFirst();
    long day = TimeSlice.DAY_MILLIS;
    List<TimeSlice> slices = TimeSlice.of(unit, new TimeRange(10 * day + 5, 12 * day));
    assertEquals(
        List.of(
            new TimeSlice(10, day, new TimeRange(10 * day + 5, 11 * day - 1)),
            new TimeSlice(11, day, new TimeRange(11 * day, 12 * day - 1)),
            new TimeSlice(12, day, new TimeRange(12 * day, 12 * day))),
        slices);
    assertEquals(List.of(false, true, false), slices.stream().map(TimeSlice::isWhole).toList());
  }

  @Test
  void slicesAreLongerThanWhatTheyBeginEarlierBy() {
    RuleUnit unit =
        group("record: a, expr: up", "record: b, expr: 'avg_over_time(a[2d])'").getFirst();
    long length = TimeSlice.of(unit, new TimeRange(0, 1)).getFirst().lengthMillis();
    assertTrue(length >= 4 * unit.leadMillis(), "slices of " + length);
  }
}
