package dev.weir.rules.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.rules.routing.RouteTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AlertGroupTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final RouteTimes TIMES = RouteTimes.DEFAULT;

  private static Instant at(int seconds) {
    return T.plusSeconds(seconds);
  }

  private static GroupAlert firing(String instance, Instant startsAt) {
    return new GroupAlert(
        Labels.of("alertname", "InstanceDown", "instance", instance),
        Labels.EMPTY,
        startsAt,
        Optional.empty(),
        "");
  }

  private static GroupAlert resolved(GroupAlert alert, Instant endsAt) {
    return new GroupAlert(
        alert.labels(), alert.annotations(), alert.startsAt(), Optional.of(endsAt), "");
  }

  private static final GroupAlert DB_1 = firing("db-1:9100", T);
  private static final GroupAlert DB_2 = firing("db-2:9100", at(10));

  @Test
  void theFirstFlushWaitsForGroupWait() {
    AlertGroup group = AlertGroup.start(DB_1, T, TIMES).insert(DB_2, at(10), TIMES);
    assertFalse(group.isDue(at(29)));
    assertTrue(group.isDue(at(30)));
  }

  @Test
  void anOldAlertIsToldOfAtOnce() {
    AlertGroup group = AlertGroup.start(DB_1, at(31), TIMES);
    assertTrue(group.isDue(at(31)));
    AlertGroup younger = AlertGroup.start(DB_2, at(10), TIMES).insert(DB_1, at(31), TIMES);
    assertTrue(younger.isDue(at(31)));
  }

  @Test
  void laterFlushesComeEveryGroupInterval() {
    AlertGroup group = AlertGroup.start(DB_1, T, TIMES).ticked(at(31), TIMES);
    assertEquals(at(330), group.nextFlush());
    assertEquals(at(330), group.insert(firing("old:9100", at(-900)), at(40), TIMES).nextFlush());
    assertEquals(at(630), group.ticked(at(333), TIMES).nextFlush());
  }

  @Test
  void missedFlushesAreNotMadeUpFor() {
    AlertGroup group = AlertGroup.start(DB_1, T, TIMES).ticked(at(3_000), TIMES);
    assertEquals(at(3_300), group.nextFlush());
  }

  @Test
  void resolvedAlertsLeaveWhenAFlushHasSucceeded() {
    AlertGroup group =
        AlertGroup.start(DB_1, T, TIMES)
            .insert(DB_2, at(10), TIMES)
            .insert(resolved(DB_1, at(20)), at(20), TIMES);
    Flush flush = group.flush(at(30));
    assertEquals(Set.of(DB_1.fingerprint()), flush.resolved().keySet());
    assertEquals(Set.of(DB_2.fingerprint()), group.done(flush, at(31)).alerts().keySet());
  }

  @Test
  void anAlertThatFiresAgainDuringAFlushStays() {
    AlertGroup group = AlertGroup.start(resolved(DB_1, at(20)), at(20), TIMES);
    Flush flush = group.flush(at(30));
    GroupAlert again = firing("db-1:9100", at(31));
    AlertGroup after = group.insert(again, at(31), TIMES).done(flush, at(32));
    assertEquals(again, after.alerts().get(again.fingerprint()));
    assertFalse(after.isOver(at(900)));
  }

  @Test
  void anEmptyGroupIsForgottenAfterAWhile() {
    AlertGroup group = AlertGroup.start(resolved(DB_1, at(20)), at(20), TIMES);
    AlertGroup empty = group.done(group.flush(at(30)), at(31));
    assertFalse(empty.isOver(at(60)));
    assertTrue(empty.isOver(at(61)));
    assertFalse(empty.insert(DB_2, at(60), TIMES).isOver(at(61)));
  }

  @Test
  void anAlertResolvesByItselfAtItsEnd() {
    AlertGroup group = AlertGroup.start(resolved(DB_1, at(60)), T, TIMES);
    assertTrue(group.flush(at(59)).resolved().isEmpty());
    assertTrue(group.flush(at(60)).firing().isEmpty());
  }

  @Test
  void aGroupGoesOnWhereAnotherMemberLeftIt() {
    assertEquals(at(300), AlertGroup.resume(T, at(100), TIMES).nextFlush());
    assertEquals(at(400), AlertGroup.resume(T, at(400), TIMES).nextFlush());
  }

  @Test
  void decisionsAreAlertmanagers() {
    Flush firing = AlertGroup.start(DB_1, T, TIMES).flush(at(30));
    Flush both = AlertGroup.start(DB_1, T, TIMES).insert(DB_2, T, TIMES).flush(at(330));
    Flush oneResolved =
        AlertGroup.start(DB_1, T, TIMES)
            .insert(resolved(DB_2, at(340)), at(340), TIMES)
            .flush(at(630));
    Flush allResolved = AlertGroup.start(resolved(DB_1, at(20)), T, TIMES).flush(at(930));
    Optional<Told> none = Optional.empty();

    assertEquals(Decision.FIRST, decide(none, firing));
    assertEquals(Decision.NOTHING_NEW, decide(none, allResolved));
    assertEquals(Decision.NEW_FIRING, decide(told(firing), both));
    assertEquals(Decision.NOTHING_NEW, decide(told(both), firing));
    assertEquals(Decision.NEW_RESOLVED, decide(told(both), oneResolved));
    assertEquals(
        Decision.NOTHING_NEW, Decision.of(told(both), oneResolved, false, Duration.ofHours(4)));
    assertEquals(Decision.ALL_RESOLVED, decide(told(firing), allResolved));
    assertEquals(
        Decision.ALL_RESOLVED, Decision.of(told(firing), allResolved, false, Duration.ofHours(4)));
    assertEquals(Decision.NOTHING_NEW, decide(told(allResolved), allResolved));
    assertEquals(Decision.FIRST, decide(told(allResolved), firing));
  }

  @Test
  void whatMayHaveBeenToldIsToldAgainAndHasAnEnd() {
    Flush firing = AlertGroup.start(DB_1, T, TIMES).flush(at(30));
    Flush resolved = AlertGroup.start(resolved(DB_1, at(20)), T, TIMES).flush(at(30));
    Set<Fingerprint> db1 = Set.of(DB_1.fingerprint());
    Optional<Told> none = Optional.empty();
    assertEquals(Decision.UNANSWERED, Decision.afterAttempt(told(firing), db1, firing));
    assertEquals(Decision.ALL_RESOLVED, Decision.afterAttempt(none, db1, resolved));
    assertEquals(Decision.ALL_RESOLVED, Decision.afterAttempt(told(firing), Set.of(), resolved));
    assertEquals(Decision.NOTHING_NEW, Decision.afterAttempt(none, Set.of(), resolved));
  }

  @Test
  void aNotificationIsRepeatedAfterRepeatInterval() {
    AlertGroup group = AlertGroup.start(DB_1, T, TIMES);
    Optional<Told> told = told(group.flush(T));
    assertEquals(Decision.NOTHING_NEW, decide(told, group.flush(T.plusSeconds(4 * 3600 - 1))));
    assertEquals(Decision.REPEAT, decide(told, group.flush(T.plusSeconds(4 * 3600))));
  }

  private static Decision decide(Optional<Told> told, Flush flush) {
    return Decision.of(told, flush, true, Duration.ofHours(4));
  }

  private static Optional<Told> told(Flush flush) {
    return Optional.of(Told.of(flush));
  }
}
