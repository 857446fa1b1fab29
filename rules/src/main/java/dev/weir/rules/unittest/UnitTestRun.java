package dev.weir.rules.unittest;

import dev.weir.model.AbsentValue;
import dev.weir.model.DurationText;
import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.group.GroupResult;
import dev.weir.rules.group.GroupState;
import dev.weir.rules.group.RecordedSamples;
import dev.weir.rules.group.RuleResult;
import dev.weir.rules.template.TemplateLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One run of one test: every group at every interval of the file, over the series of the test and
/// over what rules recorded; then the expressions.
///
/// As with `promtool`, a sample that lies behind the last evaluation is not seen, and a rule that
/// fails ends the test.
final class UnitTestRun {
  private final UnitTestFile file;
  private final List<RuleGroup> groups;
  private final UnitTest test;
  private final QueryEngine engine;
  private final GroupEvaluator evaluator;
  private final InputSeries input;
  private final RecordedSamples recorded = new RecordedSamples();
  private final Map<RuleGroup, GroupState> states = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private boolean hasFailedRule;

  UnitTestRun(UnitTestFile file, List<RuleGroup> groups, UnitTest test, QueryEngine engine) {
    this.file = file;
    this.groups = groups;
    this.test = test;
    this.engine = engine;
    this.evaluator =
        new GroupEvaluator(
            engine,
            new AlertExpansion(test.externalLabels(), test.externalUrl(), TemplateLimits.DEFAULT));
    this.input = new InputSeries(test);
  }

  UnitTestResult result() {
    long startNanos = System.nanoTime();
    warnOfUnknownAlerts();
    if (evaluateRules()) {
      test.expressions().forEach(this::check);
    }
    return new UnitTestResult(test, failures, warnings, System.nanoTime() - startNanos);
  }

  private void warnOfUnknownAlerts() {
    for (AlertCase expected : test.alerts()) {
      boolean known =
          groups.stream()
              .flatMap(group -> group.rules().stream())
              .anyMatch(rule -> isAlert(rule, expected.alert()));
      if (!known) {
        warnings.add(
            place(expected.line(), "no rule raises alert " + LabelText.quote(expected.alert())));
      }
    }
  }

  private static boolean isAlert(Rule rule, String name) {
    return rule instanceof Rule.Alerting && rule.name().equals(name);
  }

  /// @return whether no rule failed
  private boolean evaluateRules() {
    for (long at = 0; at <= test.lastMillis(); at += file.evaluationIntervalMillis()) {
      input.showTo(test.startMillis() + at);
      for (RuleGroup group : groups) {
        evaluate(group, at);
      }
      if (hasFailedRule) {
        return false;
      }
      for (AlertCase expected : test.alerts()) {
        if (at <= expected.evalMillis()
            && expected.evalMillis() < at + file.evaluationIntervalMillis()) {
          check(expected);
        }
      }
    }
    return true;
  }

  private void evaluate(RuleGroup group, long atMillis) {
    GroupResult result =
        evaluator.evaluate(
            group,
            states.getOrDefault(group, GroupState.EMPTY),
            test.startMillis() + atMillis,
            QueryContext.of(Tenant.DEFAULT, input),
            recorded,
            true);
    states.put(group, result.state());
    for (RuleResult rule : result.rules()) {
      rule.error()
          .ifPresent(error -> {
            hasFailedRule = true;
            failures.add(
                place(
                    test.line(),
                    "rule %s of group %s at %s: %s"
                        .formatted(
                            LabelText.quote(rule.rule().name()),
                            LabelText.quote(group.name()),
                            DurationText.format(atMillis),
                            error)));
          });
    }
  }

  private void check(AlertCase expected) {
    List<Alert> firing = new ArrayList<>();
    for (RuleGroup group : groups) {
      GroupState state = states.getOrDefault(group, GroupState.EMPTY);
      for (int i = 0; i < group.rules().size(); i++) {
        if (isAlert(group.rules().get(i), expected.alert())) {
          state.rules().get(i).alerts().stream()
              .filter(alert -> alert.state() == AlertState.FIRING)
              .forEach(firing::add);
        }
      }
    }
    Difference.ofAlerts(expected.expected(), firing)
        .ifPresent(difference ->
            failures.add(
                place(
                    expected.line(),
                    "alert %s at %s:%s"
                        .formatted(
                            LabelText.quote(expected.alert()),
                            DurationText.format(expected.evalMillis()),
                            difference))));
  }

  private void check(ExpressionCase expected) {
    String what =
        "%s at %s".formatted(expected.expression(), DurationText.format(expected.evalMillis()));
    Optional<String> problem;
    try {
      problem =
          Difference.ofSamples(expected.expected(), samples(value(expected)), file.fuzzyCompare());
    } catch (WeirException e) {
      problem = Optional.of(" " + e.getMessage());
    }
    problem.ifPresent(text -> failures.add(place(expected.line(), what + ":" + text)));
  }

  private QueryValue value(ExpressionCase expected) {
    return engine
        .instant(
            expected.expression(),
            test.startMillis() + expected.evalMillis(),
            QueryContext.of(Tenant.DEFAULT, recorded.over(Tenant.DEFAULT, input)))
        .value();
  }

  private static List<QueryValue.Sample> samples(QueryValue value) {
    return switch (value) {
      case QueryValue.Vector(_, List<QueryValue.Sample> samples) -> samples;
      case QueryValue.Scalar(_, double number) ->
          List.of(new QueryValue.Sample(Labels.EMPTY, number, null));
      case QueryValue.Text _, QueryValue.Matrix _ ->
          throw new WeirException.BadData(
              "the value is no vector and no scalar; test an expression that gives one of them");
    };
  }

  private String place(int line, String text) {
    return "%s:%d: test %s: %s".formatted(file.name(), line, LabelText.quote(test.title()), text);
  }

  /// All series with their samples and times, those that rules recorded among them.
  List<String> dump() {
    long lastMillis = test.lastMillis() + 1;
    QueryValue all =
        engine
            .instant(
                "{__name__=~\".+\"}[%dms]".formatted(lastMillis + 1),
                test.startMillis() + lastMillis,
                QueryContext.of(Tenant.DEFAULT, recorded.over(Tenant.DEFAULT, input)))
            .value();
    List<String> lines = new ArrayList<>();
    if (all instanceof QueryValue.Matrix(List<QueryValue.Series> series)) {
      series.forEach(one -> lines.add(text(one)));
    }
    return lines;
  }

  private String text(QueryValue.Series series) {
    StringBuilder line = new StringBuilder(series.labels().toString());
    for (int i = 0; i < series.timestampsMillis().length; i++) {
      NativeHistogram histogram = series.histograms() == null ? null : series.histograms()[i];
      double value = series.values()[i];
      if (histogram == null && AbsentValue.is(value)) {
        continue;
      }
      line.append(' ')
          .append(histogram == null ? text(value) : HistogramNotation.format(histogram))
          .append('@')
          .append(DurationText.format(series.timestampsMillis()[i] - test.startMillis()));
    }
    return line.toString();
  }

  private static String text(double value) {
    return StalenessMarker.is(value) ? "stale" : FloatText.shortest(value);
  }
}
