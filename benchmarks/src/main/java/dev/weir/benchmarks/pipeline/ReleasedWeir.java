package dev.weir.benchmarks.pipeline;

import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `weir run` of a release: all roles in a process of its own, with a broker.
public final class ReleasedWeir {
  private static final Duration START_DEADLINE = Duration.ofMinutes(2);

  private ReleasedWeir() {}

  /// Starts it and waits until the first sample is queryable.
  ///
  /// @param release the directory with `bin/weir`
  /// @param directory for its files and its output; holds its `prometheus.yml`
  /// @param brokerPort of the broker, on 127.0.0.1
  /// @param address to serve HTTP at, as `host:port`
  /// @param more flags
  static ServerProcess start(
      Path release, Path directory, int brokerPort, String address, List<String> more)
      throws IOException {
    ServerProcess process =
        ServerProcess.start(
            "weir run",
            command(release, directory, brokerPort, address, more),
            Map.of(),
            directory.resolve("output"));
    try {
      process.awaitLine(line -> line.startsWith("first sample queryable"), START_DEADLINE);
      return process;
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /// The command that starts it; writes its `weir.yml`. Parameters are those of [#start].
  public static List<String> command(
      Path release, Path directory, int brokerPort, String address, List<String> more)
      throws IOException {
    Path config = directory.resolve("weir.yml");
    Files.writeString(
        config,
        "embedded_broker: {listen: \"127.0.0.1:%d\", controller: \"127.0.0.1:0\"}%n"
            .formatted(brokerPort));
    List<String> command =
        new ArrayList<>(
            List.of(
                release.resolve("bin/weir").toString(),
                "run",
                "--config.file=" + directory.resolve("prometheus.yml"),
                "--weir.config=" + config,
                "--data=" + directory.resolve("data"),
                "--listen=" + address));
    command.addAll(more);
    return command;
  }
}
