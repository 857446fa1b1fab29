package dev.weir.history.alert;

import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import dev.weir.rules.alert.AlertState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Makes lives of alerts out of their changes.
public final class AlertPeriods {
  private static final Comparator<AlertPeriod> ORDER =
      Comparator.comparingInt(AlertPeriod::rule)
          .thenComparing(AlertPeriod::labels)
          .thenComparingLong(AlertPeriod::startMillis);

  private final TimeRange range;
  private final Map<Key, Open> open = new HashMap<>();
  private final List<AlertPeriod> periods = new ArrayList<>();

  private record Key(int rule, Labels labels) {}

  /// A life that goes on.
  private record Open(
      long startMillis, OptionalLong firedMillis, Map<String, String> annotations) {}

  private AlertPeriods(TimeRange range) {
    this.range = range;
  }

  /// The lives that reach into a range, cut to it; by rule, labels, and time.
  ///
  /// @param changes in order of time, some of them before the range
  public static List<AlertPeriod> of(List<AlertChange> changes, TimeRange range) {
    AlertPeriods all = new AlertPeriods(range);
    changes.forEach(all::add);
    all.open.forEach((key, life) -> all.close(key, life, range.endMillis(), true));
    all.periods.sort(ORDER);
    return List.copyOf(all.periods);
  }

  private void add(AlertChange change) {
    Key key = new Key(change.rule(), change.labels());
    Open life = open.get(key);
    switch (change.to()) {
      case PENDING ->
          open.put(key, new Open(change.timestampMillis(), OptionalLong.empty(), Map.of()));
      case FIRING ->
          open.put(
              key,
              new Open(
                  life == null || change.from() == AlertState.INACTIVE
                      ? change.timestampMillis()
                      : life.startMillis,
                  OptionalLong.of(change.timestampMillis()),
                  change.annotations()));
      case INACTIVE -> {
        if (life != null) {
          open.remove(key);
          close(key, life, change.timestampMillis(), false);
        }
      }
    }
  }

  private void close(Key key, Open life, long endMillis, boolean ongoing) {
    if (endMillis < range.startMillis() || (endMillis == range.startMillis() && !ongoing)) {
      return;
    }
    periods.add(
        new AlertPeriod(
            key.rule,
            key.labels,
            Math.max(life.startMillis, range.startMillis()),
            life.firedMillis.isPresent()
                ? OptionalLong.of(Math.max(life.firedMillis.getAsLong(), range.startMillis()))
                : OptionalLong.empty(),
            endMillis,
            ongoing,
            life.annotations));
  }
}
