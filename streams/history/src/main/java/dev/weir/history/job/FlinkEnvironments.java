package dev.weir.history.job;

import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.collect.CollectSinkOperatorFactory;

/// Where jobs run. A job that fails is not restarted: what it has published stays, and is left out
/// by the next one.
final class FlinkEnvironments {
  /// What is handed over at once; an outcome is never so large.
  private static final MemorySize BATCH = MemorySize.ofMebiBytes(16);

  private FlinkEnvironments() {}

  static StreamExecutionEnvironment of(FlinkTarget target) {
    Configuration settings = new Configuration();
    settings.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    settings.set(CollectSinkOperatorFactory.MAX_BATCH_SIZE, BATCH);
    StreamExecutionEnvironment environment =
        switch (target) {
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
            settings.set(CoreOptions.TMP_DIRS, ScratchDirectory.make().toString());
            yield StreamExecutionEnvironment.createLocalEnvironment(target.parallelism(), settings);
          }
          case FlinkTarget.Cluster(String host, int port, _, var jars) ->
              StreamExecutionEnvironment.createRemoteEnvironment(
                  host, port, settings, jars.stream().map(Object::toString).toArray(String[]::new));
        };
    environment.setParallelism(target.parallelism());
    return environment;
  }

  /// What all tasks in one process need to reach each other: buffers of 32 KiB, one for each pair
  /// of an evaluation and a sequence of alerts, a few for each of them, and some to spare.
  private static MemorySize networkMemory(int parallelism) {
    long tasks = parallelism;
    return new MemorySize(Math.max(16 << 20, (tasks * tasks + 8 * tasks + 64) * (32 << 10)));
  }
}
