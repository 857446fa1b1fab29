package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/// Runs a plan as a Flink job.
///
/// ```
/// tasks ─▶ evaluate, in parallel ─┬─ elements, by rule ─▶ alerts in order ─┬─▶ whoever asked
///                                 └─ blocks, failures, what is done ───────┘
/// ```
///
/// A job that fails is not restarted: a backtest keeps nothing, and a backfill that is done again
/// leaves out what it has published.
public final class HistoryJob {
  /// What the links behind the blocks are called on their way to other machines.
  private static final String TAIL = "tail";

  private final HistoryPlan plan;

  public HistoryJob(HistoryPlan plan) {
    this.plan = requireNonNull(plan, "plan");
  }

  /// Runs the job and takes what it says, while it goes on.
  ///
  /// @throws dev.weir.model.WeirException as a task failed
  void run(FlinkTarget target, Consumer<TaskOutcome> outcomes) {
    List<HistoryTask> tasks = plan.tasks();
    if (tasks.isEmpty()) {
      return;
    }
    StreamExecutionEnvironment environment = FlinkEnvironments.of(target);
    if (plan.tail() != null) {
      environment.registerCachedFile(plan.tail(), TAIL);
    }
    CollectedJob.run(stream(environment, tasks), "weir history", target, outcomes);
  }

  private DataStream<TaskOutcome> stream(
      StreamExecutionEnvironment environment, List<HistoryTask> tasks) {
    SingleOutputStreamOperator<TaskOutcome> worked =
        environment
            .fromData(TypeInformation.of(HistoryTask.class), tasks.toArray(HistoryTask[]::new))
            .setParallelism(1)
            .rebalance()
            .flatMap(new Work(plan))
            .returns(TypeInformation.of(TaskOutcome.class))
            .name("evaluate");
    DataStream<TaskOutcome> changes =
        worked
            .filter(TaskOutcome::hasElements)
            .keyBy(TaskOutcome::rule)
            .flatMap(new Sequence(plan))
            .returns(TypeInformation.of(TaskOutcome.class))
            .name("alerts");
    return worked.filter(outcome -> !outcome.hasElements()).union(changes);
  }

  /// The links behind the blocks, where this machine has them.
  private static Optional<Path> tail(HistoryPlan plan, RuntimeContext context) {
    return plan.tail() == null
        ? Optional.empty()
        : Optional.of(context.getDistributedCache().getFile(TAIL).toPath());
  }

  /// Does tasks.
  private static final class Work extends RichFlatMapFunction<HistoryTask, TaskOutcome> {
    private static final long serialVersionUID = 1;

    private final HistoryPlan plan;
    private transient @Nullable TaskWorker worker;

    Work(HistoryPlan plan) {
      this.plan = plan;
    }

    @Override
    public void open(OpenContext context) {
      worker = new TaskWorker(plan, tail(plan, getRuntimeContext()));
    }

    @Override
    public void close() {
      if (worker != null) {
        worker.close();
      }
    }

    @Override
    public void flatMap(HistoryTask task, Collector<TaskOutcome> out) {
      requireNonNull(worker).work(task, out::collect);
    }
  }

  /// Leads alerts through what tasks found.
  private static final class Sequence extends RichFlatMapFunction<TaskOutcome, TaskOutcome> {
    private static final long serialVersionUID = 1;

    private final HistoryPlan plan;
    private transient @Nullable AlertSequence sequence;

    Sequence(HistoryPlan plan) {
      this.plan = plan;
    }

    @Override
    public void open(OpenContext context) {
      sequence = new AlertSequence(plan, tail(plan, getRuntimeContext()));
    }

    @Override
    public void close() {
      if (sequence != null) {
        sequence.close();
      }
    }

    @Override
    public void flatMap(TaskOutcome elements, Collector<TaskOutcome> out) {
      requireNonNull(sequence).accept(elements, out::collect);
    }
  }
}
