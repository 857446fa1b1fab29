package dev.weir.history.alert;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// One life of an alert in a stretch of the past: from when its element was there until it was
/// gone.
///
/// @param rule number of its rule
/// @param startMillis since when it was pending, or fired at once; not before the stretch
/// @param firedMillis since when it fired, not before the stretch; empty if it never did
/// @param endMillis when it was over, or the stretch was
/// @param ongoing whether it was not over at the end of the stretch
/// @param annotations as it began to fire; none if it did before the stretch
public record AlertPeriod(
    int rule,
    Labels labels,
    long startMillis,
    OptionalLong firedMillis,
    long endMillis,
    boolean ongoing,
    Map<String, String> annotations) {
  public AlertPeriod {
    requireNonNull(labels, "labels");
    requireNonNull(firedMillis, "firedMillis");
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }

  public long pendingMillis() {
    return firedMillis.orElse(endMillis) - startMillis;
  }

  public long firingMillis() {
    return firedMillis.isPresent() ? endMillis - firedMillis.getAsLong() : 0;
  }
}
