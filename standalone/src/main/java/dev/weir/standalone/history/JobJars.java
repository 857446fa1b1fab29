package dev.weir.standalone.history;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The jars that a job over history is made of: those of the release, without what only servers
/// need, and without what Flink has itself.
final class JobJars {
  /// What the names of jars begin with that stay here.
  private static final List<String> LEFT_OUT =
      List.of(
          "rocksdbjni-",
          "kafka-streams-",
          "kafka-server-",
          "kafka-storage-",
          "kafka_",
          "kafka-metadata-",
          "kafka-raft-",
          "scala-",
          "jetty-",
          "logback-",
          "slf4j-",
          "log4j-",
          "weir-collectors-",
          "weir-storage-sink-",
          "weir-query-api-",
          "weir-rules-job-");

  private JobJars() {}

  /// @throws WeirException.BadData if this process was not started from a release
  static List<Path> ofRelease() {
    String home = System.getProperty("weir.home", "");
    Path lib = Path.of(home, "lib");
    if (home.isEmpty() || !Files.isDirectory(lib)) {
      throw new WeirException.BadData(
          "--flink sends the jars of a release to the cluster, and this is none; start bin/weir");
    }
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(JobJars::isWanted).sorted().toList();
    } catch (IOException e) {
      throw new WeirException.Unavailable("%s cannot be listed: %s".formatted(lib, e), e);
    }
  }

  private static boolean isWanted(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.endsWith(".jar") && LEFT_OUT.stream().noneMatch(name::startsWith);
  }
}
