package dev.weir.standalone;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.group.GroupResult;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.TopicRows;
import dev.weir.testing.broker.TopicRows.Entry;
import dev.weir.testing.broker.TopicTail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Compares what rules jobs have written with a batch evaluation of what they have read: each
/// evaluation of each group over the samples that Kafka had up to its cut. Reads with
/// `read_committed` while the jobs run, and goes over what is some time ago.
final class BatchComparison {
  /// Names the topic in which partial results, and with them the cuts, travel.
  static final String PARTIALS = "weir-rules-partials-repartition";

  private static final Duration DEADLINE = Duration.ofMinutes(1);

  /// What a kill has left open may hide what was committed behind it.
  private static final long SETTLED_MILLIS = Duration.ofMinutes(1).toMillis();

  /// An evaluation that is done later than this, and two intervals, tells nobody of its alerts.
  private static final long PRESENT_MILLIS = Duration.ofSeconds(10).toMillis();

  /// Between an evaluation and its arrival in Kafka.
  private static final long COMMITTED_MILLIS = Duration.ofSeconds(15).toMillis();

  /// Differences that are described.
  private static final int DESCRIBED = 40;

  private record At(RuleGroup group, long timestampMillis) {}

  private final TopicRows samples;
  private final TopicRows recorded;
  private final TopicTail alerts;
  private final TopicTail partials;
  private final PartialFormat format = new PartialFormat();
  private final Map<Hash128, Layout> layouts = new HashMap<>();
  private final RecordReader<AlertTransition> transitions =
      RecordType.ALERTS.reader(Optional.empty());
  private final Map<RuleGroup, BatchGroup> groups = new HashMap<>();
  private final Map<RuleGroup, ExpectedTransitions> expected = new HashMap<>();
  private final Map<String, RuleGroup> byRecorded = new HashMap<>();
  private final Map<String, RuleGroup> byAlert = new HashMap<>();

  /// What was written, by evaluation.
  private final Map<At, List<String>> actualSamples = new HashMap<>();

  private final Map<At, List<String>> actualTransitions = new HashMap<>();

  /// When the sample of a group's first rule was appended.
  private final Map<At, Long> appended = new HashMap<>();

  private final Map<RuleGroup, Long> latest = new HashMap<>();

  private final List<String> differences = new ArrayList<>();
  private long differenceCount;
  private long comparedSamples;
  private long comparedTransitions;
  private long caughtUp;
  private long undecided;
  private long slowestMillis;

  /// @param rules each group's first rule records something at every evaluation
  /// @param firstMillis each group's first evaluation
  BatchComparison(
      BrokerClients clients,
      List<RuleGroup> rules,
      int partitions,
      Labels externalLabels,
      Map<String, Long> firstMillis) {
    this.samples = new TopicRows(clients, Topics.SAMPLES, "read_committed", _ -> {});
    this.recorded = new TopicRows(clients, Topics.RECORDED, "read_committed", this::recorded);
    this.alerts = new TopicTail(clients, Topics.ALERTS, "read_committed");
    this.partials = new TopicTail(clients, PARTIALS, "read_committed");
    for (RuleGroup group : rules) {
      groups.put(
          group,
          new BatchGroup(
              group,
              partitions,
              Map.of(Topics.SAMPLES, samples, Topics.RECORDED, recorded),
              externalLabels,
              requireNonNull(firstMillis.get(group.name()), group.name())));
      expected.put(group, new ExpectedTransitions(externalLabels));
      for (Rule rule : group.rules()) {
        (rule instanceof Rule.Recording ? byRecorded : byAlert).put(rule.name(), group);
      }
    }
  }

  private RuleGroup group(Labels labels) {
    RuleGroup group = byRecorded.get(labels.metricName());
    return group == null ? ofAlert(labels) : group;
  }

  private RuleGroup ofAlert(Labels labels) {
    return requireNonNull(
        byAlert.get(labels.get(AlertExpansion.ALERT_NAME)), () -> "no rule makes " + labels);
  }

  private void recorded(Entry entry) {
    for (Sample sample : entry.row().values()) {
      Labels labels = sample.series().labels();
      RuleGroup group = group(labels);
      long evaluatedMillis = sample.timestampMillis() + group.queryOffsetMillis();
      At at = new At(group, evaluatedMillis);
      actualSamples
          .computeIfAbsent(at, _ -> new ArrayList<>())
          .add(line(labels, sample.timestampMillis(), sample.value()));
      if (labels.metricName().equals(group.rules().getFirst().name())) {
        appended.putIfAbsent(at, entry.appendedMillis());
        latest.merge(group, evaluatedMillis, Math::max);
      }
    }
  }

  /// Reads what has come, and compares what is settled.
  void step() {
    // What was made of inputs is read before them, so that the inputs are there.
    readPartials();
    recorded.read();
    for (ConsumerRecord<byte[], byte[]> one : alerts.more()) {
      AlertTransition told = transitions.read(one.value());
      RuleGroup group = ofAlert(told.labels());
      actualTransitions
          .computeIfAbsent(new At(group, told.evaluatedAt().toEpochMilli()), _ -> new ArrayList<>())
          .add(ExpectedTransitions.line(told));
    }
    samples.read();
    compareUntil(SETTLED_MILLIS);
  }

