package dev.weir.history.job;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.history.History;
import dev.weir.history.StepByStep;
import dev.weir.history.alert.AlertChange;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestTest {
  private static final long MINUTES = 150;

  private static final String RULES =
      """
      groups:
        - name: api
          interval: 30s
          rules:
            - record: instance:requests:rate2m
              expr: sum by (instance) (rate(requests_total[2m]))
            - record: job:requests:rate2m
              expr: sum(instance:requests:rate2m)
            - alert: RequestsLow
              expr: instance:requests:rate2m < 5
              for: 1m
              labels: {severity: page}
              annotations: {summary: "{{ $labels.instance }} serves {{ $value }}"}
            - alert: RequestsFalling
              expr: avg_over_time(job:requests:rate2m[5m]) > 1.2 * job:requests:rate2m
        - name: hosts
          interval: 1m
          rules:
            - alert: InstanceDown
              expr: up == 0
              for: 1m
              keep_firing_for: 3m
              labels: {severity: page}
            - alert: QueueLong
              expr: queue_length > 5
              for: 2m
              labels: {level: '{{ if gt $value 6.0 }}high{{ else }}low{{ end }}'}
            - alert: MostAreDown
              expr: count(ALERTS{alertname="InstanceDown", alertstate="firing"}) > 1
      """;

  @TempDir private Path directory;

  private final History history = new History(7, MINUTES);

  @BeforeEach
  void write() {
    history.writeTo(new LocalBlockStore(directory.resolve("blocks")));
  }

  private static List<RuleGroup> rules(String text) {
    return RuleFile.parse("rules.yml", text, RuleFileSettings.DEFAULT).groups();
  }

  private HistoryPlan plan(List<RuleGroup> groups, TimeRange range) {
    return HistoryPlan.of(
        Purpose.BACKTEST,
        new DirectoryStore(directory.resolve("blocks").toString()),
        HistorySettings.of(
            Tenant.DEFAULT, EngineSettings.DEFAULT, List.of(), Map.of(), "http://weir"),
        groups,
        range);
  }

  @Test
  void findsWhatEachEvaluationByItselfFinds() {
    List<RuleGroup> groups = rules(RULES);
    List<Long> progress = new ArrayList<>();
    Backtest backtest =
        Backtest.run(
            plan(groups, history.range()),
            new FlinkTarget.Embedded(2),
            (done, total) -> progress.add(done * 100 / total));
    StepByStep expected = new StepByStep(groups, history.source(), history.range());
    assertSame(expected.changes(), backtest.changes());
    assertTrue(
        backtest.changes().stream().anyMatch(change -> change.to() == AlertState.FIRING),
        "nothing fires");
    assertEquals(100, progress.getLast());
    assertTrue(backtest.samplesRead() > 0, "samples were read");
  }

  @Test
  void clocksThatRanBeforeTheStartAreRight() {
    List<RuleGroup> groups = rules(RULES);
    TimeRange later =
        new TimeRange(history.range().startMillis() + 3_600_000, history.range().endMillis());
    Backtest backtest =
        Backtest.run(plan(groups, later), new FlinkTarget.Embedded(1), (_, _) -> {});
    StepByStep expected = new StepByStep(groups, history.source(), history.range());
    assertSame(
        since(expected.changes(), later.startMillis()),
        since(backtest.changes(), later.startMillis()));
  }

  @Test
  void samplesThatAreReadStepByStepCount() {
    String down =
        """
        groups:
          - name: hosts
            interval: 5m
            rules:
              - {alert: InstanceDown, expr: up == 0}
        """;
    Backtest alone =
        Backtest.run(plan(rules(down), history.range()), new FlinkTarget.Embedded(1), (_, _) -> {});
    Backtest stepwise =
        Backtest.run(
            plan(
                rules(down + "      - {alert: SomeAreDown, expr: count(ALERTS) > 0}\n"),
                history.range()),
            new FlinkTarget.Embedded(1),
            (_, _) -> {});
    assertTrue(alone.samplesRead() > 0, "samples were read");
    // Each evaluation looks back as far as the next one is away: a sample is read once either way.
    assertTrue(
        stepwise.samplesRead() >= alone.samplesRead(),
        "%d and %d samples".formatted(alone.samplesRead(), stepwise.samplesRead()));
  }

  @Test
  void aRuleThatFailsSaysWhenAndWhy() {
    List<RuleGroup> groups =
        rules(
            """
            groups:
              - name: joins
                rules:
                  - alert: Twice
                    expr: up * on (job) group_left queue_length > 0
            """);
    Backtest backtest =
        Backtest.run(plan(groups, history.range()), new FlinkTarget.Embedded(1), (_, _) -> {});
    StepByStep expected = new StepByStep(groups, history.source(), history.range());
    RuleFailures failures = requireNonNull(backtest.failures().get(0));
    assertEquals(Map.of(0, (int) failures.count()), expected.failures());
    assertTrue(failures.reason().contains("many-to-many"), failures.reason());
  }

  @Test
  void aStoreThatIsNotThereIsSaidSo() {
    HistoryPlan plan =
        HistoryPlan.of(
            Purpose.BACKTEST,
            new Nowhere(),
            HistorySettings.of(
                Tenant.DEFAULT, EngineSettings.DEFAULT, List.of(), Map.of(), "http://weir"),
            rules(RULES),
            history.range());
    WeirException.BadData error =
        assertThrows(
            WeirException.BadData.class,
            () -> Backtest.run(plan, new FlinkTarget.Embedded(1), (_, _) -> {}));
    assertEquals("there is no such store", error.getMessage());
  }

  /// A store that cannot be opened.
  private record Nowhere() implements HistoryStore {
    @Override
    public Opened open() {
      throw new WeirException.BadData("there is no such store");
    }

    @Override
    public Path workDirectory() {
      return Path.of("work");
    }
  }

  private static List<AlertChange> since(List<AlertChange> changes, long startMillis) {
    // Since when an alert is active that was active all the time before, nobody knows.
    List<AlertChange> since =
        changes.stream()
            .filter(change -> change.timestampMillis() > startMillis)
            .map(BacktestTest::withoutActiveAt)
            .toList();
    assertFalse(since.isEmpty(), "nothing changes");
    return since;
  }

  private static AlertChange withoutActiveAt(AlertChange change) {
    return new AlertChange(
        change.rule(),
        change.labels(),
        change.from(),
        change.to(),
        change.timestampMillis(),
        0,
        change.value(),
        change.annotations());
  }

  /// Says what one has and the other has not.
  private static void assertSame(List<AlertChange> expected, List<AlertChange> actual) {
    Set<AlertChange> missing = new LinkedHashSet<>(expected);
    actual.forEach(missing::remove);
    Set<AlertChange> unexpected = new LinkedHashSet<>(actual);
    expected.forEach(unexpected::remove);
    assertEquals(List.of(), List.copyOf(missing), "missing, beside " + unexpected);
    assertEquals(List.of(), List.copyOf(unexpected), "unexpected");
    assertEquals(expected.size(), actual.size());
  }
}
