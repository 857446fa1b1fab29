package dev.weir.rules.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.rules.routing.RouteTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// Groups and decisions against a model that knows neither: it walks through time second by second
/// and keeps, for each alert, a line of text.
class NotificationTimingTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final int LAST_SECOND = 400;

  /// Something that is heard of an alert.
  record Event(int second, String alert, boolean firing) {}

  record Setting(
      int groupWait,
      int groupInterval,
      int repeatInterval,
      boolean sendResolved,
      Set<Integer> down) {
    RouteTimes times() {
      return new RouteTimes(
          Duration.ofSeconds(groupWait),
          Duration.ofSeconds(groupInterval),
          Duration.ofSeconds(repeatInterval));
    }
  }

  @Property(tries = 500)
  void notificationsAreThoseOfTheModel(
      @ForAll @From("events") List<Event> events, @ForAll @From("settings") Setting setting) {
    assertEquals(Model.run(events, setting), run(events, setting));
  }

  private static List<String> run(List<Event> events, Setting setting) {
    List<String> notifications = new ArrayList<>();
    Optional<AlertGroup> group = Optional.empty();
    Optional<Told> told = Optional.empty();
    for (int second = 0; second <= LAST_SECOND; second++) {
      Instant now = T.plusSeconds(second);
      if (group.isPresent() && group.get().isOver(now)) {
        group = Optional.empty();
      }
      for (Event event : events) {
        if (event.second == second) {
          GroupAlert alert = alert(event, now);
          group =
              Optional.of(
                  group.isPresent()
                      ? group.get().insert(alert, now, setting.times())
                      : AlertGroup.start(alert, now, setting.times()));
        }
      }
      if (group.isEmpty() || !group.get().isDue(now)) {
        continue;
      }
      Flush flush = group.get().flush(now);
      group = Optional.of(group.get().ticked(now, setting.times()));
      Decision decision =
          Decision.of(
              told, flush, setting.sendResolved, Duration.ofSeconds(setting.repeatInterval));
      if (decision.isNews()) {
        List<GroupAlert> alerts = flush.alerts(setting.sendResolved);
        if (!alerts.isEmpty()) {
          if (setting.down.contains(second)) {
            continue;
          }
          notifications.add(text(second, flush, alerts));
        }
        told = Optional.of(Told.of(flush));
      }
      group = Optional.of(group.get().done(flush, now));
    }
    return notifications;
  }

  private static GroupAlert alert(Event event, Instant now) {
    return new GroupAlert(
        Labels.of("instance", event.alert),
        Labels.EMPTY,
        now,
        event.firing ? Optional.empty() : Optional.of(now),
        "");
  }

  private static String text(int second, Flush flush, List<GroupAlert> alerts) {
    Set<String> words = new TreeSet<>();
    for (GroupAlert alert : alerts) {
      Fingerprint fingerprint = alert.fingerprint();
      words.add(
          (flush.firing().containsKey(fingerprint) ? "+" : "-") + alert.labels().get("instance"));
    }
    return second + " " + words;
  }

  /// Alertmanager's rules, told as a story.
  private static final class Model {
    private final TreeMap<String, Boolean> alerts = new TreeMap<>();
    private final Set<String> knownFiring = new TreeSet<>();
    private final Set<String> knownResolved = new TreeSet<>();
    private final List<String> notifications = new ArrayList<>();
    private final Setting setting;
    private boolean exists;
    private int nextTick;
    private int emptyFrom = -1;
    private int lastTold = -1;

    private Model(Setting setting) {
      this.setting = setting;
    }

    static List<String> run(List<Event> events, Setting setting) {
      Model model = new Model(setting);
      for (int second = 0; second <= LAST_SECOND; second++) {
        model.second(second, events);
      }
      return model.notifications;
    }

    private void second(int second, List<Event> events) {
      if (exists && emptyFrom >= 0 && second - emptyFrom >= 30) {
        exists = false;
      }
      for (Event event : events) {
        if (event.second == second) {
          if (!exists) {
            exists = true;
            nextTick = second + setting.groupWait;
          }
          emptyFrom = -1;
          alerts.put(event.alert, event.firing);
        }
      }
      if (exists && second == nextTick) {
        nextTick += setting.groupInterval;
        tick(second);
      }
    }

    private void tick(int second) {
      Set<String> firing = new TreeSet<>(alerts.keySet());
      firing.removeIf(alert -> !alerts.getOrDefault(alert, false));
      Set<String> resolved = new TreeSet<>(alerts.keySet());
      resolved.removeAll(firing);
      if (isNews(second, firing, resolved)) {
        Set<String> words = new TreeSet<>();
        firing.forEach(alert -> words.add("+" + alert));
        if (setting.sendResolved) {
          resolved.forEach(alert -> words.add("-" + alert));
        }
        if (!words.isEmpty()) {
          if (setting.down.contains(second)) {
            return;
          }
          notifications.add(second + " " + words);
        }
        lastTold = second;
        knownFiring.clear();
        knownFiring.addAll(firing);
        knownResolved.clear();
        knownResolved.addAll(resolved);
      }
      alerts.keySet().removeAll(resolved);
      if (alerts.isEmpty() && emptyFrom < 0) {
        emptyFrom = second;
      }
    }

    private boolean isNews(int second, Set<String> firing, Set<String> resolved) {
      if (firing.isEmpty()) {
        return !knownFiring.isEmpty();
      }
      boolean newFiring = !knownFiring.containsAll(firing);
      boolean newResolved = setting.sendResolved && !knownResolved.containsAll(resolved);
      boolean never = lastTold < 0;
      return never || newFiring || newResolved || second - lastTold >= setting.repeatInterval;
    }
  }

  @Provide
  static Arbitrary<List<Event>> events() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 300),
            Arbitraries.of("db-1", "db-2", "web-1"),
            Arbitraries.of(true, true, false))
        .as(Event::new)
        .list()
        .ofMaxSize(20);
  }

  @Provide
  static Arbitrary<Setting> settings() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 40),
            Arbitraries.integers().between(1, 60),
            Arbitraries.integers().between(1, 150),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(0, LAST_SECOND).set().ofMaxSize(100))
        .as(Setting::new);
  }
}
