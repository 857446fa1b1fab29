package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weir.broker.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `weir run` cannot do it says in one line on standard error, with an exit code that is not
/// 0.
class RunErrorsIT {

  @TempDir private Path folder;
  private Path data;
  private Path config;

  @BeforeEach
  void configure() throws IOException {
    data = folder.resolve("data");
    config =
        Files.writeString(
            folder.resolve("weir.yml"),
            "embedded_broker: {listen: \"127.0.0.1:0\", controller: \"127.0.0.1:0\"}\n");
  }

  private void assertRefused(int exitCode, String line, String... arguments) throws Exception {
    CommandOutcome outcome = Release.run(folder, arguments);
    assertEquals(line + "\n", outcome.err());
    assertEquals(exitCode, outcome.exitCode());
  }

  @Test
  void aWrongFlag() throws Exception {
    assertRefused(
        2,
        "weir run: Unknown option: '--lisen=:9090'; see `weir run --help`",
        "run",
        "--lisen=:9090");
  }

  @Test
  void aPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertRefused(
          1,
          "weir run: cannot listen on %s: Address already in use; choose another address with --listen"
              .formatted(address),
          "run",
          "--listen=" + address,
          "--data=" + data,
          "--weir.config=" + config);
      assertFalse(Files.exists(data), "nothing is left behind");
    }
  }

  @Test
  void theBrokersPortInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          config,
          "embedded_broker: {listen: \"127.0.0.1:%d\", controller: \"127.0.0.1:0\"}\n"
              .formatted(taken.getLocalPort()));
      assertRefused(
          1,
          "weir run: broker listener 127.0.0.1:%d: Address already in use; stop what listens there or choose another address"
              .formatted(taken.getLocalPort()),
          "run",
          "--listen=127.0.0.1:" + FreePorts.next(),
          "--data=" + data,
          "--weir.config=" + config);
    }
  }

  @Test
  void anUnreadableFile() throws Exception {
    assertRefused(
        1,
        "weir run: %s: there is no such file; name one that exists"
            .formatted(folder.resolve("gone.yml")),
        "run",
        "--config.file=" + folder.resolve("gone.yml"),
        "--listen=127.0.0.1:" + FreePorts.next(),
        "--data=" + data,
        "--weir.config=" + config);
  }

  @Test
  void aDataDirectoryThatIsAFile() throws Exception {
    Files.writeString(data, "not a directory\n");
    assertRefused(
        1,
        "weir run: data directory %s: %s is a file, not a directory; give one that this user can write with --data"
            .formatted(data, data),
        "run",
        "--listen=127.0.0.1:" + FreePorts.next(),
        "--data=" + data,
        "--weir.config=" + config);
  }
}
