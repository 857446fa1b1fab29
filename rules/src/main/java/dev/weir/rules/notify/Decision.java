package dev.weir.rules.notify;

import dev.weir.model.Fingerprint;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Whether a flush is news to a receiver, and why.
public enum Decision {
  /// There is nothing to say.
  NOTHING_NEW,
  /// The receiver has not been told of the group, or was told last that all is resolved.
  FIRST,
  /// An alert fires that it has not been told of.
  NEW_FIRING,
  /// The last alert that it was told of is resolved.
  ALL_RESOLVED,
  /// An alert is resolved while others fire.
  NEW_RESOLVED,
  /// There is no news, but `repeat_interval` has passed.
  REPEAT,
  /// It was told something, and whether that arrived is not known.
  UNANSWERED;

  /// Decides as Alertmanager does. `repeat_interval` counts from the flush that was told of, so
  /// with an interval that is a multiple of `group_interval` a repetition comes on time.
  ///
  /// @param told what the receiver was told of the group last
  /// @param sendResolved whether it hears of resolved alerts. That everything is resolved is
  ///   decided without regard to it, so that what fires next is news again.
  public static Decision of(
      Optional<Told> told, Flush flush, boolean sendResolved, Duration repeatInterval) {
    if (told.isEmpty()) {
      return flush.firing().isEmpty() ? NOTHING_NEW : FIRST;
    }
    Told last = told.get();
    if (!last.firing().containsAll(flush.firing().keySet())) {
      return last.firing().isEmpty() ? FIRST : NEW_FIRING;
    }
    if (flush.firing().isEmpty()) {
      return last.firing().isEmpty() ? NOTHING_NEW : ALL_RESOLVED;
    }
    if (sendResolved && !last.resolved().containsAll(flush.resolved().keySet())) {
      return NEW_RESOLVED;
    }
    return last.at().plus(repeatInterval).isAfter(flush.time()) ? NOTHING_NEW : REPEAT;
  }

  /// Decides after a notification whose answer is not known. Alertmanager has no such case: what it
  /// does not know of, it has not sent. Here another member may have sent it.
  ///
  /// @param told what the receiver was told of the group last, for certain
  /// @param perhaps the alerts that it may have heard of as firing: of their end it has to hear
  public static Decision afterAttempt(Optional<Told> told, Set<Fingerprint> perhaps, Flush flush) {
    if (!flush.firing().isEmpty()) {
      return UNANSWERED;
    }
    boolean knowsOfAny =
        !perhaps.isEmpty() || told.map(last -> !last.firing().isEmpty()).orElse(false);
    return knowsOfAny ? ALL_RESOLVED : NOTHING_NEW;
  }

  /// Whether the receiver's state changes.
  public boolean isNews() {
    return this != NOTHING_NEW;
  }
}
