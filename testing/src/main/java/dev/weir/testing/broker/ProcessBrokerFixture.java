package dev.weir.testing.broker;

import dev.weir.broker.BrokerProcess;
import dev.weir.broker.FreePorts;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A broker in a process of its own, which a test can kill. Starting it takes some two seconds, and
/// some four after it was killed.
public final class ProcessBrokerFixture implements BrokerFixture {

  private static final Duration START_DEADLINE = Duration.ofSeconds(60);

  private final Path directory;
  private final String bootstrapServers = "127.0.0.1:" + FreePorts.next();
  private final String controller = "127.0.0.1:" + FreePorts.next();
  private ServerProcess process;

  private ProcessBrokerFixture(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    this.process = startProcess();
  }

  /// Starts a broker on free ports, with its log and what it prints in a directory.
  public static ProcessBrokerFixture start(Path directory) {
    return new ProcessBrokerFixture(directory);
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void restart() {
    process.stop();
    startAgain();
  }

  /// Ends the broker on the spot, as `kill -9` does.
  public void kill() {
    process.kill();
  }

  /// Starts the broker again after [#kill], on its log and at the same address.
  public void startAgain() {
    process = startProcess();
  }

  @Override
  public void close() {
    process.close();
  }

  private ServerProcess startProcess() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--data",
                directory.resolve("kafka").toString(),
                "--listen",
                bootstrapServers,
                "--controller",
                controller));
    TestSettings.KAFKA.forEach(
        (name, value) -> arguments.addAll(List.of("--kafka", name + "=" + value)));
    // A file for each start: the line that says that it is ready must be this start's.
    Path output = directory.resolve("output-" + System.nanoTime() + ".log");
    ServerProcess started =
        ServerProcess.start(
            "broker", ServerProcess.javaCommand(BrokerProcess.class, arguments), Map.of(), output);
    started.awaitLine(line -> line.startsWith(BrokerProcess.READY), START_DEADLINE);
    return started;
  }
}
