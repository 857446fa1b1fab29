package dev.weir.standalone.history;

import static java.util.Objects.requireNonNull;

import dev.weir.history.report.AlertDifference;
import dev.weir.history.report.BacktestReport;
import java.util.List;
import java.util.Optional;

/// What is to be shown.
///
/// @param before what other rules would have done, if they were asked for
record BacktestResult(BacktestReport report, Optional<BacktestReport> before) {
  BacktestResult {
    requireNonNull(report, "report");
    requireNonNull(before, "before");
  }

  /// Alerts that differ, by name.
  List<AlertDifference> differences() {
    return before.map(other -> AlertDifference.between(other, report)).orElse(List.of()).stream()
        .filter(AlertDifference::isChange)
        .toList();
  }

  /// `would have paged 3 times instead of 14`.
  Optional<String> verdict() {
    return before.map(other ->
        other.pages() == report.pages()
            ? "would have %s as often: %s".formatted(verb(), times(report.pages()))
            : "would have %s %s instead of %s"
                .formatted(
                    verb(),
                    times(report.pages()),
                    other.pages() == 0 ? "never" : String.valueOf(other.pages())));
  }

  private String verb() {
    return report.notifications().isPresent() ? "paged" : "fired";
  }

  static String times(long count) {
    return count == 1 ? "once" : count == 0 ? "never" : count + " times";
  }
}
