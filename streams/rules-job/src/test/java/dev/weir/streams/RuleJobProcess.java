package dev.weir.streams;

import dev.weir.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// The role in a process of its own, which a test can kill.
///
/// Arguments: its name, bootstrap servers, a directory for its state, its commit interval, a rule
/// file.
final class RuleJobProcess {
  static final String READY = "rules are evaluated";

  /// Results are sent before the transaction that they are in is committed.
  private static final Map<String, String> SENT_EARLY = Map.of("linger.ms", "300");

  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private RuleJobProcess() {}

  @SuppressWarnings("SystemOut") // The test reads it.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (RuleJob job =
        new RuleJob(
            arguments[0],
            RulesCluster.kafka(arguments[1], SENT_EARLY),
            Path.of(arguments[2]),
            Duration.parse(arguments[3]),
            RuleJob.rules(Files.readString(Path.of(arguments[4]))))) {
      job.role()
          .failure()
          .thenAccept(e -> {
            System.out.println(e.getMessage());
            Runtime.getRuntime().halt(1);
          });
      Await.until(job.role()::isReady, DEADLINE, () -> "the role to be ready");
      System.out.println(READY);
      new CountDownLatch(1).await();
    }
  }
}
