package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.history.downsample.DownsamplePlan;
import dev.weir.history.downsample.SliceWriter;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.WeirException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/// What downsampling came to.
///
/// @param blocks that were published
/// @param bytes that they take
/// @param found shards that somebody else had published
/// @param samplesRead of the history
public record Downsample(int blocks, long bytes, int found, long samplesRead) {
  private static final long CACHE_BYTES = 64 << 20;

  /// A shard of a slice, as the plan numbers them: what one machine does at once.
  public record ShardTask(int slice, int shard) {}

  /// What became of a shard.
  public record ShardOutcome(boolean written, long samplesRead, long bytes) {}

  /// Runs a plan as a Flink job.
  ///
  /// @param progress counts shards
  /// @throws WeirException as a task failed; what was published before stays
  public static Downsample run(DownsamplePlan plan, FlinkTarget target, Progress progress) {
    int shards = plan.shardCount();
    progress.at(0, shards);
    List<ShardOutcome> outcomes = new ArrayList<>();
    if (shards > 0) {
      StreamExecutionEnvironment environment = FlinkEnvironments.of(target);
      CollectedJob.run(
          environment
              .fromData(TypeInformation.of(ShardTask.class), tasks(plan))
              .setParallelism(1)
              .rebalance()
              .map(new Work(plan))
              .returns(TypeInformation.of(ShardOutcome.class))
              .name("downsample"),
          "weir downsample",
          target,
          outcome -> {
            outcomes.add(outcome);
            progress.at(outcomes.size(), shards);
          });
    }
    if (outcomes.size() != shards) {
      throw new WeirException.Internal(
          "the job has ended, and was heard of %d of %d shards".formatted(outcomes.size(), shards));
    }
    return of(outcomes);
  }

  private static Downsample of(List<ShardOutcome> outcomes) {
    List<ShardOutcome> written = outcomes.stream().filter(ShardOutcome::written).toList();
    return new Downsample(
        written.size(),
        written.stream().mapToLong(ShardOutcome::bytes).sum(),
        outcomes.size() - written.size(),
        outcomes.stream().mapToLong(ShardOutcome::samplesRead).sum());
  }

  private static ShardTask[] tasks(DownsamplePlan plan) {
    List<ShardTask> tasks = new ArrayList<>();
    for (int slice = 0; slice < plan.slices().size(); slice++) {
      for (int shard = 0; shard < plan.slices().get(slice).shards(); shard++) {
        tasks.add(new ShardTask(slice, shard));
      }
    }
    return tasks.toArray(ShardTask[]::new);
  }

  /// Does tasks.
  private static final class Work extends RichMapFunction<ShardTask, ShardOutcome> {
    private static final long serialVersionUID = 1;

    private final DownsamplePlan plan;
    private transient HistoryStore.@Nullable Opened store;
    private transient @Nullable SliceWriter writer;

    Work(DownsamplePlan plan) {
      this.plan = plan;
    }

    @Override
    public void open(OpenContext context) {
      HistoryStore.Opened opened = plan.store().open();
      store = opened;
      InstantSource clock = InstantSource.system();
      writer =
          new SliceWriter(
              opened.blocks(),
              CACHE_BYTES,
              new WorkFiles(plan.store().workDirectory(), clock.instant()),
              clock);
    }

    @Override
    public void close() {
      if (store != null) {
        store.close();
      }
    }

    @Override
    public ShardOutcome map(ShardTask task) {
      SliceWriter.Outcome outcome =
          requireNonNull(writer).write(plan.slices().get(task.slice()), task.shard());
      return new ShardOutcome(outcome.written(), outcome.samplesRead(), outcome.bytes());
    }
  }
}
