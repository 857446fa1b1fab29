package dev.weir.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.history.alert.AlertChange;
import dev.weir.history.alert.AlertReplay;
import dev.weir.history.plan.RuleUnit;
import dev.weir.history.plan.RuleUnits;
import dev.weir.history.range.ExpressionRange;
import dev.weir.history.range.SliceEvaluator;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.range.SliceEvaluator.RuleSlice;
import dev.weir.history.range.StepValues;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.group.EvaluationTimes;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.schemas.AlertTransition;
import dev.weir.streams.JobDriver.Recorded;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What a backtest finds in samples is what the job made of them when they came.
class JobEqualsBacktestTest {
  private static final int SECONDS = 400;

  private static final String RULES =
      """
      groups:
        - name: node
          interval: 10s
          rules:
            - {record: 'instance:requests:rate40s', expr: 'sum by (instance) (rate(requests_total[40s]))'}
            - {record: 'job:requests:rate40s', expr: 'sum(instance:requests:rate40s)'}
            - {record: 'queue:busiest', expr: 'topk(2, queue_length)'}
            - {alert: Busy, expr: 'queue_length > 6', for: 20s}
            - {alert: Down, expr: 'up == 0', for: 10s, keep_firing_for: 30s, labels: {severity: page}}
            - {alert: Silent, expr: 'absent(up{instance="host-1"} == 1)'}
            - {alert: Slow, expr: 'instance:requests:rate40s < 2', labels: {level: '{{ if lt $value 1.0 }}low{{ end }}'}}
            - {alert: Falling, expr: 'delta(job:requests:rate40s[1m]) < 0', for: 20s}
      """;

  private static final List<RuleGroup> GROUPS =
      RuleFile.parse("node.yml", RULES, RuleFileSettings.DEFAULT).groups();

  /// As whoever publishes a group says.
  private static final long FIRST =
      EvaluationTimes.of(GROUPS.getFirst()).after(JobDriver.START.toEpochMilli() + 10_000);

  private MemorySeriesSource all = new MemorySeriesSource();

  @Property(tries = 5)
  void aBacktestFindsWhatTheJobMade(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    all = new MemorySeriesSource();
    TreeSet<String> recordedByJob = new TreeSet<>();
    TreeSet<String> changesOfJob = new TreeSet<>();
    Map<Labels, AlertTransition.State> states = new HashMap<>();
    Path directory = Files.createTempDirectory("weir-rules-job");
    try (JobDriver job = new JobDriver(directory)) {
      job.define(GROUPS.getFirst(), FIRST);
      for (int second = 1; second <= SECONDS; second++) {
        job.advance(Duration.ofSeconds(1));
        for (int target = 0; target < 3; target++) {
          if (second % 10 == 1 + 2 * target && (second < 10 || random.nextInt(12) > 0)) {
            scrape(job, target, random);
          }
        }
        for (Recorded sample : job.recorded()) {
          if (!sample.labels().metricName().startsWith("ALERTS")) {
            recordedByJob.add(line(sample.timestampMillis(), sample.labels(), sample.value()));
          }
        }
        for (AlertTransition transition : job.transitions()) {
          Labels labels = transition.labels().without("cluster");
          // What goes on is told again now and then.
          if (transition.state() != states.put(labels, transition.state())) {
            changesOfJob.add(
                transition.evaluatedAt().toEpochMilli() + " " + labels + " " + transition.state());
          }
        }
      }
    }
    TimeRange range = new TimeRange(FIRST, JobDriver.START.toEpochMilli() + (SECONDS - 5) * 1000L);
    TreeSet<String> changes = new TreeSet<>();
    TreeSet<String> recorded = new TreeSet<>();
    backtest(range, changes, recorded);
    // A backtest looks before its start, and knows what ends with the first evaluation.
    recorded.removeIf(line -> line.startsWith(FIRST + " ") && line.endsWith("NaN"));
    assertTrue(changes.stream().anyMatch(line -> line.endsWith("FIRING")), "nothing fires");
    assertSame(until(range, changesOfJob), changes);
    assertSame(until(range, recordedByJob), recorded);
  }

