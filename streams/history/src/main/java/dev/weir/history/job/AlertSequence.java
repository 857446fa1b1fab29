package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.history.alert.AlertChange;
import dev.weir.history.alert.AlertReplay;
import dev.weir.history.job.TaskOutcome.Kind;
import dev.weir.history.plan.PlannedRule;
import dev.weir.history.range.StepValues;
import dev.weir.history.store.HistorySource;
import dev.weir.history.store.HistoryStore;
import dev.weir.history.tail.TailedStore;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts the elements of each rule in order of time and leads its alerts through them. What comes
/// before its turn waits; tasks are dealt out by time, so that is little, unless one task takes
/// long. For one thread.
final class AlertSequence implements AutoCloseable {
  private static final long CACHE_BYTES = 8 << 20;

  /// Characters of changes that travel together: Flink bounds what it hands over at once.
  private static final int MAX_CHARACTERS = 1 << 20;

  /// Characters that a change counts for beside its labels and annotations.
  private static final int CHANGE_CHARACTERS = 100;

  private final HistoryPlan plan;
  private final Optional<Path> tail;
  private final Tenant tenant;
  private final Map<Integer, PlannedRule> rules = new HashMap<>();
  private final WaitingOutcomes waiting;
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private @Nullable Templates templates;

  /// What templates ask.
  private record Templates(HistoryStore.Opened store, QueryEngine engine, QueryContext context) {}

  /// A rule's alerts, and the slice whose turn it is.
  private static final class Lane {
    private final AlertReplay replay;
    private int next;

    Lane(AlertReplay replay) {
      this.replay = replay;
    }
  }

  /// @param tail of the plan, where it is on this machine
  AlertSequence(HistoryPlan plan, Optional<Path> tail) {
    this.plan = requireNonNull(plan, "plan");
    this.tail = requireNonNull(tail, "tail");
    this.waiting = new WaitingOutcomes(plan.bufferBytes());
    this.tenant = plan.settings().owner();
    plan.units().forEach(unit -> unit.rules().forEach(rule -> rules.put(rule.number(), rule)));
  }

  /// @param elements of a rule in one slice, or in a part of it, behind the part before
  void accept(TaskOutcome elements, Consumer<TaskOutcome> out) {
    Lane lane = lanes.computeIfAbsent(elements.rule(), this::lane);
    if (elements.slice() != lane.next) {
      waiting.add(elements);
      return;
    }
    for (TaskOutcome next = elements;
        next != null;
        next = waiting.poll(elements.rule(), lane.next)) {
      if (next.kindOf() == Kind.ELEMENTS) {
        lane.next++;
      }
      replay(lane, next, out);
    }
  }

  private Lane lane(int number) {
    PlannedRule planned = requireNonNull(rules.get(number));
    if (!(planned.rule() instanceof Rule.Alerting alerting)) {
      throw new WeirException.Internal("rule %d raises no alerts".formatted(number));
    }
    return new Lane(new AlertReplay(planned, alerting, plan.settings().expansion(), this::answer));
  }

  private List<QueryValue.Sample> answer(String query, long timestampMillis) {
    if (templates == null) {
      HistoryStore.Opened store = plan.store().open();
      HistorySource history =
          new HistorySource(TailedStore.of(store.blocks(), tail), CACHE_BYTES, System::nanoTime);
      templates =
          new Templates(
              store, TaskWorker.engine(plan.settings()), TaskWorker.context(tenant, history));
    }
    QueryValue value = templates.engine.instant(query, timestampMillis, templates.context).value();
    return switch (value) {
      case QueryValue.Vector(_, List<QueryValue.Sample> samples) -> samples;
      case QueryValue.Scalar(_, double number) ->
          List.of(new QueryValue.Sample(Labels.EMPTY, number, null));
      case QueryValue.Text _, QueryValue.Matrix _ ->
          throw new WeirException.Unprocessable("query result is not a vector or scalar");
    };
  }

  @Override
  public void close() {
    waiting.close();
    if (templates != null) {
      templates.store.close();
    }
  }

  private static void replay(Lane lane, TaskOutcome elements, Consumer<TaskOutcome> out) {
    StepValues values = elements.read(OutcomeCodec::readElements);
    AlertReplay.Outcome outcome = lane.replay.replay(values, values.steps());
    TreeMap<Integer, String> failed = new TreeMap<>(values.failed());
    failed.putAll(outcome.failed());
    List<AlertChange> changes = outcome.changes();
    for (int from = 0, to; from < changes.size(); from = to) {
      to = together(changes, from);
      List<AlertChange> some = changes.subList(from, to);
      out.accept(
          TaskOutcome.of(
              Kind.CHANGES,
              elements.rule(),
              elements.slice(),
              bytes -> OutcomeCodec.write(bytes, some)));
    }
    if (!failed.isEmpty()) {
      OutcomeCodec.Failures failures =
          new OutcomeCodec.Failures(
              failed.size(),
              values.steps().timeMillis(failed.firstKey()),
              failed.firstEntry().getValue());
      out.accept(
          TaskOutcome.of(
              Kind.FAILURES,
              elements.rule(),
              elements.slice(),
              bytes -> OutcomeCodec.write(bytes, failures)));
    }
    out.accept(TaskOutcome.of(Kind.REPLAYED, elements.rule(), elements.slice(), _ -> {}));
  }

  /// Up to which of the changes from one on travel together: that one at least.
  static int together(List<AlertChange> changes, int from) {
    int to = from;
    long characters = 0;
    do {
      characters += characters(changes.get(to));
      to++;
    } while (to < changes.size() && characters + characters(changes.get(to)) <= MAX_CHARACTERS);
    return to;
  }

  private static long characters(AlertChange change) {
    return CHANGE_CHARACTERS
        + characters(change.labels().toMap())
        + characters(change.annotations());
  }

  private static long characters(Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToLong(text -> text.getKey().length() + text.getValue().length())
        .sum();
  }
}
