package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.broker.FreePorts;
import dev.weir.objects.S3Server;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The release with its blocks in an S3: written by one process, read by others, and there after
/// the one that wrote them was killed.
class ObjectStoreIT {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  @TempDir private Path folder;

  private Path config(S3Server server, int kafkaPort) throws IOException {
    return Files.writeString(
        folder.resolve("weir.yml"),
        """
        embedded_broker: {listen: "127.0.0.1:%d", controller: "127.0.0.1:0"}
        kafka: {partitions: 2, replication_factor: 1}
        storage:
          flush_interval: 2s
          object_store:
            type: s3
            bucket: %s
            prefix: weir
            endpoint: %s
        """
            .formatted(kafkaPort, S3Server.BUCKET, server.endpoint()));
  }

  /// As a pod has them from its Secret.
  private static Map<String, String> credentials() {
    return Map.of("AWS_ACCESS_KEY_ID", S3Server.KEY_ID, "AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
  }

  private ServerProcess run(String name, String... arguments) {
    return Release.start(name, folder.resolve(name + ".log"), credentials(), arguments);
  }

  @Test
  void blocksAreSharedByProcessesAndOutliveThem() throws Exception {
    int port = FreePorts.next();
    int kafkaPort = FreePorts.next();
    int queryPort = FreePorts.next();
    try (S3Server server = S3Server.start(Files.createDirectory(folder.resolve("s3")));
        QueryClient whole = new QueryClient(port);
        QueryClient apart = new QueryClient(queryPort)) {
      Path config = config(server, kafkaPort);
      String[] everything = {
        "run",
        "--listen=127.0.0.1:" + port,
        "--data=" + folder.resolve("data"),
        "--weir.config=" + config
      };
      double counted;
      try (ServerProcess weir = run("first", everything)) {
        weir.awaitLine(line -> line.startsWith("first sample queryable"), DEADLINE);
        Await.until(
            () -> ls(config).contains("chain/weir.samples/"),
            DEADLINE,
            () -> "a block in the store");
        try (ServerProcess query =
            run(
                "query",
                "run",
                "query",
                "--kafka=127.0.0.1:" + kafkaPort,
                "--listen=127.0.0.1:" + queryPort,
                "--weir.config=" + config)) {
          Await.untilPasses(
              () -> assertTrue(apart.value("count_over_time(up[5m])").orElse(0.0) >= 2), DEADLINE);
          assertEquals(0, query.stop(), () -> String.join("\n", query.lines()));
        }
        counted = whole.value("count_over_time(up[5m])").orElseThrow();
        weir.kill();
      }
      CommandOutcome verified = weir("verify", config);
      assertEquals(0, verified.exitCode(), verified.out() + verified.err());
      try (ServerProcess weir = run("second", everything)) {
        weir.awaitLine(line -> line.startsWith("first sample queryable"), DEADLINE);
        Await.untilPasses(
            () -> assertTrue(whole.value("count_over_time(up[5m])").orElse(0.0) >= counted),
            DEADLINE);
        assertEquals(0, weir.stop(), () -> String.join("\n", weir.lines()));
      }
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
