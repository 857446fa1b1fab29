package dev.weir.streams;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.read.SampleReader;
import dev.weir.streams.definition.GroupPlanner;
import dev.weir.streams.definition.RuleGroups;
import dev.weir.streams.leaf.LeafMetrics;
import dev.weir.streams.leaf.LeafProcessor;
import dev.weir.streams.merge.MergeMetrics;
import dev.weir.streams.merge.MergeProcessor;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole topology over one partition, with a clock that the test holds.
class RulesTopologyTest {
  private static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);

  private static final String EVERY_SECOND =
      "groups: [{name: node, interval: 1s, rules: [{record: fleet:size, expr: vector(%d)}]}]";

  private static final String RULES =
      """
      groups:
        - name: node
          interval: 10s
          rules:
            - record: job:up:sum
              expr: sum by (job) (up)
            - alert: InstanceDown
              expr: up == 0
              for: 20s
              labels: {severity: page}
              annotations: {summary: "{{ $labels.instance }} is down"}
            - record: job:up:sum_max
              expr: max_over_time(job:up:sum[1m])
      """;

  @TempDir private Path directory;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> rules;
  private TestInputTopic<byte[], byte[]> samples;
  private TestOutputTopic<byte[], byte[]> recorded;
  private TestOutputTopic<byte[], byte[]> alerts;
  private long nowMillis = START.toEpochMilli();
  private final List<String> series = new ArrayList<>();
  private long offset;

  private final SampleReader reader =
      new SampleReader(
          SampleReader.Settings.DEFAULT,
          Optional.empty(),
          0,
          new SampleReader.Receiver() {
            @Override
            public void rows(
                long at, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
              sampleRecord.rows().forEach(row -> note(layout, row));
            }

            @Override
            public void deadLetter(long at, long appendedMillis, byte[] value, String reason) {
              throw new AssertionError(reason);
            }
          });

  private void note(Layout layout, Row row) {
    int[] columns = row.columns();
    for (int i = 0; i < row.values().length; i++) {
      double value = row.values()[i];
      if (!AbsentValue.is(value)) {
        Labels labels = layout.series().get(columns == null ? i : columns[i]).labels();
        series.add(
            "%s %s @%d"
                .formatted(
                    labels,
                    StalenessMarker.is(value) ? "stale" : Double.toString(value),
                    (row.timestampMillis() - START.toEpochMilli()) / 1000));
      }
    }
  }

  @BeforeEach
  void start() {
    PrometheusRegistry registry = new PrometheusRegistry();
    RuleGroups groups =
        new RuleGroups(
            new GroupPlanner(300_000, 7_200_000),
            (file, text) ->
                RuleFile.parse(file, text, RuleFileSettings.DEFAULT).groups().getFirst());
    QueryEngine engine = QueryEngine.inCallersThread();
    RulesTopology topology =
        new RulesTopology(
            new LeafProcessor.Surroundings(
                groups::leaves,
                engine,
                (partition, position) -> nowMillis,
                2_000,
                SampleReader.Settings.DEFAULT,
                Optional.empty(),
                new LeafMetrics(registry)),
            new MergeProcessor.Surroundings(
                groups,
                new GroupEvaluator(
                    engine,
                    new AlertExpansion(
                        Labels.EMPTY, "http://localhost:9090", TemplateLimits.DEFAULT)),
                1,
                15_000,
                Labels.of("cluster", "eu-1"),
                "http://localhost:9090",
                Optional.empty(),
                new MergeMetrics(registry)),
            1,
            Duration.ofHours(2));
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "weir-rules");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    properties.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    driver = new TopologyTestDriver(topology.build(), properties, START);
    rules = input(Topics.RULES);
    samples = input(Topics.SAMPLES);
    recorded = output(Topics.RECORDED);
    alerts = output(Topics.ALERTS);
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  private void define(String text) {
    RuleGroup group =
        RuleFile.parse("node.yml", text, RuleFileSettings.DEFAULT).groups().getFirst();
    RuleGroupRecord definition =
        new RuleGroupRecord(
            Tenant.DEFAULT,
            group.file(),
            group.name(),
            new RuleGroupRecord.Definition(
                group.text(), group.contentHash(), START.toEpochMilli() + 10_000));
    rules.pipeInput(
        definition.key(),
        RecordType.RULES.writer(Topics.RULES, Optional.empty()).write(definition),
        nowMillis);
  }

  private void scrape(double a, double b) {
    for (GroupRow row :
        GroupRow.of(
            Tenant.DEFAULT,
            List.of(Sample.of(up("a"), nowMillis, a), Sample.of(up("b"), nowMillis, b)))) {
      GroupKey group = row.group();
      SampleRecord sample =
          new SampleRecord(
              group,
              row.layout().hash(),
              Optional.of(new LayoutFrame.Whole(row.layout())),
              List.of(row.row()),
              1,
              OptionalLong.of(nowMillis + 10_000));
      samples.pipeInput(
          RecordKeys.of(group.partitionKey()),
          RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()).write(sample),
          nowMillis + 40);
    }
  }

  private static Labels up(String instance) {
    return Labels.of("__name__", "up", "job", "node", "instance", instance);
  }

  /// Lets time pass up to a second after the start, and scrapes at every fifth of ten.
  private void runTo(int second, double a, double b) {
    while (nowMillis < START.toEpochMilli() + second * 1000L) {
      nowMillis += 1000;
      driver.advanceWallClockTime(Duration.ofSeconds(1));
      if ((nowMillis - START.toEpochMilli()) / 1000 % 10 == 5) {
        scrape(a, b);
      }
    }
  }

  private List<String> recordedSeries() {
    series.clear();
    recorded.readRecordsToList().forEach(entry -> reader.read(offset++, nowMillis, entry.value()));
    return series.stream().sorted().toList();
  }

  private List<AlertTransition> transitions() {
    return alerts.readValuesToList().stream()
        .map(RecordType.ALERTS.reader(Optional.empty())::read)
        .toList();
  }

  @Test
  void aRuleRecordsAndLaterRulesOfTheGroupSeeIt() {
    define(RULES);
    runTo(12, 1, 1);
    assertEquals(
        List.of("job:up:sum_max{job=\"node\"} 2.0 @10", "job:up:sum{job=\"node\"} 2.0 @10"),
        recordedSeries());

    runTo(22, 1, 0);
    assertTrue(
        recordedSeries()
            .containsAll(
                List.of(
                    "job:up:sum_max{job=\"node\"} 2.0 @20", "job:up:sum{job=\"node\"} 1.0 @20")));
  }

  @Test
  void anAlertIsToldOfWhenItIsPendingFiresAndIsOver() {
    define(RULES);
    runTo(12, 1, 0);
    AlertTransition pending = transitions().getFirst();
    assertEquals(AlertTransition.State.PENDING, pending.state());
    assertEquals(START.plusSeconds(10), pending.activeAt());
    assertEquals("eu-1", pending.labels().get("cluster"));
    assertEquals(List.of("cluster"), pending.externalLabels());

    runTo(28, 1, 0);
    assertEquals(List.of(), transitions());
    runTo(32, 1, 0);
    List<AlertTransition> firing = transitions();
    assertEquals(1, firing.size());
    assertEquals(AlertTransition.State.FIRING, firing.getFirst().state());
    assertEquals(Optional.of(START.plusSeconds(30)), firing.getFirst().startsAt());
    assertEquals("b is down", firing.getFirst().annotations().get("summary"));
    assertTrue(
        recordedSeries()
            .contains(
                "ALERTS{alertname=\"InstanceDown\", alertstate=\"firing\", instance=\"b\","
                    + " job=\"node\", severity=\"page\"} 1.0 @30"));

    runTo(42, 1, 1);
    List<AlertTransition> over = transitions();
    assertEquals(1, over.size());
    assertEquals(AlertTransition.State.RESOLVED, over.getFirst().state());
    assertEquals(Optional.of(START.plusSeconds(40)), over.getFirst().endsAt());
    assertTrue(
        recordedSeries()
            .contains(
                "ALERTS{alertname=\"InstanceDown\", alertstate=\"firing\", instance=\"b\","
                    + " job=\"node\", severity=\"page\"} stale @40"));
  }

  @Test
  void whatARemovedGroupHasLeftEnds() {
    define(RULES);
    runTo(32, 1, 0);
    assertEquals(AlertTransition.State.FIRING, transitions().getLast().state());
    recordedSeries();
    TestOutputTopic<byte[], byte[]> reports = output(Topics.RULES);
    reports.readRecordsToList();

    rules.pipeInput(
        RuleGroupRecord.definitionKey(Tenant.DEFAULT, "node.yml", "node"), null, nowMillis);
    runTo(34, 1, 0);

    AlertTransition over = transitions().getFirst();
    assertEquals(AlertTransition.State.RESOLVED, over.state());
    assertEquals("b", over.labels().get("instance"));
    assertEquals("eu-1", over.labels().get("cluster"));
    assertEquals(Optional.of(START.plusSeconds(33)), over.endsAt());
    assertTrue(recordedSeries().contains("job:up:sum{job=\"node\"} stale @33"), series::toString);
    TestRecord<byte[], byte[]> status = reports.readRecord();
    assertArrayEquals(RuleGroupRecord.statusKey(Tenant.DEFAULT, "node.yml", "node"), status.key());
    assertNull(status.value());
    runTo(52, 1, 0);
    assertEquals(List.of(), transitions());
    assertEquals(List.of(), recordedSeries());
  }

  @Test
  void theAlertsOfARuleThatIsTakenOutOfItsGroupAreOver() {
    define(RULES);
    runTo(32, 1, 0);
    assertEquals(AlertTransition.State.FIRING, transitions().getLast().state());

    define(RULES.replace("up == 0", "up == bool 7"));
    runTo(42, 1, 0);

    List<AlertTransition> told = transitions();
    assertEquals(
        List.of(
            AlertTransition.State.PENDING,
            AlertTransition.State.PENDING,
            AlertTransition.State.RESOLVED),
        told.stream().map(AlertTransition::state).toList());
    assertEquals(Optional.of(START.plusSeconds(40)), told.getLast().endsAt());
  }

  @Test
  void aChangedGroupIsReportedAtItsFirstEvaluation() {
    define(EVERY_SECOND.formatted(1));
    TestOutputTopic<byte[], byte[]> reports = output(Topics.RULES);
    runTo(14, 1, 1);
    // Nothing changes from one evaluation to the next, so one report is enough for a while.
    assertEquals(1, reports.readValuesToList().size());
    String changed = EVERY_SECOND.formatted(2);
    define(changed);
    runTo(17, 1, 1);

    RuleGroupRecord report =
        RecordType.RULES.reader(Optional.empty()).read(reports.readValuesToList().getFirst());

    RuleGroupRecord.Status status = assertInstanceOf(RuleGroupRecord.Status.class, report.body());
    assertEquals(
        RuleFile.parse("node.yml", changed, RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .contentHash(),
        status.definition());
  }

  @Test
  void whatAGroupComesToIsReported() {
    define(RULES);
    TestOutputTopic<byte[], byte[]> reports = output(Topics.RULES);
    runTo(12, 1, 0);

    RuleGroupRecord report =
        RecordType.RULES.reader(Optional.empty()).read(reports.readValuesToList().getFirst());

    RuleGroupRecord.Status status = assertInstanceOf(RuleGroupRecord.Status.class, report.body());
    assertEquals(START.plusSeconds(10), status.evaluatedAt());
    assertTrue(status.complete());
    assertEquals(3, status.rules().size());
    assertEquals("b", status.rules().get(1).alerts().getFirst().labels().get("instance"));
    assertEquals(
        RuleFile.parse("node.yml", RULES, RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .rules()
            .stream()
            .map(rule -> rule.identity().toString())
            .toList(),
        status.rules().stream().map(RuleGroupRecord.RuleStatus::id).toList());
  }
}
