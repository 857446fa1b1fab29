package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.broker.FreePorts;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The release, run as a user runs it: from nothing to a scraped sample that a query finds, through
/// SIGTERM and SIGKILL, in one process. [AlertPathIT] has each role in a process of its own.
class PipelineIT {

  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final Pattern SAMPLE = Pattern.compile("(\\{.*}) => (\\S+) @\\[(\\S+)]\\s*");

  @TempDir private Path folder;
  private Path output;
  private int port;
  private int kafkaPort;

  @BeforeEach
  void choosePorts() throws IOException {
    output = folder.resolve("output");
    port = FreePorts.next();
    kafkaPort = FreePorts.next();
    Files.writeString(
        folder.resolve("weir.yml"),
        """
        embedded_broker: {listen: "127.0.0.1:%d", controller: "127.0.0.1:0"}
        kafka: {partitions: 2, replication_factor: 1}
        """
            .formatted(kafkaPort));
  }

  private ServerProcess run(String name, String... arguments) {
    return Release.start(name, output, arguments);
  }

  private ServerProcess runEverything() {
    return run(
        "weir run",
        "run",
        "--listen=127.0.0.1:" + port,
        "--data=" + folder.resolve("data"),
        "--weir.config=" + folder.resolve("weir.yml"));
  }

  private String query(String expression, int atPort) throws Exception {
    CommandOutcome outcome =
        Release.run(folder, "query", "instant", expression, "--server=http://127.0.0.1:" + atPort);
    assertEquals(0, outcome.exitCode(), outcome.err());
    return outcome.out();
  }

  @Test
  void scrapesItselfAndStopsCleanly() throws Exception {
    try (ServerProcess weir = runEverything()) {
      weir.awaitLine(line -> line.startsWith("first sample queryable"), DEADLINE);

      String up = query("up", port);
      assertTrue(
          up.startsWith("up{instance=\"127.0.0.1:%d\", job=\"weir\"} => 1 @[".formatted(port)), up);

      CommandOutcome tail =
          Release.run(folder, "tail", "up", "-n1", "--since=5m", "--kafka=127.0.0.1:" + kafkaPort);
      assertTrue(
          tail.out().startsWith("up{instance=\"127.0.0.1:%d\", job=\"weir\"} 1 ".formatted(port)),
          tail.out() + tail.err());

      CommandOutcome second =
          Release.run(
              folder,
              "run",
              "--listen=127.0.0.1:" + FreePorts.next(),
              "--data=" + folder.resolve("data"),
              "--weir.config=" + folder.resolve("weir.yml"));
      assertEquals(
          "weir run: data directory %s is in use by process %d; stop it, or give another with --data\n"
              .formatted(folder.resolve("data"), weir.pid()),
          second.err());
      assertEquals(1, second.exitCode());

      if (!ignoresHangUp(weir.pid())) {
        assertEquals(0, hangUp(weir.pid()));
        weir.awaitLine(line -> line.contains("configuration reloaded, 1 target"), DEADLINE);
      }

      assertEquals(0, weir.stop(), () -> String.join("\n", weir.lines()));
      assertTrue(weir.lines().getLast().startsWith("stopped after "), weir.lines().getLast());
    }
  }

  /// Whether the process was started so that the signal does not reach it, as by `nohup`.
  private static boolean ignoresHangUp(long pid) throws IOException {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return (Long.parseUnsignedLong(ignored.substring("SigIgn:".length()).strip(), 16) & 1) != 0;
  }

  /// Sends what `systemctl reload` sends.
  private static int hangUp(long pid) throws Exception {
    return new ProcessBuilder("kill", "-HUP", Long.toString(pid)).inheritIO().start().waitFor();
  }

  @Test
  void aKilledProcessAnswersAsBeforeWhenItIsBack() throws Exception {
    String counted;
    String asked;
    try (ServerProcess weir = runEverything()) {
      weir.awaitLine(line -> line.startsWith("first sample queryable"), DEADLINE);
      Await.untilPasses(
          () -> assertTrue(value(query("count_over_time(up[5m])", port)) >= 3), DEADLINE);
      asked = time(query("time()", port));
      counted = query("count_over_time(up[5m] @ %s)".formatted(asked), port);
      weir.kill();
    }
    Files.delete(output);
    try (ServerProcess weir = runEverything()) {
      weir.awaitLine(line -> line.startsWith("first sample queryable"), DEADLINE);
      String question = "count_over_time(up[5m] @ %s)".formatted(asked);
      String expected = counted;
      Await.untilPasses(
          () -> assertEquals(value(expected), value(query(question, port)), 0.0), DEADLINE);
      assertEquals(0, weir.stop(), () -> String.join("\n", weir.lines()));
    }
  }

  /// The value of an answer with one sample; 0 when there is none.
  private static double value(String answer) {
    Matcher sample = SAMPLE.matcher(answer);
    return sample.matches() ? Double.parseDouble(sample.group(2)) : 0;
  }

  /// The time of an answer that is a scalar.
  private static String time(String answer) {
    Matcher scalar = Pattern.compile("scalar: (\\S+) @\\[\\S+]\\s*").matcher(answer);
    assertTrue(scalar.matches(), answer);
    return scalar.group(1);
  }
}
