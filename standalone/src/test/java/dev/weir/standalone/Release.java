package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.broker.BrokerProcess;
import dev.weir.broker.FreePorts;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The release directory that the build has put together, run as a user runs it.
final class Release {

  private static final Duration COMMAND_DEADLINE = Duration.ofMinutes(2);

  private static final Path HOME = Path.of(System.getProperty("weir.release", "target/weir"));

  /// A small machine's heap and a quick start: a test machine runs several of these.
  private static final Map<String, String> ENVIRONMENT =
      Map.of("WEIR_JAVA_OPTS", "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m");

  private Release() {}

  /// The directory itself.
  static Path home() {
    return HOME;
  }

  /// Starts a command that stays; its output goes to a file.
  static ServerProcess start(String name, Path output, String... arguments) {
    return start(name, output, Map.of(), arguments);
  }

  /// Starts a command that stays in an environment with these variables.
  static ServerProcess start(
      String name, Path output, Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>(ENVIRONMENT);
    all.putAll(environment);
    return ServerProcess.start(name, command(arguments), all, output);
  }

  /// The same in a JVM with further options.
  static ServerProcess startWith(
      String javaOptions, String name, Path output, String... arguments) {
    Map<String, String> environment = new HashMap<>(ENVIRONMENT);
    environment.merge("WEIR_JAVA_OPTS", javaOptions, "%s %s"::formatted);
    return ServerProcess.start(name, command(arguments), environment, output);
  }

  /// Starts a broker in a process of its own, and waits until clients can connect.
  ///
  /// @param kafka settings of the Kafka server
  static ServerProcess startBroker(Path folder, int port, Map<String, String> kafka) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data",
                folder.resolve("kafka").toString(),
                "--listen",
                "127.0.0.1:" + port,
                "--controller",
                "127.0.0.1:" + FreePorts.next()));
    kafka.forEach((name, value) -> arguments.addAll(List.of("--kafka", name + "=" + value)));
    ServerProcess broker =
        ServerProcess.start(
            "broker",
            ServerProcess.javaCommand(BrokerProcess.class, arguments),
            Map.of(),
            folder.resolve("broker.log"));
    broker.awaitLine(line -> line.startsWith(BrokerProcess.READY), COMMAND_DEADLINE);
    return broker;
  }

  /// Runs a command to its end.
  static CommandOutcome run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    return run(folder, Map.of(), arguments);
  }

  /// Runs a command to its end in an environment with these variables.
  static CommandOutcome run(Path folder, Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "weir", ".out");
    Path err = Files.createTempFile(folder, "weir", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command(arguments))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(ENVIRONMENT);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertTrue(
          process.waitFor(COMMAND_DEADLINE.toSeconds(), TimeUnit.SECONDS),
          () -> Arrays.toString(arguments) + " did not end within " + COMMAND_DEADLINE);
    } finally {
      process.destroyForcibly();
    }
    return new CommandOutcome(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(HOME.resolve("bin/weir").toString());
    command.addAll(List.of(arguments));
    return command;
  }
}
