package dev.weir.standalone.history;

import dev.weir.history.report.AlertDifference;
import dev.weir.history.report.AlertSummary;
import dev.weir.history.report.BacktestReport;
import dev.weir.model.Labels;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.standalone.blocks.TextTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// A backtest as lines for people.
final class BacktestText {
  /// Of an alert's series so many are listed; the others are counted.
  private static final int MAX_SERIES = 10;

  private final BacktestResult result;

  BacktestText(BacktestResult result) {
    this.result = result;
  }

  void print(PrintWriter out) {
    BacktestReport report = result.report();
    out.println(
        "%s to %s UTC (%s), %d alerting rules"
            .formatted(
                Lengths.time(report.range().startMillis()),
                Lengths.time(report.range().endMillis()),
                Lengths.length(report.range().endMillis() - report.range().startMillis()),
                report.alerts().size()));
    List<String> quiet = new ArrayList<>();
    for (AlertSummary alert : report.alerts()) {
      if (alert.periods().isEmpty()) {
        quiet.add(alert.rule().name());
      } else {
        print(alert, out);
      }
    }
    out.println();
    if (!quiet.isEmpty()) {
      out.println("never pending: " + String.join(", ", quiet));
    }
    printNotifications(out);
    for (BacktestReport.FailedRule failed : report.failed()) {
      out.println(
          "%s failed at %,d evaluations, first at %s: %s"
              .formatted(
                  failed.rule().name(),
                  failed.failures().count(),
                  Lengths.time(failed.failures().firstMillis()),
                  failed.failures().reason()));
    }
    printDifferences(out);
  }

  private void print(AlertSummary alert, PrintWriter out) {
    out.println();
    out.println(
        "%s  (group %s, %s)"
            .formatted(alert.rule().name(), alert.group().name(), alert.group().file()));
    out.println("  " + summary(alert));
    List<AlertSummary.Series> series = alert.series();
    TextTable table = new TextTable("  LABELS", "FIRED", "FIRING", "LONGEST", "FIRST", "LAST");
    for (AlertSummary.Series one : series.subList(0, Math.min(MAX_SERIES, series.size()))) {
      table.add(
          "  " + labels(one.labels()),
          String.valueOf(one.fired()),
          Lengths.length(one.firingMillis()),
          Lengths.length(one.longestMillis()),
          Lengths.time(one.periods().getFirst().startMillis()),
          Lengths.time(one.periods().getLast().startMillis()));
    }
    table.print(out);
    if (series.size() > MAX_SERIES) {
      out.println("  … and %d others".formatted(series.size() - MAX_SERIES));
    }
  }

  /// What became of an alert, in a line.
  String summary(AlertSummary alert) {
    StringBuilder text = new StringBuilder();
    if (alert.fired() == 0) {
      text.append("never fired");
    } else {
      text.append(
          "fired %s, %s in all, %s the longest"
              .formatted(
                  BacktestResult.times(alert.fired()),
                  Lengths.length(alert.firingMillis()),
                  Lengths.length(alert.longestMillis())));
    }
    if (alert.onlyPending() > 0) {
      text.append("; pending without firing " + BacktestResult.times(alert.onlyPending()));
    }
    if (result.report().notifications().isPresent()) {
      text.append(
          "; in %d notification%s"
              .formatted(alert.notifications(), alert.notifications() == 1 ? "" : "s"));
    }
    return text.toString();
  }

  /// The labels without the alert's name, which stands above.
  static String labels(Labels labels) {
    Labels rest = labels.without(AlertExpansion.ALERT_NAME);
    return rest.toString();
  }

  private void printNotifications(PrintWriter out) {
    BacktestReport report = result.report();
    report
        .notifications()
        .ifPresent(all -> {
          long firing = report.pages();
          out.println(
              "notifications: %d, of which %d say that something fires"
                  .formatted(all.size(), firing));
          report
              .byReceiver()
              .forEach((receiver, count) -> out.println("  %s: %d".formatted(receiver, count)));
        });
  }

  private void printDifferences(PrintWriter out) {
    result
        .before()
        .ifPresent(before -> {
          out.println();
          out.println("against %s: %s".formatted(before.source(), result.verdict().orElseThrow()));
          List<AlertDifference> differences = result.differences();
          if (differences.isEmpty()) {
            out.println("  no alert differs");
            return;
          }
          boolean told = result.report().notifications().isPresent();
          TextTable table =
              told
                  ? new TextTable(
                      "  ALERT", "FIRED", "BEFORE", "FIRING", "BEFORE", "TOLD", "BEFORE")
                  : new TextTable("  ALERT", "FIRED", "BEFORE", "FIRING", "BEFORE");
          for (AlertDifference difference : differences) {
            List<String> cells = new ArrayList<>();
            cells.add("  " + difference.name());
            cells.add(count(difference.after(), difference.after().fired()));
            cells.add(count(difference.before(), difference.before().fired()));
            cells.add(Lengths.length(difference.after().firingMillis()));
            cells.add(Lengths.length(difference.before().firingMillis()));
            if (told) {
              cells.add(String.valueOf(difference.after().notifications()));
              cells.add(String.valueOf(difference.before().notifications()));
            }
            table.add(cells.toArray(String[]::new));
          }
          table.print(out);
        });
  }

  /// A number, or that there is no such rule.
  private static String count(AlertDifference.Counts counts, long number) {
    return counts.rules() == 0 ? "-" : String.valueOf(number);
  }
}
