package dev.weir.history.range;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.history.History;
import dev.weir.history.StepByStep;
import dev.weir.history.alert.AlertChange;
import dev.weir.history.alert.AlertReplay;
import dev.weir.history.plan.PlannedRule;
import dev.weir.history.plan.RuleUnit;
import dev.weir.history.plan.RuleUnits;
import dev.weir.history.plan.TimeSlice;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.range.SliceEvaluator.RuleSlice;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertTransition;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.template.TemplateLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Rules over slices come to what they come to at each time by itself: to the last bit.
class SliceEvaluatorProperties {
  private static final long MINUTES = 120;

  /// From when on results are compared. Rules that read what others record begin to record before
  /// the start, where step by step nothing is recorded yet; by then that is out of reach.
  private static final long COMPARED = History.START + 60 * 60_000;

  private static final AlertExpansion EXPANSION =
      new AlertExpansion(Labels.EMPTY, "http://weir", TemplateLimits.DEFAULT);

  private static final RuleFileSettings SETTINGS =
      new RuleFileSettings(Duration.ofMinutes(1), Duration.ZERO, ParserOptions.EXPERIMENTAL);

  private static final List<String> EXPRESSIONS =
      List.of(
          "queue_length > 4",
          "sum by (instance) (rate(requests_total[2m]))",
          "avg_over_time(queue_length[7m])",
          "sum_over_time(rate(requests_total[1m])[10m:30s])",
          "stddev by (path) (queue_length)",
          "topk(2, queue_length)",
          "quantile_over_time(0.9, queue_length[5m]) > 5",
          "up == 0",
          "absent(queue_length{instance=\"host-1\", path=\"/a\"})",
          "queue_length and on (instance) up == 0",
          "queue_length * on (instance) group_left up > 2",
          "queue_length + on (job) group_left up",
          "changes(up[5m])",
          "resets(requests_total[10m]) > 0",
          "timestamp(up) - 1.7e9",
          "time() - 1.7e9",
          "scalar(sum(up)) * 2",
          "label_replace(queue_length, \"path\", \"x\", \"path\", \".*\")",
          "queue_length @ end() - queue_length",
          "vector(end() - time()) > 0",
          "vector(start() - 1.7e9 + step() + range())",
          "max_over_time(queue_length[5m] offset 2m)",
          "count_values(\"length\", queue_length)",
          "predict_linear(queue_length[10m], 600) < 0");

  private static final List<String> OVER_RECORDED =
      List.of(
          "%s > 2",
          "sum(%s)",
          "avg_over_time(%s[9m])",
          "%s offset 3m",
          "rate(%s[4m]) > 0",
          "count(%s) > 3",
          "absent(%s)",
          "last_over_time(%s[2m]) unless on (instance) up == 1");

  @Property(tries = 60)
  void slicesComeToWhatSingleEvaluationsComeTo(@ForAll long seed) {
    Random random = new Random(seed);
    History history = new History(seed, MINUTES);
    RuleFile file = RuleFile.parse("rules.yml", rules(random), SETTINGS);
    StepByStep expected = new StepByStep(file.groups(), history.source(), history.range());
    List<AlertChange> changes = new ArrayList<>();
    Map<Labels, NavigableMap<Long, Double>> recorded = new TreeMap<>();
    Map<Integer, Integer> failures = new TreeMap<>();
    for (RuleUnit unit : RuleUnits.of(file.groups(), 300_000)) {
      for (Purpose purpose : Purpose.values()) {
        evaluate(unit, history, random, purpose, changes, recorded, failures);
      }
    }
    assertEquals(texts(expected.changes()), texts(changes), "alerts");
    Map<Labels, String> series = texts(expected.recorded());
    series.keySet().removeIf(labels -> labels.metricName().startsWith("ALERTS"));
    assertEquals(series, texts(recorded), "recorded");
    assertEquals(expected.failures(), failures, "failures");
  }

  private static List<String> texts(List<AlertChange> changes) {
    return changes.stream()
        .filter(change -> change.timestampMillis() >= COMPARED)
        .sorted(
            Comparator.comparingLong(AlertChange::timestampMillis)
                .thenComparingInt(AlertChange::rule)
                .thenComparing(AlertChange::labels))
        .map(AlertChange::toString)
        .toList();
  }

  private static Map<Labels, String> texts(Map<Labels, NavigableMap<Long, Double>> recorded) {
    Map<Labels, String> texts = new TreeMap<>();
    recorded.forEach((labels, samples) -> {
      if (!samples.tailMap(COMPARED).isEmpty()) {
        texts.put(labels, samples.tailMap(COMPARED).toString());
      }
    });
    return texts;
  }

