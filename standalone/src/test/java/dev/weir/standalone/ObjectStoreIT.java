package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.broker.FreePorts;
import dev.weir.objects.S3Server;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The release with its blocks in an S3: a sink writes them, a query reads them, and when the sink
/// is killed another one, which has nothing of it, goes on.
class ObjectStoreIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  private Path config(S3Server server) throws IOException {
    return Files.writeString(
        folder.resolve("weir.yml"),
        """
        kafka: {partitions: 2, replication_factor: 1}
        query: {list_interval: 2s}
        storage:
          flush_interval: 2s
          object_store:
            type: s3
            bucket: %s
            prefix: weir
            endpoint: %s
        """
            .formatted(S3Server.BUCKET, server.endpoint()));
  }

  /// As a pod has them from its Secret.
  private static Map<String, String> credentials() {
    return Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY_ID, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
  }

  private ServerProcess role(String role, String name, int port, int kafkaPort, Path config) {
    return Release.start(
        name,
        folder.resolve(name + ".log"),
        credentials(),
        "run",
        role,
        "--kafka=127.0.0.1:" + kafkaPort,
        "--listen=127.0.0.1:" + port,
        "--data=" + folder.resolve("data-" + name),
        "--config.file=" + folder.resolve("prometheus.yml"),
        "--weir.config=" + config);
  }

  /// Who scrapes scrapes itself.
  private void scrape(int port) throws IOException {
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
        global: {scrape_interval: 1s}
        scrape_configs:
          - job_name: weir
            static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(port));
  }

  @Test
  void anotherSinkGoesOnFromTheStore() throws Exception {
    int kafkaPort = FreePorts.next();
    int queryPort = FreePorts.next();
    int collectorPort = FreePorts.next();
    scrape(collectorPort);
    try (S3Server server = S3Server.start(Files.createDirectory(folder.resolve("s3")));
        QueryClient client = new QueryClient(queryPort)) {
      Path config = config(server);
      try (ServerProcess broker = Release.startBroker(folder, kafkaPort, Map.of());
          ServerProcess sink = role("sink", "first", FreePorts.next(), kafkaPort, config);
          ServerProcess query = role("query", "query", queryPort, kafkaPort, config);
          ServerProcess collector =
              role("collector", "collector", collectorPort, kafkaPort, config)) {
        Await.until(
            () -> value(client) >= 2 && ls(config).contains("chain/weir.samples/"),
            DEADLINE,
            () -> "samples, some in a block: " + lines(broker, sink, query, collector));
        double counted = value(client);
        sink.kill();
        try (ServerProcess second = role("sink", "second", FreePorts.next(), kafkaPort, config)) {
          Await.until(
              () -> value(client) > counted,
              DEADLINE,
              () -> "the same samples and more: " + lines(second, query, collector));
        }
      }
      CommandOutcome verified = weir("verify", config);
      assertEquals(0, verified.exitCode(), verified.out() + verified.err());
    }
  }

  private static String lines(ServerProcess... processes) {
    return Stream.of(processes)
        .flatMap(process -> process.lines().stream())
        .collect(Collectors.joining("\n"));
  }

  private static double value(QueryClient client) {
    try {
      return client.value("count_over_time(up[5m])").orElse(0.0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private CommandOutcome weir(String command, Path config) throws Exception {
    return Release.run(folder, credentials(), "blocks", command, "--weir.config=" + config);
  }

  private String ls(Path config) {
    try {
      return weir("ls", config).out();
    } catch (Exception e) {
      throw new AssertionError("weir blocks ls failed", e);
    }
  }
}
