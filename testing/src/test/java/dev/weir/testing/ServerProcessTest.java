package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ServerProcessTest {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void waitsForALineAndStops() {
    try (ServerProcess process = start("serve")) {
      assertEquals("ready on port 9090", process.awaitLine(l -> l.startsWith("ready"), DEADLINE));
      assertTrue(process.isAlive());

      assertEquals(143, process.stop());

      assertFalse(process.isAlive());
      assertEquals(
          List.of("starting as node-1", "ready on port 9090", "stopping"), process.lines());
    }
  }

  @Test
  void killsWithoutALastWord() {
    try (ServerProcess process = start("serve")) {
      process.awaitLine(l -> l.startsWith("ready"), DEADLINE);

      process.kill();

      assertFalse(process.isAlive());
      assertEquals("ready on port 9090", process.lines().getLast());
    }
  }

  @Test
  void saysWhatAProcessPrintedThatEndedTooEarly() {
    try (ServerProcess process = start("fail")) {
      AssertionError e =
          assertThrows(
              AssertionError.class,
              () -> process.awaitLine(line -> line.startsWith("ready"), DEADLINE));

      assertTrue(String.valueOf(e.getMessage()).contains("exit code 3"), e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).contains("port 9090 is in use"), e.getMessage());
    }
  }

  private ServerProcess start(String what) {
    return ServerProcess.start(
        "server",
        ServerProcess.javaCommand(Server.class, List.of(what)),
        Map.of("NODE", "node-1"),
        directory.resolve("output.log"));
  }

  /// What runs in the process.
  static final class Server {

    private Server() {}

    /// Serves until it is stopped, or fails.
    public static void main(String[] arguments) throws InterruptedException {
      System.out.println("starting as " + System.getenv("NODE"));
      if (arguments[0].equals("fail")) {
        System.err.println("port 9090 is in use");
        System.exit(3);
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopping")));
      System.out.println("ready on port 9090");
      new CountDownLatch(1).await();
    }
  }
}
