package dev.weir.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The `prometheus` of this machine, which takes remote write.
public final class InstalledPrometheus {
  private InstalledPrometheus() {}

  /// A `prometheus.yml` without targets.
  public static final String SCRAPES_NOTHING = "scrape_configs: []\n";

  /// The command that starts it. Its `prometheus.yml` is there, or one without targets is written.
  ///
  /// @param program its path, or its name on the path
  /// @param directory for its files
  /// @param address to serve HTTP at, as `host:port`
  /// @param more flags
  public static List<String> command(
      String program, Path directory, String address, List<String> more) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program,
                "--config.file=" + configIn(directory),
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + address,
                "--web.enable-remote-write-receiver"));
    command.addAll(more);
    return command;
  }

  /// The `prometheus.yml` there; one without targets is written if there is none.
  public static Path configIn(Path directory) throws IOException {
    Path config = directory.resolve("prometheus.yml");
    return Files.exists(config) ? config : Files.writeString(config, SCRAPES_NOTHING);
  }
}