  /// The lines up to the end of a range.
  private static Set<String> until(TimeRange range, NavigableSet<String> lines) {
    return lines.headSet(String.valueOf(range.endMillis() + 1), false);
  }

  /// Says what one has and the other has not.
  private static void assertSame(Set<String> job, Set<String> backtest) {
    Set<String> missing = new TreeSet<>(job);
    missing.removeAll(backtest);
    Set<String> unexpected = new TreeSet<>(backtest);
    unexpected.removeAll(job);
    assertEquals(List.of(), List.copyOf(missing), () -> "of the job alone; beside " + unexpected);
    assertEquals(List.of(), List.copyOf(unexpected), "of the backtest alone");
  }

  private void scrape(JobDriver job, int target, Random random) {
    String instance = "host-" + target;
    List<Sample> samples = new ArrayList<>();
    boolean up = random.nextInt(4) > 0;
    samples.add(sample(job, "up", instance, "", up ? 1 : 0));
    for (String path : List.of("/a", "/b")) {
      if (up) {
        samples.add(sample(job, "queue_length", instance, path, random.nextInt(10)));
        samples.add(
            sample(
                job,
                "requests_total",
                instance,
                path,
                (int) (job.nowMillis() / 10_000 % 40) * random.nextInt(9)));
      }
    }
    all.append(GroupRow.of(Tenant.DEFAULT, samples));
    // Some are left out. If they were due, the job would know that something is missing, which a
    // backtest cannot know.
    job.push(samples);
  }

  private static Sample sample(
      JobDriver job, String name, String instance, String path, double value) {
    Labels labels =
        Labels.of("__name__", name, "instance", instance, "job", "api").toBuilder()
            .set("path", path)
            .build();
    return Sample.of(labels, job.nowMillis(), value);
  }

  private void backtest(TimeRange range, Set<String> changes, Set<String> recorded) {
    QueryEngine engine = QueryEngine.inCallersThread();
    QueryContext context = QueryContext.of(Tenant.DEFAULT, all);
    AlertExpansion expansion =
        new AlertExpansion(Labels.EMPTY, "http://localhost:9090", TemplateLimits.DEFAULT);
    for (RuleUnit unit : RuleUnits.of(GROUPS, 300_000)) {
      for (Purpose purpose : Purpose.values()) {
        SliceEvaluator evaluator =
            new SliceEvaluator(new ExpressionRange(engine), context, purpose);
        for (RuleSlice slice : evaluator.evaluate(unit, range)) {
          switch (slice.rule().rule()) {
            case Rule.Alerting rule ->
                new AlertReplay(slice.rule(), rule, expansion, (_, _) -> List.of())
                    .replay(slice.values(), slice.evaluations())
                    .changes()
                    .forEach(change -> changes.add(line(change)));
            case Rule.Recording _ -> {
              if (purpose == Purpose.BACKFILL) {
                add(slice.values(), recorded);
              }
            }
          }
        }
      }
    }
  }

  private static String line(AlertChange change) {
    AlertTransition.State state =
        switch (change.to()) {
          case PENDING -> AlertTransition.State.PENDING;
          case FIRING -> AlertTransition.State.FIRING;
          case INACTIVE ->
              change.from() == AlertState.FIRING
                  ? AlertTransition.State.RESOLVED
                  : AlertTransition.State.INACTIVE;
        };
    return change.timestampMillis() + " " + change.labels() + " " + state;
  }

  private static void add(StepValues values, Set<String> recorded) {
    values
        .series()
        .forEach((labels, column) -> {
          for (int step = 0; step < values.steps().count(); step++) {
            if (column.isThere(step)) {
              recorded.add(line(values.steps().timeMillis(step), labels, column.values()[step]));
            }
          }
        });
  }

  /// Equal up to the order of summation.
  private static String line(long timestampMillis, Labels labels, double value) {
    return "%d %s %.9g".formatted(timestampMillis, labels, value);
  }
}
