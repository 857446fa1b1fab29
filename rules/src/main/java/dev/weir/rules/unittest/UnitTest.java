package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import java.util.List;

/// One test of a file: series, and what rules and expressions are expected to make of them.
///
/// @param name as the file gives it; empty if it gives none
/// @param number among the tests of the file, from 0
/// @param line in the file
/// @param startMillis the time that everything else in the test counts from
/// @param intervalMillis between the values of a series
/// @param series with timestamps that count from the start
/// @param externalLabels that templates see
/// @param externalUrl that templates see
public record UnitTest(
    String name,
    int number,
    int line,
    long startMillis,
    long intervalMillis,
    List<LoadedSeries> series,
    List<AlertCase> alerts,
    List<ExpressionCase> expressions,
    Labels externalLabels,
    String externalUrl) {
  public UnitTest {
    requireNonNull(name, "name");
    series = List.copyOf(series);
    alerts = List.copyOf(alerts);
    expressions = List.copyOf(expressions);
    requireNonNull(externalLabels, "externalLabels");
    requireNonNull(externalUrl, "externalUrl");
  }

  /// The name, or what `promtool` calls tests without one.
  public String title() {
    return name.isEmpty() ? "unnamed#" + number : name;
  }

  /// The last time that something is expected at, since the start.
  long lastMillis() {
    long last = 0;
    for (AlertCase expected : alerts) {
      last = Math.max(last, expected.evalMillis());
    }
    for (ExpressionCase expected : expressions) {
      last = Math.max(last, expected.evalMillis());
    }
    return last;
  }
}
