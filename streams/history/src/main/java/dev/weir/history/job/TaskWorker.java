package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.history.alert.AlertChange;
import dev.weir.history.backfill.RecordedBlocks;
import dev.weir.history.job.TaskOutcome.Kind;
import dev.weir.history.plan.PlannedRule;
import dev.weir.history.plan.RuleUnit;
import dev.weir.history.plan.TimeSlice;
import dev.weir.history.range.ExistingSamples;
import dev.weir.history.range.ExpressionRange;
import dev.weir.history.range.SliceEvaluator;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.range.SliceEvaluator.RuleSlice;
import dev.weir.history.range.StepValues;
import dev.weir.history.range.StepwiseEvaluator;
import dev.weir.history.store.HistorySource;
import dev.weir.history.store.HistoryStore;
import dev.weir.history.tail.TailedStore;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryLimits;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.AlertTransition;
import dev.weir.rules.group.GroupEvaluator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does the tasks of a plan on one machine, one after the other.
final class TaskWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TaskWorker.class);

  private static final long CACHE_BYTES = 64 << 20;

  /// Of the heap that one query may hold: a few of them run side by side.
  private static final int HEAP_SHARE = 8;

  /// Elements that travel together; of one evaluation all do.
  static final long PART_BYTES = 4 << 20;

  /// How often a slice is begun at most, while blocks go that it reads.
  private static final int READS = 3;

  private static final Duration QUERY_TIMEOUT = Duration.ofHours(1);

  private final HistoryPlan plan;
  private final List<RuleUnit> units;
  private final Tenant tenant;
  private final HistorySource history;
  private final QueryEngine engine;
  private final ExpressionRange expressions;
  private final QueryContext context;
  private final HistoryStore.Opened store;
  private final RecordedBlocks blocks;

  /// Opens the plan's store.
  ///
  /// @param tail of the plan, where it is on this machine
  TaskWorker(HistoryPlan plan, Optional<Path> tail) {
    this.plan = requireNonNull(plan, "plan");
    this.units = plan.units();
    this.tenant = plan.settings().owner();
    this.store = plan.store().open();
    InstantSource clock = InstantSource.system();
    this.history =
        new HistorySource(TailedStore.of(store.blocks(), tail), CACHE_BYTES, System::nanoTime);
    this.engine = engine(plan.settings());
    this.expressions = new ExpressionRange(engine);
    this.context = context(tenant, history);
    this.blocks =
        new RecordedBlocks(
            store.blocks(),
            tenant,
            new WorkFiles(plan.store().workDirectory(), clock.instant()),
            clock);
  }

  @Override
  public void close() {
    store.close();
  }

  static QueryEngine engine(HistorySettings settings) {
    return new QueryEngine(
        settings.engine(), settings.parserOptions(), Runnable::run, System::nanoTime);
  }

  static QueryContext context(Tenant tenant, HistorySource history) {
    return QueryContext.of(tenant, history)
        .withLimits(
            QueryLimits.DEFAULT
                .withMaxMemoryBytes(Runtime.getRuntime().maxMemory() / HEAP_SHARE)
                .withTimeout(QUERY_TIMEOUT));
  }

  /// @param out takes what there is to say, while the task goes on
  void work(HistoryTask task, Consumer<TaskOutcome> out) {
    history.refresh();
    RuleUnit unit = units.get(task.unit());
    List<TimeSlice> slices = plan.slices(unit);
    if (task.slice() == HistoryTask.ALL_SLICES) {
      stepwise(unit, slices, out);
    } else {
      slice(unit, task.slice(), slices.get(task.slice()), out);
    }
  }

  private void slice(RuleUnit unit, int number, TimeSlice slice, Consumer<TaskOutcome> out) {
    long evaluations = expressions.evaluations();
    long samples = expressions.samplesRead();
    int elements = 0;
    SliceEvaluator evaluator = new SliceEvaluator(expressions, context, plan.purpose());
    switch (plan.purpose()) {
      case BACKTEST -> {
        Deque<RuleSlice> results =
            new ArrayDeque<>(listed(() -> evaluator.evaluate(unit, slice.range())));
        // One after another, and each is gone when it has been said.
        for (RuleSlice result = results.poll(); result != null; result = results.poll()) {
          if (result.rule().rule() instanceof Rule.Alerting) {
            elements += elements(result, number, out);
          } else {
            failures(result, number, out);
          }
        }
      }
      case BACKFILL -> {
        String name = blocks.name(unit, slice);
        if (isThere(name)) {
          out.accept(block(new RecordedBlocks.Outcome(false, 0, 0), number));
        } else {
          List<RuleSlice> results = listed(() -> evaluator.evaluate(unit, slice.range()));
          results.forEach(result -> failures(result, number, out));
          if (isWhole(results)) {
            out.accept(block(blocks.publish(name, results), number));
          }
        }
      }
    }
    out.accept(
        done(
            number,
            expressions.evaluations() - evaluations,
            expressions.samplesRead() - samples,
            elements));
  }

  /// Does what reads blocks; once more with a new listing where one of them is gone. A listing is
  /// young when a selection begins, but a long selection may outlive the blocks that it began with.
  private <T> T listed(Supplier<T> reading) {
    for (int left = READS; ; left--) {
      try {
        return reading.get();
      } catch (WeirException.Unavailable e) {
        if (left == 1) {
          throw e;
        }
        LOG.info("blocks are listed again: {}", e.getMessage());
        history.list();
      }
    }
  }

  private void stepwise(RuleUnit unit, List<TimeSlice> slices, Consumer<TaskOutcome> out) {
    GroupEvaluator evaluator = new GroupEvaluator(engine, plan.settings().expansion());
    new StepwiseEvaluator(evaluator, context, plan.purpose())
        .evaluate(
            unit,
            slices,
            new StepwiseEvaluator.Listener() {
              private int number;

              @Override
              public void changed(PlannedRule rule, AlertTransition transition) {
                if (plan.purpose() == Purpose.BACKTEST) {
                  AlertChange change = AlertChange.of(rule.number(), transition);
                  out.accept(
                      TaskOutcome.of(
                          Kind.CHANGES,
                          rule.number(),
                          number,
                          bytes -> OutcomeCodec.write(bytes, List.of(change))));
                }
              }

              @Override
              public void finished(TimeSlice slice, List<RuleSlice> results, long samplesRead) {
                results.forEach(result -> failures(result, number, out));
                if (plan.purpose() == Purpose.BACKFILL && isWhole(results)) {
                  publish(unit, slice, number, results, out);
                }
                long evaluations =
                    results.stream().mapToLong(result -> result.values().steps().count()).sum();
                out.accept(done(number, evaluations, samplesRead, 0));
                number++;
                history.refresh();
              }
            });
  }

  private void publish(
      RuleUnit unit,
      TimeSlice slice,
      int number,
      List<RuleSlice> results,
      Consumer<TaskOutcome> out) {
    String name = blocks.name(unit, slice);
    if (isThere(name)) {
      out.accept(block(new RecordedBlocks.Outcome(false, 0, 0), number));
      return;
    }
    ExistingSamples existing = new ExistingSamples(tenant, history);
    List<RuleSlice> missing =
        results.stream()
            .filter(result -> result.rule().rule() instanceof Rule.Recording)
            .map(result ->
                new RuleSlice(
                    result.rule(), existing.leaveOut(result.rule().rule().name(), result.values())))
            .toList();
    out.accept(block(blocks.publish(name, missing), number));
  }

  /// Whether no evaluation failed. A name is taken once: where one did, its samples would be
  /// missing for good.
  private static boolean isWhole(List<RuleSlice> results) {
    return results.stream().allMatch(result -> result.values().failed().isEmpty());
  }

  /// Whether a block is there, by itself or in one that was made from it.
  private boolean isThere(String name) {
    return blocks.isThere(name)
        || history.snapshot().blocks().stream()
            .anyMatch(block -> block.meta().sources().contains(name));
  }

  /// Says the elements of a slice in parts, none of which is large.
  ///
  /// @return how many parts
  static int elements(RuleSlice slice, int number, Consumer<TaskOutcome> out) {
    StepValues values = slice.values();
    int count = values.steps().count();
    int parts = 0;
    int from = 0;
    do {
      int first = from;
      int to = count;
      while (to - first > 1 && OutcomeCodec.elementsBytes(values, first, to) > PART_BYTES) {
        to = first + (to - first) / 2;
      }
      int end = to;
      out.accept(
          TaskOutcome.of(
              end == count ? Kind.ELEMENTS : Kind.PART,
              slice.rule().number(),
              number,
              bytes -> OutcomeCodec.writeElements(bytes, values, slice.evaluations(), first, end)));
      parts++;
      from = end;
    } while (from < count);
    return parts;
  }

  private static void failures(RuleSlice slice, int number, Consumer<TaskOutcome> out) {
    StepValues values = slice.values();
    if (values.failed().isEmpty()) {
      return;
    }
    int first = values.failed().firstKey();
    OutcomeCodec.Failures failures =
        new OutcomeCodec.Failures(
            values.failed().size(),
            slice.evaluations().timeMillis(first),
            values.failed().firstEntry().getValue());
    out.accept(
        TaskOutcome.of(
            Kind.FAILURES,
            slice.rule().number(),
            number,
            bytes -> OutcomeCodec.write(bytes, failures)));
  }

  private static TaskOutcome block(RecordedBlocks.Outcome outcome, int number) {
    OutcomeCodec.Block block =
        new OutcomeCodec.Block(outcome.written(), outcome.samples(), outcome.bytes());
    return TaskOutcome.of(Kind.BLOCK, -1, number, bytes -> OutcomeCodec.write(bytes, block));
  }

  private static TaskOutcome done(int number, long evaluations, long samples, int elements) {
    OutcomeCodec.Done done = new OutcomeCodec.Done(evaluations, samples, elements);
    return TaskOutcome.of(Kind.DONE, -1, number, bytes -> OutcomeCodec.write(bytes, done));
  }
}
