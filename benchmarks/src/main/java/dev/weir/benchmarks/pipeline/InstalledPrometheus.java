package dev.weir.benchmarks.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The `prometheus` of this machine, which scrapes nothing and takes remote write.
public final class InstalledPrometheus {
  private InstalledPrometheus() {}

  /// The command that starts it; writes its `prometheus.yml`.
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
                "--config.file=" + scrapesNothing(directory),
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.listen-address=" + address,
                "--web.enable-remote-write-receiver"));
    command.addAll(more);
    return command;
  }

  /// Writes a `prometheus.yml` without targets, for Weir as well.
  public static Path scrapesNothing(Path directory) throws IOException {
    return Files.writeString(directory.resolve("prometheus.yml"), "scrape_configs: []\n");
  }
}
