package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/// Where a job runs.
public sealed interface FlinkTarget {
  /// Tasks that run side by side.
  int parallelism();

  /// In this process.
  record Embedded(int parallelism) implements FlinkTarget {
    public Embedded {
      check(parallelism);
    }

    /// One task for each processor.
    public static Embedded ofProcessors() {
      return new Embedded(Runtime.getRuntime().availableProcessors());
    }
  }

  /// On a Flink cluster. Its machines have to reach the store of blocks by the same name.
  ///
  /// @param host of the JobManager's REST interface
  /// @param jars that the job is made of, without Flink's own
  record Cluster(String host, int port, int parallelism, List<Path> jars) implements FlinkTarget {
    public Cluster {
      requireNonNull(host, "host");
      jars = List.copyOf(jars);
      check(parallelism);
    }
  }

  private static void check(int parallelism) {
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "%d tasks side by side; there is one at least".formatted(parallelism));
    }
  }
}