  private void readPartials() {
    for (ConsumerRecord<byte[], byte[]> one : partials.more()) {
      if (!PartialFormat.isKnown(one.value())) {
        throw new WeirException.Corrupt("a record that is no partial result");
      }
      Partial partial =
          format.read(one.value(), layout -> layouts.put(layout.hash(), layout), layouts::get);
      if (partial.warming()) {
        continue;
      }
      BatchGroup group =
          groups.values().stream()
              .filter(candidate -> candidate.group().name().equals(partial.group().group()))
              .findFirst()
              .orElseThrow();
      if (!group.cut(
          partial.timestampMillis(), partial.partition(), partial.cut(), partial.silent())) {
        differ(
            "partition %d has two partial results of %s at %d"
                .formatted(partial.partition(), group.group().name(), partial.timestampMillis()));
      }
    }
  }

  /// Compares everything up to a time, once nothing is written any more.
  void finish(long untilMillis) {
    Await.until(
        () -> {
          step();
          return recorded.isAtEnd() && alerts.isAtEnd() && partials.isAtEnd();
        },
        DEADLINE,
        () -> "the end of what was written");
    compareUntil(0);
    groups.forEach((rules, group) -> {
      if (group.nextMillis() <= untilMillis) {
        differ("%s was not evaluated at %d".formatted(rules.name(), group.nextMillis()));
      }
    });
    actualSamples.forEach(
        (at, lines) -> differ("not expected at %s: %s".formatted(at.timestampMillis(), lines)));
    actualTransitions.forEach(
        (at, lines) -> differ("not expected at %s: %s".formatted(at.timestampMillis(), lines)));
  }

  private void compareUntil(long settledMillis) {
    groups.forEach((rules, group) -> {
      long untilMillis = latest.getOrDefault(rules, 0L) - settledMillis;
      while (group.nextMillis() <= untilMillis && group.isReady()) {
        compare(rules, group.evaluate());
      }
    });
  }

  private void compare(RuleGroup rules, GroupResult result) {
    At at = new At(rules, result.timestampMillis());
    List<String> wanted = new ArrayList<>();
    for (QueryValue.Sample sample : result.samples()) {
      wanted.add(line(sample.labels(), result.sampleMillis(), sample.value()));
    }
    result
        .rules()
        .forEach(rule ->
            rule.error().ifPresent(error -> differ(rule.rule().name() + " fails: " + error)));
    compare(wanted, Optional.ofNullable(actualSamples.remove(at)).orElse(List.of()));
    comparedSamples += wanted.size();
    List<String> told = Optional.ofNullable(actualTransitions.remove(at)).orElse(List.of());
    if (tells(at, !told.isEmpty())) {
      List<String> lines = requireNonNull(expected.get(rules), "each group").tell(result);
      compare(lines, told);
      comparedTransitions += lines.size();
    } else {
      compare(List.of(), told);
    }
  }

  /// Whether an evaluation was done in time for its alerts to be told of. Kafka knows when its
  /// results arrived, a little later than it was done.
  private boolean tells(At at, boolean hasTold) {
    Long arrived = appended.remove(at);
    if (arrived == null) {
      return hasTold;
    }
    long lateMillis = arrived - at.timestampMillis();
    slowestMillis = Math.max(slowestMillis, lateMillis);
    long boundMillis = PRESENT_MILLIS + 2 * at.group().intervalMillis();
    if (lateMillis <= boundMillis) {
      return true;
    }
    if (lateMillis <= boundMillis + COMMITTED_MILLIS) {
      undecided++;
      return hasTold;
    }
    caughtUp++;
    return false;
  }

  private void compare(List<String> wanted, List<String> actual) {
    List<String> missed = new ArrayList<>(wanted);
    actual.forEach(missed::remove);
    List<String> unexpected = new ArrayList<>(actual);
    wanted.forEach(unexpected::remove);
    missed.forEach(line -> differ("missed: " + line));
    unexpected.forEach(line -> differ("not expected: " + line));
  }

  private void differ(String difference) {
    differenceCount++;
    if (differences.size() < DESCRIBED) {
      differences.add(difference);
    }
  }

  /// What is not as it should be, the first of it.
  List<String> differences() {
    return List.copyOf(differences);
  }

  /// Until when every group has been evaluated and its results have been read.
  long reachedMillis() {
    return groups.keySet().stream()
        .mapToLong(group -> latest.getOrDefault(group, 0L))
        .min()
        .orElse(0);
  }

  long transitionCount() {
    return comparedTransitions;
  }

  long sampleCount() {
    return comparedSamples;
  }

  String report() {
    return "%d samples read; %d evaluations, %d recorded samples and %d transitions compared, %d"
            .formatted(
                samples.samples(),
                groups.values().stream().mapToLong(BatchGroup::evaluations).sum(),
                comparedSamples,
                comparedTransitions,
                differenceCount)
        + " differences; %d evaluations caught up, %d hardly in time, the latest after %d ms"
            .formatted(caughtUp, undecided, slowestMillis);
  }

  private static String line(Labels labels, long timestampMillis, double value) {
    return "%s %s @%d".formatted(labels, text(value), timestampMillis);
  }

  /// A value to its last bit. NaN is NaN, whatever computed it.
  static String text(double value) {
    if (StalenessMarker.is(value)) {
      return "ended";
    }
    return Double.isNaN(value)
        ? "NaN"
        : "%s (%x)".formatted(value, Double.doubleToRawLongBits(value));
  }
}
