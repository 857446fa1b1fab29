package dev.weir.streams;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Row;
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
import dev.weir.streams.commit.CommitPace;
import dev.weir.streams.definition.GroupPlanner;
import dev.weir.streams.definition.RuleGroups;
import dev.weir.streams.leaf.LeafMetrics;
import dev.weir.streams.leaf.LeafProcessor;
import dev.weir.streams.merge.MergeMetrics;
import dev.weir.streams.merge.MergeProcessor;
import dev.weir.streams.query.InstantQueries;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/// The whole topology over one partition, with a clock that the test holds.
final class JobDriver implements AutoCloseable {
  static final Instant START = Instant.ofEpochMilli(1_700_000_000_000L);

  /// A sample of a series that a rule recorded.
  record Recorded(Labels labels, long timestampMillis, double value) {}

  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> rules;
  private final TestInputTopic<byte[], byte[]> samples;
  private final TestOutputTopic<byte[], byte[]> recorded;
  private final TestOutputTopic<byte[], byte[]> alerts;
  private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
  private final List<Recorded> read = new ArrayList<>();
  private long nowMillis = START.toEpochMilli();
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

  /// @param directory for its stores
  JobDriver(Path directory) {
    this(directory, Optional.empty());
  }

  /// @param queries answer for rules that the stream cannot evaluate
  JobDriver(Path directory, Optional<InstantQueries> queries) {
    PrometheusRegistry registry = new PrometheusRegistry();
    RuleGroups groups =
        new RuleGroups(
            new GroupPlanner(300_000, 7_200_000, queries.isPresent()),
            (file, text) ->
                RuleFile.parse(file, text, RuleFileSettings.DEFAULT).groups().getFirst());
    QueryEngine engine = QueryEngine.inCallersThread();
    GroupEvaluator evaluator =
        new GroupEvaluator(
            engine,
            new AlertExpansion(Labels.EMPTY, "http://localhost:9090", TemplateLimits.DEFAULT));
    CommitPace commits = new CommitPace(Duration.ofMillis(100));
    RulesTopology topology =
        new RulesTopology(
            new LeafProcessor.Surroundings(
                groups::leaves,
                engine,
                (partition, position) -> nowMillis,
                2_000,
                this::past,
                new Semaphore(1),
                60_000,
                SampleReader.Settings.DEFAULT,
                Optional.empty(),
                commits,
                new LeafMetrics(registry)),
            new MergeProcessor.Surroundings(
                groups,
                () -> evaluator,
                1,
                15_000,
                queries,
                () -> Labels.of("cluster", "eu-1"),
                "http://localhost:9090",
                Optional.empty(),
                commits,
                new MergeMetrics(registry)),
            1,
            Duration.ofHours(2),
            Stores::inMemoryKeyValueStore);
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

  private void note(Layout layout, Row row) {
    int[] columns = row.columns();
    for (int i = 0; i < row.values().length; i++) {
      double value = row.values()[i];
      if (!AbsentValue.is(value)) {
        Labels labels = layout.series().get(columns == null ? i : columns[i]).labels();
        read.add(new Recorded(labels, row.timestampMillis(), value));
      }
    }
  }

  /// Reads the samples as they are in the topic when a rule's past is read.
  private Consumer<byte[], byte[]> past() {
    TopicPartition scraped = new TopicPartition(Topics.SAMPLES, 0);
    TopicPartition recordings = new TopicPartition(Topics.RECORDED, 0);
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>("earliest") {
          @Override
          public synchronized Map<TopicPartition, @Nullable OffsetAndTimestamp> offsetsForTimes(
              Map<TopicPartition, Long> times) {
            Map<TopicPartition, @Nullable OffsetAndTimestamp> first = new HashMap<>();
            first.put(scraped, log.isEmpty() ? null : new OffsetAndTimestamp(0, 0));
            first.put(recordings, null);
            return first;
          }
        };
    consumer.updateBeginningOffsets(Map.of(scraped, 0L, recordings, 0L));
    consumer.updateEndOffsets(Map.of(scraped, (long) log.size(), recordings, 0L));
    consumer.schedulePollTask(() -> log.forEach(consumer::addRecord));
    return consumer;
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  long nowMillis() {
    return nowMillis;
  }

  /// Defines the group of a rule file, from ten seconds after the start on.
  void define(String text) {
    define(RuleFile.parse("node.yml", text, RuleFileSettings.DEFAULT).groups().getFirst());
  }

  /// Defines a group, from ten seconds after the start on.
  void define(RuleGroup group) {
    define(group, START.toEpochMilli() + 10_000);
  }

  /// Defines a group.
  ///
  /// @param firstMillis its first evaluation
  void define(RuleGroup group, long firstMillis) {
    RuleGroupRecord definition =
        new RuleGroupRecord(
            Tenant.DEFAULT,
            group.file(),
            group.name(),
            new RuleGroupRecord.Definition(group.text(), group.contentHash(), firstMillis));
    rules.pipeInput(
        definition.key(),
        RecordType.RULES.writer(Topics.RULES, Optional.empty()).write(definition),
        nowMillis);
  }

  /// Takes a group away.
  void remove(String group) {
    remove("node.yml", group);
  }

  /// Takes a group away.
  void remove(String file, String group) {
    rules.pipeInput(RuleGroupRecord.definitionKey(Tenant.DEFAULT, file, group), null, nowMillis);
  }

  /// Appends what was scraped from a target.
  ///
  /// @param interval after which its next row is due
  void scrape(List<Sample> scraped, Duration interval) {
    rows(scraped, Optional.of(interval), Seen.WHOLE);
  }

  /// Appends what was scraped from a target before the job began to read, with its layout.
  void scrapeBefore(List<Sample> scraped, Duration interval) {
    rows(scraped, Optional.of(interval), Seen.NOT);
  }

  /// Appends what was scraped from a target whose layout was in an earlier record.
  void scrapeAgain(List<Sample> scraped, Duration interval) {
    rows(scraped, Optional.of(interval), Seen.WITHOUT_LAYOUT);
  }

  /// Appends what came from a target, and nobody knows when there is more.
  void push(List<Sample> pushed) {
    rows(pushed, Optional.empty(), Seen.WHOLE);
  }

  /// What the job itself reads of a record.
  private enum Seen {
    WHOLE,
    WITHOUT_LAYOUT,
    NOT
  }

  private void rows(List<Sample> scraped, Optional<Duration> interval, Seen seen) {
    for (GroupRow row : GroupRow.of(Tenant.DEFAULT, "a scraped target", scraped)) {
      GroupKey group = row.group();
      SampleRecord sample =
          new SampleRecord(
              group,
              row.layout().hash(),
              seen == Seen.WITHOUT_LAYOUT
                  ? Optional.empty()
                  : Optional.of(new LayoutFrame.Whole(row.layout())),
              List.of(row.row()),
              1,
              interval
                  .map(next -> OptionalLong.of(row.row().timestampMillis() + next.toMillis()))
                  .orElseGet(OptionalLong::empty));
      byte[] key = RecordKeys.of(group.partitionKey());
      byte[] value = RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty()).write(sample);
      if (seen != Seen.NOT) {
        samples.pipeInput(key, value, nowMillis + 40);
      }
      log.add(
          new ConsumerRecord<>(
              Topics.SAMPLES,
              0,
              log.size(),
              nowMillis + 40,
              TimestampType.LOG_APPEND_TIME,
              key.length,
              value.length,
              key,
              value,
              new RecordHeaders(),
              Optional.empty()));
    }
  }

  /// Lets time pass.
  void advance(Duration time) {
    nowMillis += time.toMillis();
    driver.advanceWallClockTime(time);
  }

  /// What was recorded since this was asked last.
  List<Recorded> recorded() {
    read.clear();
    recorded.readRecordsToList().forEach(entry -> reader.read(offset++, nowMillis, entry.value()));
    return List.copyOf(read);
  }

  /// Sends a record to the merge.
  void partial(byte[] key, byte[] value) {
    input("weir-rules-partials-repartition").pipeInput(key, value, nowMillis);
  }

  /// How many entries a store has.
  long entries(String store) {
    return driver.getKeyValueStore(store).approximateNumEntries();
  }

  /// The transitions of alerts since this was asked last.
  List<AlertTransition> transitions() {
    return alerts.readValuesToList().stream()
        .map(RecordType.ALERTS.reader(Optional.empty())::read)
        .toList();
  }

  @Override
  public void close() {
    driver.close();
  }
}
