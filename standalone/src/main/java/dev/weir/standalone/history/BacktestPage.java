package dev.weir.standalone.history;

import dev.weir.history.alert.AlertPeriod;
import dev.weir.history.notify.SentNotification;
import dev.weir.history.report.AlertDifference;
import dev.weir.history.report.AlertSummary;
import dev.weir.history.report.BacktestReport;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A backtest as a page that needs nothing beside itself: a timeline for every alert, with a lane
/// for each of its series, and above it the times at which somebody was told.
final class BacktestPage {
  /// Of an alert's series so many have lanes; the others are counted.
  private static final int MAX_LANES = 40;

  private static final int WIDTH = 1000;
  private static final int LANE = 16;
  private static final double NARROWEST = 1.5;

  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1d2329; --faint: #6b7680; --line: #d9dee3; --paper: #fff;
        --card: #f6f8fa; --firing: #d2382c; --pending: #e9a13b; --told: #2b6cb0; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ec; --faint: #98a3ad; --line: #333b44;
        --paper: #14181c; --card: #1c2228; --told: #63a4ea; } }
      * { box-sizing: border-box }
      body { margin: 0 auto; max-width: 1400px; padding: 24px; background: var(--paper); color: var(--ink);
        font: 14px/1.45 system-ui, sans-serif; }
      h1 { font-size: 22px; margin: 0 0 4px } h2 { font-size: 16px; margin: 0 }
      .faint { color: var(--faint) } .mono { font-family: ui-monospace, monospace; font-size: 12px }
      .figures { display: flex; flex-wrap: wrap; gap: 12px; margin: 18px 0 }
      .figure { background: var(--card); border-radius: 8px; padding: 10px 16px; min-width: 120px }
      .figure b { display: block; font-size: 22px; font-variant-numeric: tabular-nums }
      .verdict { background: var(--card); border-left: 4px solid var(--told); padding: 10px 16px; margin: 18px 0 }
      section { border-top: 1px solid var(--line); padding: 14px 0 }
      .lanes { display: grid; grid-template-columns: minmax(160px, 340px) 1fr; gap: 0 12px; margin-top: 8px;
        align-items: center }
      .label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right }
      svg { display: block; width: 100%; }
      .lane { fill: var(--card) } .firing { fill: var(--firing) } .pending { fill: var(--pending) }
      .told { fill: var(--told) } .tick { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke }
      .axis { position: relative; height: 18px; font-size: 11px; color: var(--faint) }
      .axis span { position: absolute; transform: translateX(-50%); white-space: nowrap }
      .axis span:first-child { transform: none } .axis span:last-child { transform: translateX(-100%) }
      .key span { display: inline-block; width: 12px; height: 12px; border-radius: 2px; margin: 0 4px 0 14px;
        vertical-align: -1px }
      table { border-collapse: collapse; margin-top: 8px } td, th { padding: 3px 14px 3px 0; text-align: right }
      td:first-child, th:first-child { text-align: left } th { color: var(--faint); font-weight: normal }
      pre { white-space: pre-wrap; margin: 4px 0; }
      """;

  private final BacktestResult result;
  private final BacktestReport report;
  private final TimeRange range;
  private final StringBuilder page = new StringBuilder();

  BacktestPage(BacktestResult result) {
    this.result = result;
    this.report = result.report();
    this.range = report.range();
  }

  String text() {
    page.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>Backtest of ")
        .append(escaped(report.source()))
        .append("</title>\n<style>\n")
        .append(STYLE)
        .append("</style></head><body>\n");
    head();
    differences();
    List<String> quiet = new ArrayList<>();
    for (AlertSummary alert : report.alerts()) {
      if (alert.periods().isEmpty()) {
        quiet.add(alert.rule().name());
      } else {
        alert(alert);
      }
    }
    if (!quiet.isEmpty()) {
      page.append("<section><h2>Never pending</h2><p class=\"faint\">")
          .append(escaped(String.join(", ", quiet)))
          .append("</p></section>\n");
    }
    failures();
    page.append("</body></html>\n");
    return page.toString();
  }

  private void head() {
    page.append("<h1>Backtest of ")
        .append(escaped(report.source()))
        .append("</h1><div class=\"faint\">")
        .append(Lengths.time(range.startMillis()))
        .append(" to ")
        .append(Lengths.time(range.endMillis()))
        .append(
            " UTC<span class=\"key\"><span class=\"firing-key\" style=\"background:var(--firing)\">")
        .append("</span>firing<span style=\"background:var(--pending)\"></span>pending");
    if (report.notifications().isPresent()) {
      page.append("<span style=\"background:var(--told)\"></span>notification");
    }
    page.append("</span></div>\n<div class=\"figures\">");
    figure(String.valueOf(report.alerts().size()), "alerting rules");
    figure(String.valueOf(report.fired()), "times fired");
    report
        .notifications()
        .ifPresent(all -> {
          figure(String.valueOf(all.size()), "notifications");
          figure(String.valueOf(report.pages()), "of them say that something fires");
          report
              .byReceiver()
              .forEach((receiver, count) -> figure(count.toString(), "to " + receiver));
        });
    figure("%,d".formatted(report.evaluations()), "evaluations");
    page.append("</div>\n");
  }

  private void figure(String number, String what) {
    page.append("<div class=\"figure\"><b>")
        .append(escaped(number))
        .append("</b>")
        .append(escaped(what))
        .append("</div>");
  }

  private void differences() {
    result
        .before()
        .ifPresent(before -> {
          page.append("<div class=\"verdict\"><b>Against ")
              .append(escaped(before.source()))
              .append(":</b> ")
              .append(escaped(result.verdict().orElseThrow()))
              .append("<table><tr><th>alert</th><th>fired</th><th>before</th><th>firing</th>")
              .append("<th>before</th><th>notifications</th><th>before</th></tr>");
          for (AlertDifference difference : result.differences()) {
            row(
                difference.name(),
                String.valueOf(difference.after().fired()),
                String.valueOf(difference.before().fired()),
                Lengths.length(difference.after().firingMillis()),
                Lengths.length(difference.before().firingMillis()),
                String.valueOf(difference.after().notifications()),
                String.valueOf(difference.before().notifications()));
          }
          page.append("</table></div>\n");
        });
  }

  private void row(String... cells) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append("<td>").append(escaped(cell)).append("</td>");
    }
    page.append("</tr>");
  }

  private void alert(AlertSummary alert) {
    page.append("<section><h2>")
        .append(escaped(alert.rule().name()))
        .append("</h2><div class=\"faint\">")
        .append(escaped(alert.group().name() + ", " + alert.group().file()))
        .append("</div><pre class=\"mono\">")
        .append(escaped(alert.rule().expression().strip()))
        .append("</pre><div>")
        .append(escaped(new BacktestText(result).summary(alert)))
        .append("</div>\n<div class=\"lanes\">");
    told(alert);
    List<AlertSummary.Series> series = alert.series();
    for (AlertSummary.Series one : series.subList(0, Math.min(MAX_LANES, series.size()))) {
      lane(one);
    }
    page.append("<div></div>");
    axis();
    page.append("</div>");
    if (series.size() > MAX_LANES) {
      page.append(
          "<div class=\"faint\">and %d other series</div>".formatted(series.size() - MAX_LANES));
    }
    page.append("</section>\n");
  }

  private void told(AlertSummary alert) {
    List<SentNotification> sent =
        report.notifications().orElse(List.of()).stream()
            .filter(notification -> notification.alerts().contains(alert.rule().name()))
            .toList();
    if (sent.isEmpty()) {
      return;
    }
    page.append("<div class=\"label faint\">%d notifications</div>".formatted(sent.size()));
    openSvg();
    for (SentNotification notification : sent) {
      double x = x(notification.timestampMillis());
      page.append("<path class=\"told\" d=\"M%s 3l3 5l-3 5l-3 -5z\">".formatted(number(x)))
          .append("<title>")
          .append(
              escaped(
                  "%s to %s: %s, %d firing, %d resolved"
                      .formatted(
                          Lengths.time(notification.timestampMillis()),
                          notification.receiver(),
                          notification.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                          notification.firing(),
                          notification.resolved())))
          .append("</title></path>");
    }
    page.append("</svg>\n");
  }

  private void lane(AlertSummary.Series series) {
    String labels = BacktestText.labels(series.labels());
    page.append("<div class=\"label mono\" title=\"")
        .append(escaped(labels))
        .append("\">")
        .append(escaped(labels))
        .append("</div>");
    openSvg();
    List<Bar> pending = new ArrayList<>();
    List<Bar> firing = new ArrayList<>();
    for (AlertPeriod period : series.periods()) {
      long fired = period.firedMillis().orElse(period.endMillis());
      if (fired > period.startMillis()) {
        add(pending, new Bar("pending", period.startMillis(), fired, 1, ""));
      }
      if (period.firedMillis().isPresent()) {
        String notes = String.join("\n", period.annotations().values());
        add(firing, new Bar("firing", fired, period.endMillis(), 1, notes));
      }
    }
    pending.forEach(this::bar);
    firing.forEach(this::bar);
    page.append("</svg>\n");
  }

  private void openSvg() {
    page.append(
        "<svg viewBox=\"0 0 %d %d\" height=\"%d\" preserveAspectRatio=\"none\"><rect class=\"lane\" y=\"2\" width=\"%d\" height=\"%d\"/>"
            .formatted(WIDTH, LANE, LANE, WIDTH, LANE - 4));
  }

  /// A stretch of a lane.
  ///
  /// @param times how many stretches became one, because nobody could see what is between them
  private record Bar(String style, long fromMillis, long toMillis, int times, String notes) {}

  /// Adds a bar, in order of time; to the one before where no more than half a line is between
  /// them.
  private void add(List<Bar> bars, Bar bar) {
    if (!bars.isEmpty() && x(bar.fromMillis) - x(bars.getLast().toMillis) < NARROWEST / 2) {
      Bar before = bars.removeLast();
      bars.add(
          new Bar(
              bar.style,
              before.fromMillis,
              Math.max(before.toMillis, bar.toMillis),
              before.times + 1,
              ""));
    } else {
      bars.add(bar);
    }
  }

  private void bar(Bar bar) {
    double x = x(bar.fromMillis);
    double width = Math.max(NARROWEST, x(bar.toMillis) - x);
    String times = bar.times == 1 ? "" : ", %d times".formatted(bar.times);
    page.append(
            "<rect class=\"%s\" x=\"%s\" y=\"2\" width=\"%s\" height=\"%d\">"
                .formatted(bar.style, number(Math.min(x, WIDTH - width)), number(width), LANE - 4))
        .append("<title>")
        .append(
            escaped(
                "%s %s to %s, %s%s%s"
                    .formatted(
                        bar.style,
                        Lengths.time(bar.fromMillis),
                        Lengths.time(bar.toMillis),
                        Lengths.length(bar.toMillis - bar.fromMillis),
                        times,
                        bar.notes.isEmpty() ? "" : "\n" + bar.notes)))
        .append("</title></rect>");
  }

  private void axis() {
    page.append("<div class=\"axis\">");
    int marks = 5;
    for (int i = 0; i < marks; i++) {
      long time = range.startMillis() + (range.endMillis() - range.startMillis()) * i / (marks - 1);
      page.append(
          "<span style=\"left:%d%%\">%s</span>".formatted(100 * i / (marks - 1), shortTime(time)));
    }
    page.append("</div>");
  }

  /// To the minute, or the day where days are shown.
  private String shortTime(long millis) {
    long days = (range.endMillis() - range.startMillis()) / 86_400_000;
    return Lengths.time(millis).substring(days > 10 ? 0 : 5, days > 10 ? 10 : 16);
  }

  private void failures() {
    if (report.failed().isEmpty()) {
      return;
    }
    page.append("<section><h2>Failed evaluations</h2><table><tr><th>rule</th><th>evaluations</th>")
        .append("<th>first</th><th>reason</th></tr>");
    for (BacktestReport.FailedRule failed : report.failed()) {
      row(
          failed.rule().name(),
          "%,d".formatted(failed.failures().count()),
          Lengths.time(failed.failures().firstMillis()),
          failed.failures().reason());
    }
    page.append("</table></section>\n");
  }

  private double x(long millis) {
    double length = Math.max(1, range.endMillis() - range.startMillis());
    return WIDTH * (millis - range.startMillis()) / length;
  }

  private static String number(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
