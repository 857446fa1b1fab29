package dev.weir.standalone;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.group.GroupResult;
import dev.weir.rules.group.GroupState;
import dev.weir.rules.group.Inputs;
import dev.weir.rules.group.RecordedSamples;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.schemas.Topics;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import dev.weir.testing.broker.TopicRows;
import dev.weir.testing.broker.TopicRows.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Evaluates a rule group over what topics hold, in one piece: each expression as it was written,
/// over the samples of all partitions at once. It shares with the rules job what evaluates a query
/// and what an alert's life is, and nothing that splits, ships, keeps or restores anything.
final class BatchGroup {
  /// How far back samples are kept: expressions look back five minutes.
  private static final long KEPT_MILLIS = Duration.ofMinutes(6).toMillis();

  private static final int EVALUATIONS_A_SOURCE = 300;

  /// The cut of an evaluation: offsets by topic, by partition.
  private final TreeMap<Long, Map<Integer, Map<String, Long>>> cuts = new TreeMap<>();

  private final Map<Long, SilentTargets> silent = new HashMap<>();
  private final RuleGroup group;
  private final int partitions;
  private final Map<String, TopicRows> inputs;
  private final Set<String> recordedHere;
  private final GroupEvaluator evaluator;
  private final Map<String, int[]> next = new HashMap<>();
  private final RecordedSamples recorded = new RecordedSamples();
  private List<GroupRow> kept = new ArrayList<>();
  private MemorySeriesSource source = new MemorySeriesSource();
  private GroupState state = GroupState.EMPTY;
  private long nextMillis;
  private long evaluations;

  /// @param inputs by topic
  /// @param firstMillis the first evaluation
  BatchGroup(
      RuleGroup group,
      int partitions,
      Map<String, TopicRows> inputs,
      Labels externalLabels,
      long firstMillis) {
    this.group = group;
    this.partitions = partitions;
    this.inputs = inputs;
    this.recordedHere =
        group.rules().stream()
            .filter(Rule.Recording.class::isInstance)
            .map(Rule::name)
            .collect(Collectors.toSet());
    this.evaluator =
        new GroupEvaluator(
            QueryEngine.inCallersThread(),
            new AlertExpansion(externalLabels, "http://localhost:9090", TemplateLimits.DEFAULT));
    this.nextMillis = firstMillis;
    inputs.keySet().forEach(topic -> next.put(topic, new int[partitions]));
  }

  RuleGroup group() {
    return group;
  }

  /// Takes up to where a partition was read for an evaluation, and whose rows were waited for in
  /// vain by then.
  ///
  /// @return whether it was the first to say so
  boolean cut(long timestampMillis, int partition, Map<String, Long> cut, SilentTargets unheard) {
    silent.merge(timestampMillis, unheard, SilentTargets::and);
    return cuts.computeIfAbsent(timestampMillis, _ -> new HashMap<>()).putIfAbsent(partition, cut)
        == null;
  }

  /// The time of the next evaluation.
  long nextMillis() {
    return nextMillis;
  }

  long evaluations() {
    return evaluations;
  }

  /// Whether the next evaluation can take place: its cut is known, and what it has has been read.
  boolean isReady() {
    Map<Integer, Map<String, Long>> cut = cuts.get(nextMillis);
    return cut != null
        && cut.size() == partitions
        && cut.entrySet().stream()
            .allMatch(of ->
                of.getValue().entrySet().stream()
                    .allMatch(end -> input(end.getKey()).hasRead(of.getKey(), end.getValue())));
  }

  private TopicRows input(String topic) {
    return requireNonNull(inputs.get(topic), topic);
  }

  /// The next evaluation.
  GroupResult evaluate() {
    cuts.headMap(nextMillis, false).clear();
    requireNonNull(cuts.remove(nextMillis), "it is ready")
        .forEach(
            (partition, of) -> of.forEach((topic, offset) -> append(topic, partition, offset)));
    GroupResult result =
        evaluator.evaluate(
            group,
            state,
            nextMillis,
            QueryContext.of(Tenant.DEFAULT, source),
            recorded,
            new Inputs(true, requireNonNull(silent.remove(nextMillis), "as the cut")),
            Optional.empty());
    state = result.state();
    nextMillis += group.intervalMillis();
    if (++evaluations % EVALUATIONS_A_SOURCE == 0) {
      forget(nextMillis - KEPT_MILLIS);
    }
    return result;
  }

  private void append(String topic, int partition, long offset) {
    List<Entry> entries = input(topic).of(partition);
    int[] from = requireNonNull(next.get(topic), topic);
    for (; from[partition] < entries.size(); from[partition]++) {
      Entry entry = entries.get(from[partition]);
      if (entry.offset() >= offset) {
        return;
      }
      for (GroupRow row :
          topic.equals(Topics.RECORDED) ? ofOthers(entry.row()) : List.of(entry.row())) {
        kept.add(row);
        source.append(row);
      }
    }
  }

  /// What others recorded of a row: a group sees what it records from itself.
  private List<GroupRow> ofOthers(GroupRow row) {
    return GroupRow.of(
        Tenant.DEFAULT,
        row.values().stream()
            .filter(one -> !recordedHere.contains(one.series().labels().get(Labels.NAME)))
            .toList());
  }

  private void forget(long beforeMillis) {
    recorded.dropBefore(beforeMillis);
    kept =
        new ArrayList<>(
            kept.stream().filter(row -> row.row().timestampMillis() >= beforeMillis).toList());
    source = new MemorySeriesSource();
    source.append(kept);
  }
}
