package dev.weir.history.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.rules.notify.Decision;
import java.util.SortedSet;
import java.util.TreeSet;

/// A notification that a receiver would have got.
///
/// @param groupLabels of the group that it is about
/// @param reason why it was news
/// @param firing alerts in it that fire
/// @param resolved alerts in it that are over
/// @param alerts names of all of them
public record SentNotification(
    long timestampMillis,
    String receiver,
    Labels groupLabels,
    Decision reason,
    int firing,
    int resolved,
    SortedSet<String> alerts) {
  public SentNotification {
    requireNonNull(receiver, "receiver");
    requireNonNull(groupLabels, "groupLabels");
    requireNonNull(reason, "reason");
    alerts = new TreeSet<>(alerts);
  }

  /// Whether it says that something fires, and not only that it is over.
  public boolean pages() {
    return firing > 0;
  }
}
