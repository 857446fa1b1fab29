package dev.weir.alerting;

import dev.weir.service.config.AlertmanagersConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/// A member in a process of its own, which a test can kill.
///
/// Arguments: its name, bootstrap servers, topic of alerts, topic of notifications, topic of rules,
/// consumer group, an `alertmanager.yml`.
final class MemberProcess {
  static final String READY = "member is ready";

  private MemberProcess() {}

  @SuppressWarnings("SystemOut") // The test reads it.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    try (Member member =
        new Member(
            arguments[0],
            AlertTopics.settings(
                arguments[2], arguments[3], arguments[4], arguments[5], Duration.ofMinutes(1)),
            AlertTopics.kafka(arguments[1]),
            Files.readString(Path.of(arguments[6])),
            AlertmanagersConfig.NONE,
            InstantSource.system())) {
      while (!member.role().isReady()) {
        Thread.onSpinWait();
      }
      System.out.println(READY);
      new CountDownLatch(1).await();
    }
  }
}
