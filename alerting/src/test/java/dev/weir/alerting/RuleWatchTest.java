package dev.weir.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.alerting.RuleReport.Defined;
import dev.weir.alerting.RuleReport.Evaluated;
import dev.weir.alerting.RuleReport.Group;
import dev.weir.alerting.RuleWatch.Findings;
import dev.weir.alerting.RuleWatch.Saying;
import dev.weir.alerting.RuleWatch.Saying.Ends;
import dev.weir.alerting.RuleWatch.Saying.Fires;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.schemas.RuleGroupRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A group of 15 s may be without a report for 90 s, one of an hour for two hours and a minute.
class RuleWatchTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration WITHIN = Duration.ofSeconds(90);
  private static final Group NODE = new Group(Tenant.DEFAULT, "node.yml", "node");
  private static final Group DISK = new Group(Tenant.DEFAULT, "node.yml", "disk");
  private static final Group SHOP = new Group(new Tenant("shop"), "shop.yml", "orders");
  private static final Saying END = new Ends(Tenant.DEFAULT);
  private static final Instant LONG_AGO = T.minusSeconds(86_400);

  private final RuleWatch watch = new RuleWatch();
  private final Map<Group, Defined> defined = new HashMap<>();
  private final Map<Group, Evaluated> evaluated = new HashMap<>();
  private Instant now = T;

  private void define(Group group) {
    defined.put(group, new Defined(group, WITHIN, LONG_AGO));
  }

  private void report(Group group) {
    evaluated.put(group, new Evaluated(group, now));
  }

  private Findings check() {
    List<RuleReport> reports = new ArrayList<>(evaluated.values());
    reports.addAll(defined.values());
    Findings findings = watch.check(reports, now);
    findings.sayings().forEach(saying -> watch.said(saying, true));
    return findings;
  }

  /// Goes on in seconds, each with a check.
  ///
  /// @return what was said
  private List<Saying> goOn(int seconds) {
    List<Saying> said = new ArrayList<>();
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      said.addAll(check().sayings());
    }
    return said;
  }

  private static AlertTransition firing(Tenant tenant, Instant endsAt) {
    return new AlertTransition(
        tenant,
        RuleWatch.LABELS,
        List.of(),
        Labels.of("summary", "said by another"),
        State.FIRING,
        T.minusSeconds(600),
        Optional.of(T.minusSeconds(600)),
        Optional.empty(),
        Optional.of(endsAt),
        Double.NaN,
        T.minusSeconds(60),
        Optional.of(RuleWatch.SOURCE),
        "");
  }

  @Test
  void aShadowGroupPagesNobody() {
    define(new Group(Tenant.DEFAULT, "node.yml;shadow", "node"));
    assertEquals(List.of(), goOn(600));
  }

  @Test
  void aGroupThatIsNotReportedForTwoIntervalsAndAMinuteHasStopped() {
    define(NODE);
    check();
    goOn(60);
    report(NODE);
    assertEquals(List.of(), goOn(90));
    assertEquals(0, check().stopped());

    PostedAlert alert =
        new PostedAlert(
            Labels.of("alertname", "WeirRulesStopped", "severity", "critical"),
            Labels.of(
                "summary",
                "Results of 1 rule group do not come any more.",
                "description",
                "For more than two intervals and a minute, nothing has come of \"node\" of node.yml."
                    + " Their alerts stay what they were, and no new ones come. Does a rules job"
                    + " run?"),
            Optional.of(now.plusSeconds(1)),
            Optional.of(now.plusSeconds(301)),
            "");
    Saying fires = new Fires(Tenant.DEFAULT, alert, now.plusSeconds(1));
    assertEquals(List.of(fires), goOn(1));
    assertEquals(1, check().stopped());
  }

  @Test
  void whileItLastsItIsSaidEachMinuteAndEndsWithTheFirstReport() {
    define(NODE);
    check();
    assertEquals(1, goOn(91).size());
    assertEquals(0, goOn(59).size());
    assertEquals(1, goOn(1).size());
    assertEquals(2, goOn(120).size());
    now = now.plusSeconds(1);
    report(NODE);
    assertEquals(List.of(END), check().sayings());
    assertEquals(List.of(), goOn(80));
  }

  @Test
  void aNewDefinitionCountsFromItsFirstTime() {
    check();
    goOn(600);
    defined.put(NODE, new Defined(NODE, WITHIN, now.plusSeconds(10)));
    assertEquals(List.of(), goOn(100));
    assertEquals(1, goOn(1).size());
  }

  @Test
  void aTenantHasOneAlertForAllItsGroups() {
    for (int i = 0; i < 7; i++) {
      define(new Group(Tenant.DEFAULT, "node.yml", "node-" + i));
    }
    define(SHOP);
    check();
    List<Saying> said = goOn(91);
    assertEquals(
        List.of(Tenant.DEFAULT, SHOP.tenant()), said.stream().map(Saying::tenant).toList());
    assertEquals(8, check().stopped());
    Labels annotations = assertInstanceOf(Fires.class, said.getFirst()).alert().annotations();
    assertEquals("Results of 7 rule groups do not come any more.", annotations.get("summary"));
    assertTrue(
        annotations
            .get("description")
            .contains("\"node-3\" of node.yml, \"node-4\" of node.yml and 2 more."),
        annotations.toString());
  }

  @Test
  void anAlertEndsWhenTheLastOfTheTenantsGroupsIsReportedOrGone() {
    define(NODE);
    define(DISK);
    define(SHOP);
    check();
    assertEquals(2, goOn(91).size());
    report(NODE);
    report(SHOP);
    assertEquals(List.of(new Ends(SHOP.tenant())), goOn(1));
    defined.remove(DISK);
    assertEquals(List.of(END), goOn(1));
  }

  @Test
  void aStatusWithoutADefinitionIsNotMissed() {
    evaluated.put(NODE, new Evaluated(NODE, LONG_AGO));
    check();
    assertEquals(List.of(), goOn(600));
  }

  @Test
  void whoHasJustBegunWaitsAsLongAsForAReport() {
    define(NODE);
    evaluated.put(NODE, new Evaluated(NODE, LONG_AGO));
    assertEquals(new Findings(0, List.of()), check());
    assertEquals(List.of(), goOn(90));
    assertEquals(1, goOn(1).size());
  }

  /// A suspended machine: what the others have done meanwhile is not known yet when it wakes up.
  @Test
  void whoWasSuspendedBeginsAnew() {
    define(NODE);
    check();
    report(NODE);
    goOn(60);
    now = now.plusSeconds(3_600);
    assertEquals(new Findings(0, List.of()), check());
    assertEquals(List.of(), goOn(90));
    assertEquals(1, goOn(1).size());
  }

  @Test
  void whoHasJustBegunLeavesAnAlertOfOthersAloneWhileReportsAreOverdue() {
    define(NODE);
    watch.takeOver(List.of(firing(Tenant.DEFAULT, T.plusSeconds(200))), T);
    check();
    assertEquals(List.of(), goOn(90));
    assertInstanceOf(Fires.class, goOn(1).getFirst());
  }

  @Test
  void whoHasJustBegunEndsAnAlertOfBeforeWhenReportsCome() {
    define(NODE);
    define(SHOP);
    watch.takeOver(
        List.of(
            firing(Tenant.DEFAULT, T.plusSeconds(200)), firing(SHOP.tenant(), T.minusSeconds(1))),
        T);
    check();
    report(NODE);
    report(SHOP);
    assertEquals(List.of(END), goOn(1));
    assertEquals(List.of(), goOn(1));
  }

  @Test
  void whatWasNotWrittenIsSaidAgainAtOnce() {
    define(NODE);
    check();
    goOn(90);
    now = now.plusSeconds(1);
    List<RuleReport> reports = new ArrayList<>(defined.values());
    Saying first = watch.check(reports, now).sayings().getFirst();
    watch.said(first, false);
    now = now.plusSeconds(1);
    Saying second = watch.check(reports, now).sayings().getFirst();
    assertInstanceOf(Fires.class, second);
    // It may have been written all the same, so it is ended, again and again until that is written.
    watch.said(second, false);
    reports.add(new Evaluated(NODE, now));
    assertEquals(List.of(END), watch.check(reports, now).sayings());
    watch.said(END, false);
    assertEquals(List.of(END), watch.check(reports, now).sayings());
    watch.said(END, true);
    assertEquals(List.of(), watch.check(reports, now).sayings());
  }

  @Test
  void recordsOfTheTopicAreReadForTheirTimes() {
    String text =
        "{\"groups\":[{\"name\":\"node\",\"interval\":\"15s\",\"rules\":[{\"record\":\"a:b\",\"expr\":\"sum(up)\"}]}]}";
    assertEquals(
        new Defined(NODE, WITHIN, T),
        RuleReport.of(record(new RuleGroupRecord.Definition(text, hash(), T.toEpochMilli()))));
    assertEquals(
        new Evaluated(NODE, T.plusMillis(40)),
        RuleReport.of(
            record(
                new RuleGroupRecord.Status(hash(), T, T.plusMillis(40), 1_000, true, List.of()))));
    assertThrows(
        WeirException.BadData.class,
        () -> RuleReport.of(record(new RuleGroupRecord.Definition("{}", hash(), 0))));
  }

  private static Hash128 hash() {
    return new Hash128(1, 2);
  }

  private static RuleGroupRecord record(RuleGroupRecord.Body body) {
    return new RuleGroupRecord(NODE.tenant(), NODE.file(), NODE.name(), body);
  }
}
