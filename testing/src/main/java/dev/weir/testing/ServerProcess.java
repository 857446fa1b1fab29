package dev.weir.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A server that runs as a process of its own while a test uses it: started, asked to stop, or
/// killed as by `kill -9`. What it prints goes to a file, and into the message when something goes
/// wrong.
///
/// No process outlives the JVM that runs the tests, unless that JVM is itself killed.
public final class ServerProcess implements AutoCloseable {

  private static final Duration STOP_DEADLINE = Duration.ofSeconds(30);
  private static final int TAIL_LINES = 40;

  // What the project's own JVMs are run with, and a small heap and a quick start besides.
  private static final List<String> JAVA_FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xmx256m");

  private final String name;
  private final Process process;
  private final Path output;
  private final Thread reaper;

  private ServerProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
    this.reaper = Thread.ofPlatform().name("reap-" + name).unstarted(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(reaper);
  }

  /// The command that runs a class of the test's own class path in a JVM of the test's own version.
  public static List<String> javaCommand(Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "."), main.getName()));
    command.addAll(arguments);
    return command;
  }

  /// The command that runs a jar in a JVM of the test's own version.
  public static List<String> jarCommand(Path jar, List<String> arguments) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(arguments);
    return command;
  }

  private static List<String> java() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home", ""), "bin", "java").toString());
    command.addAll(JAVA_FLAGS);
    return command;
  }

  /// Starts a process; its standard output and standard error are appended to a file.
  ///
  /// @param environment added to the environment of this process
  public static ServerProcess start(
      String name, List<String> command, Map<String, String> environment, Path output) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
    try {
      return new ServerProcess(requireNonNull(name, "name"), builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + name + ": " + command.getFirst(), e);
    }
  }

  /// Waits until the process has printed a line, and returns the last such line.
  ///
  /// @throws AssertionError with what it printed, when it ends before, or does not by the deadline
  public String awaitLine(Predicate<String> wanted, Duration deadline) {
    return Await.value(
        () -> {
          // Asked first: what a process printed before it ended is in the file afterwards.
          boolean ended = !process.isAlive();
          var line = lines().stream().filter(wanted).reduce((_, later) -> later);
          if (ended && line.isEmpty()) {
            throw new IllegalStateException(
                "it ended with exit code " + process.exitValue() + "\n" + tail());
          }
          return line;
        },
        deadline,
        () -> name + " to say that it is ready; it printed\n" + tail());
  }

  /// Whether the process runs.
  public boolean isAlive() {
    return process.isAlive();
  }

  /// The id of the process.
  public long pid() {
    return process.pid();
  }

  /// The lines that it has printed so far, also those of earlier processes with the same file.
  public List<String> lines() {
    try {
      return Files.readAllLines(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends the process on the spot, as `kill -9` does, and waits until it is gone.
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /// Asks the process to stop, as SIGTERM does, and waits until it has. One that does not stop in
  /// time is killed, and that is a failure.
  ///
  /// @return its exit code
  public int stop() {
    process.destroy();
    return awaitEnd();
  }

  @Override
  public void close() {
    stop();
  }

  private int awaitEnd() {
    try {
      if (!process.waitFor(STOP_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(name + " did not stop within " + STOP_DEADLINE + "\n" + tail());
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + name + " to stop", e);
    }
    forgetReaper();
    return process.exitValue();
  }

  private void forgetReaper() {
    try {
      Runtime.getRuntime().removeShutdownHook(reaper);
    } catch (IllegalStateException _) {
      // The JVM is shutting down; the hook finds the process gone.
    }
  }

  private String tail() {
    List<String> lines = lines();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
