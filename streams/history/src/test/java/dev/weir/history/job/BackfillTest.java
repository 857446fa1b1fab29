package dev.weir.history.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.history.History;
import dev.weir.history.StepByStep;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.store.HistorySource;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackfillTest {
  /// Over the end of a day.
  private static final long MINUTES = 150;

  private static final long HOUR = 3_600_000;

  private static final String RULES =
      """
      groups:
        - name: api
          interval: 30s
          rules:
            - {record: 'rule:requests:rate2m', expr: 'sum by (instance) (rate(requests_total[2m]))'}
            - {record: 'rule:requests:total', expr: 'sum(rule:requests:rate2m)'}
            - {record: 'rule:requests:avg10m', expr: 'avg_over_time(rule:requests:total[10m])'}
            - {record: 'rule:evaluations', expr: 'rule:evaluations + 1 or vector(1)'}
            - {alert: Down, expr: 'up == 0', for: 1m}
            - {record: 'rule:queue_long', expr: 'queue_length > 5'}
      """;

  @TempDir private Path directory;

  private final History history = new History(11, MINUTES);

  private static List<RuleGroup> rules() {
    return RuleFile.parse("rules.yml", RULES, RuleFileSettings.DEFAULT).groups();
  }

  private Backfill backfill(TimeRange range) {
    return backfill(rules(), range);
  }

  private Backfill backfill(List<RuleGroup> rules, TimeRange range) {
    return Backfill.run(
        HistoryPlan.of(
            Purpose.BACKFILL,
            new DirectoryStore(directory.resolve("blocks").toString()),
            HistorySettings.of(
                Tenant.DEFAULT, EngineSettings.DEFAULT, List.of(), Map.of(), "http://weir"),
            rules,
            range),
        new FlinkTarget.Embedded(2),
        (_, _) -> {});
  }

  /// What queries see of what rules record, by labels.
  private Map<Labels, NavigableMap<Long, Double>> recorded() {
    HistorySource source =
        new HistorySource(
            new LocalBlockStore(directory.resolve("blocks")), 1 << 20, System::nanoTime);
    Map<Labels, NavigableMap<Long, Double>> recorded = new TreeMap<>();
    try (GroupCursor cursor =
        source.select(
            Tenant.DEFAULT,
            List.of(Matcher.regex(Labels.NAME, "rule:.*")),
            TimeRange.ALL,
            SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples samples = group.read();
        for (int series = 0; series < group.series().size(); series++) {
          NavigableMap<Long, Double> values = new TreeMap<>();
          for (int i = 0; i < samples.timestampsMillis().length; i++) {
            if (samples.columns().get(series).hasSample(i)) {
              values.put(samples.timestampsMillis()[i], samples.columns().get(series).values()[i]);
            }
          }
          recorded.put(group.series().get(series).labels(), values);
        }
      }
    }
    return recorded;
  }

  private static SortedSet<String> lines(
      Map<Labels, NavigableMap<Long, Double>> recorded, String without) {
    TreeSet<String> lines = new TreeSet<>();
    recorded.forEach((labels, samples) -> {
      if (labels.metricName().startsWith("rule:") && !labels.metricName().equals(without)) {
        samples.forEach((time, value) -> lines.add("%s %d %s".formatted(labels, time, value)));
      }
    });
    return lines;
  }

  /// Says what one has and the other has not.
  private static void assertSame(SortedSet<String> expected, SortedSet<String> actual) {
    TreeSet<String> missing = new TreeSet<>(expected);
    missing.removeAll(actual);
    TreeSet<String> unexpected = new TreeSet<>(actual);
    unexpected.removeAll(expected);
    assertEquals(List.of(), List.copyOf(missing), () -> "missing, beside " + unexpected);
    assertEquals(List.of(), List.copyOf(unexpected), "unexpected");
  }

  @Test
  void recordsWhatWouldHaveBeenRecordedAndNothingTwice() {
    history.writeTo(new LocalBlockStore(directory.resolve("blocks")));
    Backfill first = backfill(history.range());
    StepByStep expected = new StepByStep(rules(), history.source(), history.range());
    assertSame(
        lines(expected.recorded(), "rule:evaluations"), lines(recorded(), "rule:evaluations"));
    // What reads itself begins as much earlier as it looks back, and misses no evaluation.
    Collection<Double> counts =
        recorded()
            .getOrDefault(Labels.of("__name__", "rule:evaluations"), new TreeMap<>())
            .values();
    assertEquals(2 * MINUTES, counts.size());
    assertEquals(2 * MINUTES - 1, Collections.max(counts) - Collections.min(counts), "evaluations");
    // Three units, on both sides of midnight.
    assertEquals(6, first.blocks());
    assertTrue(first.samples() > 3 * MINUTES, "%d samples".formatted(first.samples()));
    Backfill again = backfill(history.range());
    assertEquals(0, again.blocks());
    assertEquals(6, again.present());
    assertEquals(0, again.withheld());
  }

  @Test
  void aSliceWithEvaluationsThatFailIsNotWritten() {
    history.writeTo(new LocalBlockStore(directory.resolve("blocks")));
    String text =
        """
        groups:
          - name: joins
            rules:
              - {record: 'rule:up', expr: 'sum(up)'}
              - {record: 'rule:joined', expr: 'rule:up + up * on (job) group_left queue_length'}
        """;
    List<RuleGroup> rules = RuleFile.parse("rules.yml", text, RuleFileSettings.DEFAULT).groups();
    Backfill backfill = backfill(rules, history.range());
    assertEquals(2, backfill.withheld());
    assertEquals(0, backfill.blocks() + backfill.present());
    assertTrue(backfill.failures().containsKey(1), "the rule that fails");
    assertEquals(Map.of(), recorded());
  }

  @Test
  void anotherStretchFillsOnlyWhatIsMissing() {
    history.writeTo(new LocalBlockStore(directory.resolve("blocks")));
    TimeRange range = history.range();
    backfill(new TimeRange(range.startMillis() + HOUR, range.endMillis() - HOUR));
    Map<Labels, NavigableMap<Long, Double>> before = recorded();
    Backfill rest = backfill(range);
    assertTrue(rest.blocks() > 0, "nothing was missing");
    StepByStep expected = new StepByStep(rules(), history.source(), range);
    // What counts evaluations began to count with the first backfill.
    assertSame(
        withoutMarkers(lines(expected.recorded(), "rule:evaluations")),
        withoutMarkers(lines(recorded(), "rule:evaluations")));
    before.forEach((labels, samples) ->
        samples.forEach((time, value) ->
            assertEquals(
                value,
                recorded().getOrDefault(labels, new TreeMap<>()).get(time),
                "%s at %d".formatted(labels, time))));
  }

  /// Whether a series ends with the first evaluation of a stretch is not known in the other.
  private static SortedSet<String> withoutMarkers(SortedSet<String> lines) {
    TreeSet<String> without = new TreeSet<>(lines);
    without.removeIf(line -> line.endsWith("NaN"));
    return without;
  }

  @Test
  void whatWasRecordedAtOtherTimesStays() {
    Labels labels = Labels.of("__name__", "rule:requests:total");
    long start = History.START + HOUR;
    for (int i = 0; i < 20; i++) {
      // As another group of the same interval had it.
      history.add(labels, start + i * 30_000L + 7, -1);
    }
    history.writeTo(new LocalBlockStore(directory.resolve("blocks")));
    backfill(history.range());
    NavigableMap<Long, Double> samples =
        recorded()
            .getOrDefault(labels, new TreeMap<>())
            .subMap(start, true, start + 600_000, false);
    assertEquals(20, samples.values().stream().filter(value -> value == -1).count());
    long previous = 0;
    for (long time : samples.keySet()) {
      assertTrue(time - previous >= 30_000, "doubled at " + time);
      previous = time;
    }
  }
}