  private static String rules(Random random) {
    StringBuilder text = new StringBuilder("groups:\n");
    int number = 0;
    // Of several groups at one time, the earlier is first everywhere.
    boolean acrossGroups = random.nextBoolean();
    for (int group = 0; group < 2; group++) {
      text.append("- name: group").append(group);
      text.append("\n  interval: ").append(List.of("20s", "1m", "45s").get(random.nextInt(3)));
      text.append("\n  limit: ").append(random.nextInt(3) == 0 ? 4 : 0);
      text.append("\n  query_offset: ")
          .append(List.of("0s", "0s", "10s", "3m").get(random.nextInt(4)));
      text.append("\n  rules:\n");
      int firstRead = acrossGroups ? 0 : number;
      for (int rule = 0; rule < 5; rule++) {
        String expression = EXPRESSIONS.get(random.nextInt(EXPRESSIONS.size()));
        if (number > firstRead && random.nextInt(3) == 0) {
          String read = "rule:" + (firstRead + random.nextInt(number - firstRead));
          expression = OVER_RECORDED.get(random.nextInt(OVER_RECORDED.size())).formatted(read);
        }
        text.append(
            random.nextBoolean()
                ? "  - {record: 'rule:%d', expr: '%s'}\n".formatted(number, expression)
                : "  - {alert: Alert%d, expr: '%s', for: %ds, keep_firing_for: %ds%s}\n"
                    .formatted(
                        number,
                        expression,
                        random.nextInt(4) * 40,
                        random.nextInt(3) * 90,
                        random.nextInt(4) == 0
                            ? ", labels: {level: \"{{ if gt $value 5.0 }}high{{ end }}\"}"
                            : ""));
        number++;
      }
    }
    return text.toString();
  }

  private static void evaluate(
      RuleUnit unit,
      History history,
      Random random,
      Purpose purpose,
      List<AlertChange> changes,
      Map<Labels, NavigableMap<Long, Double>> recorded,
      Map<Integer, Integer> failures) {
    QueryEngine engine =
        new QueryEngine(
            EngineSettings.DEFAULT.withSlidingSums(false),
            ParserOptions.DEFAULT,
            Runnable::run,
            System::nanoTime);
    SliceEvaluator evaluator =
        new SliceEvaluator(
            new ExpressionRange(engine),
            QueryContext.of(Tenant.DEFAULT, history.source()),
            purpose);
    if (unit.stepwise()) {
      stepwise(engine, unit, history, purpose, changes, recorded, failures);
      return;
    }
    Map<Integer, AlertReplay> replays = new HashMap<>();
    for (TimeRange slice : slices(history.range(), random)) {
      for (RuleSlice result : evaluator.evaluate(unit, slice)) {
        int number = result.rule().number();
        switch (result.rule().rule()) {
          case Rule.Alerting alerting -> {
            AlertReplay.Outcome outcome =
                replays
                    .computeIfAbsent(
                        number,
                        _ ->
                            new AlertReplay(
                                result.rule(), alerting, EXPANSION, (_, _) -> List.of()))
                    .replay(result.values(), result.evaluations());
            changes.addAll(outcome.changes());
            add(failures, number, outcome.failed().size() + result.values().failed().size());
          }
          case Rule.Recording _ -> {
            if (purpose == Purpose.BACKFILL) {
              add(result.values(), recorded);
              add(failures, number, result.values().failed().size());
            }
          }
        }
      }
    }
  }

  private static void stepwise(
      QueryEngine engine,
      RuleUnit unit,
      History history,
      Purpose purpose,
      List<AlertChange> changes,
      Map<Labels, NavigableMap<Long, Double>> recorded,
      Map<Integer, Integer> failures) {
    new StepwiseEvaluator(
            new GroupEvaluator(engine, EXPANSION),
            QueryContext.of(Tenant.DEFAULT, history.source()),
            purpose)
        .evaluate(
            unit,
            TimeSlice.of(unit, history.range()),
            new StepwiseEvaluator.Listener() {
              @Override
              public void changed(PlannedRule rule, AlertTransition transition) {
                if (purpose == Purpose.BACKTEST) {
                  changes.add(AlertChange.of(rule.number(), transition));
                }
              }

              @Override
              public void finished(TimeSlice slice, List<RuleSlice> results, long samplesRead) {
                for (RuleSlice result : results) {
                  boolean recording = result.rule().rule() instanceof Rule.Recording;
                  if (recording == (purpose == Purpose.BACKFILL)) {
                    add(failures, result.rule().number(), result.values().failed().size());
                    if (recording) {
                      add(result.values(), recorded);
                    }
                  }
                }
              }
            });
  }

  private static void add(Map<Integer, Integer> failures, int rule, int count) {
    if (count > 0) {
      failures.merge(rule, count, Integer::sum);
    }
  }

  private static void add(StepValues values, Map<Labels, NavigableMap<Long, Double>> recorded) {
    values
        .series()
        .forEach((labels, column) -> {
          for (int step = 0; step < values.steps().count(); step++) {
            if (column.isThere(step)) {
              recorded
                  .computeIfAbsent(labels, _ -> new TreeMap<>())
                  .put(values.steps().timeMillis(step), column.values()[step]);
            }
          }
        });
  }

  private static List<TimeRange> slices(TimeRange range, Random random) {
    List<TimeRange> slices = new ArrayList<>();
    long start = range.startMillis();
    while (start <= range.endMillis()) {
      long end = Math.min(range.endMillis(), start + random.nextInt(25 * 60_000));
      slices.add(new TimeRange(start, end));
      start = end + 1;
    }
    return slices;
  }
}
