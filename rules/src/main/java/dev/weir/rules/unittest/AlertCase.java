package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Which alerts of a name are expected to fire at a time.
///
/// @param line in the file
/// @param evalMillis since the start of the test; the last evaluation at or before it counts
/// @param alert the name
public record AlertCase(int line, long evalMillis, String alert, List<Expected> expected) {
  public AlertCase {
    requireNonNull(alert, "alert");
    expected = List.copyOf(expected);
  }

  /// One alert.
  ///
  /// @param labels all of them, `alertname` too; one that is expected to be empty never comes
  /// @param annotations all of them
  public record Expected(Map<String, String> labels, Map<String, String> annotations) {
    public Expected {
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
      annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    }
  }
}
