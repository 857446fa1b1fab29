package dev.weir.streams.leaf;

import dev.weir.model.GroupKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Knows which groups have a row to come, so that an evaluation waits for the rows of its time.
///
/// A group is waited for as long as its rows usually take, and at most for a bound; after
/// [#MISSED_ROWS] rows that did not come it is not waited for. Groups that do not say when their
/// next row is due (pushed and irregular ones) are never waited for. Times of arrival are those at
/// which Kafka appended, so a task that reads old records again waits as it would have waited then.
final class DueRows {
  static final int MISSED_ROWS = 3;

  /// With so many more rows after some that did not come, ranges have enough again.
  private static final int ROWS_AFTER_GAP = 2;

  /// Beyond twice what its rows usually take, a group has this much more.
  private static final long MARGIN_MILLIS = 100;

  /// How much of an unusually long delay is forgotten with each row.
  private static final double FORGET = 0.05;

  private static final class Expectation {
    private long dueMillis;
    private long intervalMillis;
    private double usualDelayMillis;

    /// When it had a row again after some that did not come; zero if it always had.
    private long backMillis;
  }

  private final long boundMillis;
  private final Map<GroupKey, Expectation> groups = new HashMap<>();

  /// @param boundMillis the longest wait for a row
  DueRows(long boundMillis) {
    this.boundMillis = boundMillis;
  }

  /// Takes note of a row.
  ///
  /// @param nextDueMillis when the group's next row is due; empty if nobody can tell
  /// @param appendedMillis when the row was appended
  void row(GroupKey group, long rowMillis, OptionalLong nextDueMillis, long appendedMillis) {
    if (nextDueMillis.isEmpty() || nextDueMillis.getAsLong() <= rowMillis) {
      groups.remove(group);
      return;
    }
    Expectation expectation = groups.computeIfAbsent(group, _ -> new Expectation());
    if (nextDueMillis.getAsLong() <= expectation.dueMillis) {
      // It came late; a newer row has said when the next is due.
      return;
    }
    boolean first = expectation.dueMillis == 0;
    if (!first && rowMillis - expectation.dueMillis >= 2 * expectation.intervalMillis) {
      expectation.backMillis = rowMillis;
    }
    expectation.dueMillis = nextDueMillis.getAsLong();
    expectation.intervalMillis = expectation.dueMillis - rowMillis;
    double delay = Math.clamp(appendedMillis - rowMillis, 0, boundMillis);
    double usual = expectation.usualDelayMillis;
    expectation.usualDelayMillis =
        first || delay > usual ? delay : usual + FORGET * (delay - usual);
  }

  /// The time up to which all that was appended has to be read before the evaluation at `millis`
  /// has every row that it waits for: `millis` itself if none is missing.
  long waitUntil(Collection<GroupKey> needed, long millis) {
    long until = millis;
    for (GroupKey group : needed) {
      Expectation expectation = groups.get(group);
      if (expectation != null && expectation.dueMillis <= millis) {
        until = Math.max(until, waitUntil(expectation, millis));
      }
    }
    return until;
  }

  private long waitUntil(Expectation expectation, long millis) {
    long missed = (millis - expectation.dueMillis) / expectation.intervalMillis;
    if (missed >= MISSED_ROWS) {
      return millis;
    }
    long due = expectation.dueMillis + missed * expectation.intervalMillis;
    return due + patienceMillis(expectation);
  }

  /// The groups that have missed so many rows that nobody waits for them, though nothing has said
  /// that they ended: whoever scrapes them is away.
  List<GroupKey> silent(Collection<GroupKey> needed, long millis) {
    List<GroupKey> silent = new ArrayList<>();
    for (GroupKey group : needed) {
      Expectation expectation = groups.get(group);
      if (expectation != null
          && millis - expectation.dueMillis >= MISSED_ROWS * expectation.intervalMillis) {
        silent.add(group);
      }
    }
    return silent;
  }

  /// The groups of which it is not known how they stand, though nothing has said that they ended: a
  /// row that was due has not come, or some have not until just now, so that there are too few for
  /// rates.
  ///
  /// @param millis up to when rows count
  List<GroupKey> unheard(Collection<GroupKey> needed, long millis) {
    List<GroupKey> unheard = new ArrayList<>();
    for (GroupKey group : needed) {
      Expectation expectation = groups.get(group);
      if (expectation != null
          && (expectation.dueMillis + patienceMillis(expectation) <= millis
              || millis < expectation.backMillis + ROWS_AFTER_GAP * expectation.intervalMillis)) {
        unheard.add(group);
      }
    }
    return unheard;
  }

  private long patienceMillis(Expectation expectation) {
    return Math.min(boundMillis, MARGIN_MILLIS + Math.round(2 * expectation.usualDelayMillis));
  }

  /// Forgets a group.
  void forget(GroupKey group) {
    groups.remove(group);
  }

  int size() {
    return groups.size();
  }
}
