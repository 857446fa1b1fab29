package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.history.job.TaskOutcome.Kind;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.collect.CollectSinkOperatorFactory;
import org.apache.flink.util.CloseableIterator;
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
  /// What is handed over at once; an outcome is never so large.
  private static final MemorySize BATCH = MemorySize.ofMebiBytes(16);

  private final HistoryPlan plan;

  public HistoryJob(HistoryPlan plan) {
    this.plan = requireNonNull(plan, "plan");
  }

  /// Runs the job and takes what it says, while it goes on.
  ///
  /// @throws WeirException as a task failed
  void run(FlinkTarget target, Consumer<TaskOutcome> outcomes) {
    List<HistoryTask> tasks = plan.tasks();
    if (tasks.isEmpty()) {
      return;
    }
    StreamExecutionEnvironment environment = environment(target);
    environment.setParallelism(target.parallelism());
    try {
      CloseableIterator<TaskOutcome> said =
          stream(environment, tasks).executeAndCollect("weir history");
      try {
        said.forEachRemaining(outcomes);
      } finally {
        said.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("the job was given up");
    } catch (Exception e) {
      throw JobFailure.of(e, target);
    }
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
            .filter(outcome -> outcome.kindOf() == Kind.ELEMENTS)
            .keyBy(TaskOutcome::rule)
            .flatMap(new Sequence(plan))
            .returns(TypeInformation.of(TaskOutcome.class))
            .name("alerts");
    return worked.filter(outcome -> outcome.kindOf() != Kind.ELEMENTS).union(changes);
  }

  private static StreamExecutionEnvironment environment(FlinkTarget target) {
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    settings.set(CollectSinkOperatorFactory.MAX_BATCH_SIZE, BATCH);
    return switch (target) {
      case FlinkTarget.Embedded _ -> {
        settings.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(8));
        MemorySize network = networkMemory(target.parallelism());
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MIN, network);
        settings.set(TaskManagerOptions.NETWORK_MEMORY_MAX, network);
        settings.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(1));
        settings.set(CoreOptions.CHECK_LEAKED_CLASSLOADER, false);
        // One process: nothing is lost between its parts, however busy it is.
        settings.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofMinutes(10));
        settings.set(RestOptions.BIND_PORT, "0");
        yield StreamExecutionEnvironment.createLocalEnvironment(target.parallelism(), settings);
      }
      case FlinkTarget.Cluster(String host, int port, _, var jars) ->
          StreamExecutionEnvironment.createRemoteEnvironment(
              host, port, settings, jars.stream().map(Object::toString).toArray(String[]::new));
    };
  }

  /// What all tasks in one process need to reach each other: buffers of 32 KiB, one for each pair
  /// of an evaluation and a sequence of alerts, a few for each of them, and some to spare.
  private static MemorySize networkMemory(int parallelism) {
    long tasks = parallelism;
    return new MemorySize(Math.max(16 << 20, (tasks * tasks + 8 * tasks + 64) * (32 << 10)));
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
      worker = new TaskWorker(plan);
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
      sequence = new AlertSequence(plan);
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
