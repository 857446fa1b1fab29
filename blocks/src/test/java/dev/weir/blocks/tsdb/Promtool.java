package dev.weir.blocks.tsdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Prometheus's own tool, where it is installed.
public final class Promtool {
  private static final long TIMEOUT_SECONDS = 60;

  private Promtool() {}

  /// Skips the test that asks, if there is none.
  public static void assumeInstalled() {
    boolean installed = false;
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      installed |= Files.isExecutable(Path.of(directory, "promtool"));
    }
    assumeTrue(installed, "promtool is not installed");
  }

  /// What it prints; an error if it fails.
  public static String run(Path directory, String... arguments) {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile(directory, "promtool", ".out");
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("%s did not end".formatted(command));
      }
      String text = Files.readString(output, UTF_8);
      Files.delete(output);
      if (process.exitValue() != 0) {
        throw new AssertionError("%s failed: %s".formatted(command, text));
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
