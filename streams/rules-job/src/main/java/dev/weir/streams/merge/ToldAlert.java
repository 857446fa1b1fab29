package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.alert.AlertState;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// What `weir.alerts` was last told of an alert.
///
/// @param toldMillis the evaluation time that it was told of
record ToldAlert(AlertState state, Map<String, String> annotations, long toldMillis) {
  ToldAlert {
    requireNonNull(state, "state");
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }
}
