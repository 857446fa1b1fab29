package dev.weir.rules.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// An alert as receivers hear of it.
///
/// @param endsAt from when on it counts as resolved; empty for an alert that ends only when another
///   version of it says so
public record GroupAlert(
    Labels labels,
    Labels annotations,
    Instant startsAt,
    Optional<Instant> endsAt,
    String generatorUrl) {
  /// The order of alerts in a notification: by `job`, by `instance`, fewer labels first, by labels.
  /// Alerts without a job come after those with one.
  public static final Comparator<GroupAlert> ORDER =
      Comparator.comparing(GroupAlert::labels, GroupAlert::compare);

  public GroupAlert {
    requireNonNull(labels, "labels");
    requireNonNull(annotations, "annotations");
    requireNonNull(startsAt, "startsAt");
    requireNonNull(endsAt, "endsAt");
    requireNonNull(generatorUrl, "generatorUrl");
  }

  public Fingerprint fingerprint() {
    return Fingerprint.of(labels);
  }

  public boolean isResolvedAt(Instant time) {
    return endsAt.isPresent() && !endsAt.get().isAfter(time);
  }

  private static int compare(Labels a, Labels b) {
    for (String name : List.of("job", "instance")) {
      boolean has = a.has(name);
      if (has != b.has(name)) {
        return has ? -1 : 1;
      }
      int order = Labels.compareText(a.get(name), b.get(name));
      if (order != 0) {
        return order;
      }
    }
    int sizes = Integer.compare(a.size(), b.size());
    return sizes != 0 ? sizes : a.compareTo(b);
  }
}
