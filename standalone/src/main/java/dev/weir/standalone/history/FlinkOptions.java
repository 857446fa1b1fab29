package dev.weir.standalone.history;

import dev.weir.history.job.FlinkTarget;
import java.net.InetSocketAddress;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Where a job over history runs.
final class FlinkOptions {
  @Option(
      names = "--flink",
      paramLabel = "HOST:PORT",
      converter = AddressConverter.class,
      description =
          "The REST address of a Flink cluster that does the work (default: this process). Its"
              + " machines need Java 25, and the blocks under the same names.")
  private Optional<InetSocketAddress> flink;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Tasks that run side by side (default: one for each processor).")
  private Optional<Integer> parallelism;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  FlinkOptions() {}

  FlinkTarget target(CommandSpec spec) {
    int atOnce = parallelism.orElse(Runtime.getRuntime().availableProcessors());
    if (atOnce < 1) {
      throw new ParameterException(
          spec.commandLine(), "--parallelism %d: use 1 or more".formatted(atOnce));
    }
    return flink
        .<FlinkTarget>map(address ->
            new FlinkTarget.Cluster(
                address.getHostString(), address.getPort(), atOnce, JobJars.ofRelease()))
        .orElseGet(() -> new FlinkTarget.Embedded(atOnce));
  }
}
