package dev.weir.streams;

import static dev.weir.streams.JobDriver.START;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow.Sample;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesTopologyTest {
  private static final String EVERY_SECOND =
      "groups: [{name: node, interval: 1s, rules: [{record: fleet:size, expr: vector(%d)}]}]";

  private static final String RULES =
      """
      groups:
        - name: node
          interval: 10s
          rules:
            - record: job:up:sum
              expr: sum by (job) (up)
            - alert: InstanceDown
              expr: up == 0
              for: 20s
              labels: {severity: page}
              annotations: {summary: "{{ $labels.instance }} is down"}
            - record: job:up:sum_max
              expr: max_over_time(job:up:sum[1m])
      """;

  @TempDir private Path directory;
  private JobDriver job;

  @SuppressWarnings("NullAway.Init") // Made before each test.
  RulesTopologyTest() {}

  @BeforeEach
  void start() {
    job = new JobDriver(directory);
  }

  @AfterEach
  void stop() {
    job.close();
  }

  /// Lets time pass up to a second after the start, and scrapes at every fifth of ten.
  private void runTo(int second, double a, double b) {
    runTo(second, now -> List.of(Sample.of(up("a"), now, a), Sample.of(up("b"), now, b)));
  }

  /// The same, and scrapes `a` alone.
  private void runWithoutB(int second) {
    runTo(second, now -> List.of(Sample.of(up("a"), now, 1)));
  }

  private void runTo(int second, LongFunction<List<Sample>> scraped) {
    while (secondsOf(job.nowMillis()) < second) {
      job.advance(Duration.ofSeconds(1));
      if (secondsOf(job.nowMillis()) % 10 == 5) {
        job.scrape(scraped.apply(job.nowMillis()), Duration.ofSeconds(10));
      }
    }
  }

  private static long secondsOf(long millis) {
    return (millis - START.toEpochMilli()) / 1000;
  }

  private static Labels up(String instance) {
    return Labels.of("__name__", "up", "job", "node", "instance", instance);
  }

  private List<String> recordedSeries() {
    return job.recorded().stream()
        .map(sample ->
            "%s %s @%d"
                .formatted(
                    sample.labels(),
                    StalenessMarker.is(sample.value()) ? "stale" : Double.toString(sample.value()),
                    secondsOf(sample.timestampMillis())))
        .sorted()
        .toList();
  }

  @Test
  void aRuleRecordsAndLaterRulesOfTheGroupSeeIt() {
    job.define(RULES);
    runTo(12, 1, 1);
    assertEquals(
        List.of("job:up:sum_max{job=\"node\"} 2.0 @10", "job:up:sum{job=\"node\"} 2.0 @10"),
        recordedSeries());

    runTo(22, 1, 0);
    assertTrue(
        recordedSeries()
            .containsAll(
                List.of(
                    "job:up:sum_max{job=\"node\"} 2.0 @20", "job:up:sum{job=\"node\"} 1.0 @20")));
  }

  @Test
  void anAlertIsToldOfWhenItIsPendingFiresAndIsOver() {
    job.define(RULES);
    runTo(12, 1, 0);
    AlertTransition pending = job.transitions().getFirst();
    assertEquals(AlertTransition.State.PENDING, pending.state());
    assertEquals(START.plusSeconds(10), pending.activeAt());
    assertEquals("eu-1", pending.labels().get("cluster"));
    assertEquals(List.of("cluster"), pending.externalLabels());

    runTo(28, 1, 0);
    assertEquals(List.of(), job.transitions());
    runTo(32, 1, 0);
    List<AlertTransition> firing = job.transitions();
    assertEquals(1, firing.size());
    assertEquals(AlertTransition.State.FIRING, firing.getFirst().state());
    assertEquals(Optional.of(START.plusSeconds(30)), firing.getFirst().startsAt());
    assertEquals("b is down", firing.getFirst().annotations().get("summary"));
    assertTrue(
        recordedSeries()
            .contains(
                "ALERTS{alertname=\"InstanceDown\", alertstate=\"firing\", instance=\"b\","
                    + " job=\"node\", severity=\"page\"} 1.0 @30"));

    runTo(42, 1, 1);
    List<AlertTransition> over = job.transitions();
    assertEquals(1, over.size());
    assertEquals(AlertTransition.State.RESOLVED, over.getFirst().state());
    assertEquals(Optional.of(START.plusSeconds(40)), over.getFirst().endsAt());
    assertTrue(
        recordedSeries()
            .contains(
                "ALERTS{alertname=\"InstanceDown\", alertstate=\"firing\", instance=\"b\","
                    + " job=\"node\", severity=\"page\"} stale @40"));
  }

  @Test
  void aNewRuleSeesWhatCameBeforeIt() {
    runTo(52, 1, 1);
    job.define(RULES.replace("sum by (job) (up)", "sum_over_time(up[1m])"));
    runTo(62, 1, 1);

    // Scrapes at 5, 15, … 55, of which a rule that is new at 52 has seen one itself.
    List<String> recorded = recordedSeries();
    assertTrue(
        recorded.contains("job:up:sum{instance=\"a\", job=\"node\"} 6.0 @60"), recorded::toString);
  }

  /// The past that a new rule reads has the layout of rows that the task itself could not read.
  @Test
  void rowsThatWaitForTheirLayoutAreReadWithThatOfThePast() {
    Duration interval = Duration.ofSeconds(10);
    job.scrapeBefore(List.of(Sample.of(up("a"), job.nowMillis(), 1)), interval);
    job.advance(Duration.ofSeconds(5));
    job.scrapeAgain(List.of(Sample.of(up("a"), job.nowMillis(), 0)), interval);
    job.define(RULES);
    job.advance(Duration.ofSeconds(3));
    job.advance(Duration.ofSeconds(4));
    assertEquals(
        List.of("job:up:sum_max{job=\"node\"} 0.0 @10", "job:up:sum{job=\"node\"} 0.0 @10"),
        recordedSeries().stream().filter(series -> series.startsWith("job:")).toList());
  }

  @Test
  void aRuleThatCannotBeEvaluatedHereSaysWhyAndTheOthersGoOn() {
    job.define(
        RULES.replace("max_over_time(job:up:sum[1m])", "max_over_time(up[1d])")
            + """
                  - record: job:up:min
                    expr: min by (job) (up @ end())
                  - record: job:up:count
                    expr: count by (job) (up)
            """);
    TestOutputTopic<byte[], byte[]> reports = job.output(Topics.RULES);
    runTo(12, 1, 1);

    assertEquals(
        List.of("job:up:count{job=\"node\"} 2.0 @10", "job:up:sum{job=\"node\"} 2.0 @10"),
        recordedSeries());
    RuleGroupRecord report =
        RecordType.RULES.reader(Optional.empty()).read(reports.readValuesToList().getFirst());
    RuleGroupRecord.Status status = assertInstanceOf(RuleGroupRecord.Status.class, report.body());
    assertEquals(
        List.of(
            "",
            "",
            "up looks back 1d, rules on the stream 2h (rules.window); set rules.query_url, and it is"
                + " evaluated by query",
            "up @ end() is read at another time than the evaluation's (by @), as rules on the stream"
                + " cannot; set rules.query_url, and it is evaluated by query",
            ""),
        status.rules().stream().map(rule -> rule.error().orElse("")).toList());
  }

  @Test
  void whatARemovedGroupHasLeftEnds() {
    job.define(RULES);
    runTo(32, 1, 0);
    assertEquals(AlertTransition.State.FIRING, job.transitions().getLast().state());
    recordedSeries();
    TestOutputTopic<byte[], byte[]> reports = job.output(Topics.RULES);
    reports.readRecordsToList();

    job.remove("node");
    runTo(34, 1, 0);

    AlertTransition over = job.transitions().getFirst();
    assertEquals(AlertTransition.State.RESOLVED, over.state());
    assertEquals("b", over.labels().get("instance"));
    assertEquals("eu-1", over.labels().get("cluster"));
    assertEquals(Optional.of(START.plusSeconds(33)), over.endsAt());
    assertTrue(recordedSeries().contains("job:up:sum{job=\"node\"} stale @33"));
    TestRecord<byte[], byte[]> status = reports.readRecord();
    assertArrayEquals(RuleGroupRecord.statusKey(Tenant.DEFAULT, "node.yml", "node"), status.key());
    assertNull(status.value());
    runTo(52, 1, 0);
    assertEquals(List.of(), job.transitions());
    assertEquals(List.of(), recordedSeries());
  }

  @Test
  void theAlertsOfARuleThatIsTakenOutOfItsGroupAreOver() {
    job.define(RULES);
    runTo(32, 1, 0);
    assertEquals(AlertTransition.State.FIRING, job.transitions().getLast().state());

    job.define(RULES.replace("up == 0", "up == bool 7"));
    runTo(42, 1, 0);

    List<AlertTransition> told = job.transitions();
    assertEquals(
        List.of(
            AlertTransition.State.PENDING,
            AlertTransition.State.PENDING,
            AlertTransition.State.RESOLVED),
        told.stream().map(AlertTransition::state).toList());
    assertEquals(Optional.of(START.plusSeconds(40)), told.getLast().endsAt());
  }

  @Test
  void aChangeThatIsTakenBackLeavesNothing() {
    job.define(RULES);
    runTo(12, 1, 1);
    job.define(RULES + "    - {alert: Bad, expr: up == 1}\n".indent(2));
    runTo(22, 1, 1);
    assertEquals(2, job.transitions().size());

    job.define(RULES);
    runTo(32, 1, 1);

    assertEquals(
        List.of(AlertTransition.State.RESOLVED, AlertTransition.State.RESOLVED),
        job.transitions().stream().map(AlertTransition::state).toList());
  }

  @Test
  void aChangedGroupIsReportedAtItsFirstEvaluation() {
    job.define(EVERY_SECOND.formatted(1));
    TestOutputTopic<byte[], byte[]> reports = job.output(Topics.RULES);
    runTo(14, 1, 1);
    // Nothing changes from one evaluation to the next, so one report is enough for a while.
    assertEquals(1, reports.readValuesToList().size());
    String changed = EVERY_SECOND.formatted(2);
    job.define(changed);
    runTo(17, 1, 1);

    RuleGroupRecord report =
        RecordType.RULES.reader(Optional.empty()).read(reports.readValuesToList().getFirst());

    RuleGroupRecord.Status status = assertInstanceOf(RuleGroupRecord.Status.class, report.body());
    assertEquals(
        RuleFile.parse("node.yml", changed, RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .contentHash(),
        status.definition());
  }

  @Test
  void whatAGroupComesToIsReported() {
    job.define(RULES);
    TestOutputTopic<byte[], byte[]> reports = job.output(Topics.RULES);
    runTo(12, 1, 0);

    RuleGroupRecord report =
        RecordType.RULES.reader(Optional.empty()).read(reports.readValuesToList().getFirst());

    RuleGroupRecord.Status status = assertInstanceOf(RuleGroupRecord.Status.class, report.body());
    assertEquals(START.plusSeconds(10), status.evaluatedAt());
    assertTrue(status.complete());
    assertEquals(3, status.rules().size());
    assertEquals("b", status.rules().get(1).alerts().getFirst().labels().get("instance"));
    assertEquals(
        RuleFile.parse("node.yml", RULES, RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .rules()
            .stream()
            .map(rule -> rule.identity().toString())
            .toList(),
        status.rules().stream().map(RuleGroupRecord.RuleStatus::id).toList());
  }

  @Test
  void aShadowGroupIsSeenAndTellsNobody() {
    job.define(
        RuleFile.parse("node.yml", RULES.replace("20s", "0s"), RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .asShadow());
    TestOutputTopic<byte[], byte[]> reports = job.output(Topics.RULES);
    runTo(12, 1, 0);
    assertEquals(
        List.of(
            "shadow:ALERTS_FOR_STATE{alertname=\"InstanceDown\", instance=\"b\", job=\"node\","
                + " severity=\"page\", shadow=\"true\"} 1.70000001E9 @10",
            "shadow:ALERTS{alertname=\"InstanceDown\", alertstate=\"firing\", instance=\"b\","
                + " job=\"node\", severity=\"page\", shadow=\"true\"} 1.0 @10",
            "shadow:job:up:sum_max{job=\"node\", shadow=\"true\"} 1.0 @10",
            "shadow:job:up:sum{job=\"node\", shadow=\"true\"} 1.0 @10"),
        recordedSeries());
    assertEquals(List.of(), job.transitions());
    RuleGroupRecord report =
        RecordType.RULES.reader(Optional.empty()).read(reports.readValuesToList().getFirst());
    assertEquals("node.yml;shadow", report.file());
    RuleGroupRecord.Status status = assertInstanceOf(RuleGroupRecord.Status.class, report.body());
    assertEquals("true", status.rules().get(1).alerts().getFirst().labels().get("shadow"));

    job.remove("node.yml;shadow", "node");
    job.advance(Duration.ofSeconds(1));
    assertTrue(
        recordedSeries().stream()
            .allMatch(series -> series.startsWith("shadow:") && series.contains(" stale ")));
    assertEquals(List.of(), job.transitions());
  }

  @Test
  void aLiveGroupThatBecomesAShadowHasItsAlertsEnd() {
    String rules = RULES.replace("20s", "0s");
    job.define(rules);
    runTo(12, 1, 0);
    assertEquals(AlertTransition.State.FIRING, job.transitions().getFirst().state());
    job.remove("node");
    job.define(
        RuleFile.parse("node.yml", rules, RuleFileSettings.DEFAULT).groups().getFirst().asShadow());
    runTo(22, 1, 0);
    assertEquals(
        List.of(AlertTransition.State.RESOLVED),
        job.transitions().stream().map(AlertTransition::state).toList());
  }

  private List<String> states() {
    return job.transitions().stream()
        .map(told -> told.labels().get("instance") + " " + told.state())
        .toList();
  }

  @Test
  void anAlertOfATargetThatFallsSilentDoesNotResolve() {
    job.define(RULES.replace("20s", "0s"));
    runTo(12, 0, 0);
    assertEquals(List.of("a FIRING", "b FIRING"), states());

    // Nobody knows how it goes on with b, while a is up again.
    runWithoutB(1_000);
    assertEquals(List.of("a RESOLVED"), states());
    assertTrue(
        recordedSeries().stream()
            .anyMatch(series -> series.startsWith("ALERTS{") && series.endsWith(" 1.0 @990")));

    // A rate would need more than the first row.
    runTo(1_022, 1, 1);
    assertEquals(List.of(), states());
    runTo(1_042, 1, 1);
    assertEquals(List.of("b RESOLVED"), states());
  }

  @Test
  void anAlertOnARateDoesNotResolveBeforeItsTargetIsSilent() {
    job.define(
        """
        groups:
          - name: node
            interval: 10s
            rules:
              - {alert: Busy, expr: "rate(up[25s]) >= 0"}
        """);
    runTo(22, 1, 1);
    assertEquals(List.of("a FIRING", "b FIRING"), states());
    runWithoutB(300);
    runTo(312, 1, 1);
    assertEquals(List.of(), states());
    runTo(400, 1, 1);
    assertEquals(List.of(), states());
  }

  @Test
  void anAlertOfATargetThatStaysSilentEndsAfterAnHour() {
    job.define(RULES.replace("20s", "0s"));
    runTo(12, 1, 0);
    assertEquals(List.of("b FIRING"), states());
    runWithoutB(3_590);
    assertEquals(List.of(), states());
    runWithoutB(3_680);
    assertEquals(List.of("b RESOLVED"), states());
  }
}
